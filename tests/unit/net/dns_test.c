#include "net/dns.h"

#include "net/clock.h"

#include "lib/test.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_AAAA = 28, TIMEOUT_MS = 400 };

static struct loop *loop;
static struct dns *dns;
static struct watch server;

static struct answer {
	int came;
	struct err error;
	size_t n;
	struct addr addrs[DNS_ADDRS_MAX];
	char name[DNS_NAME_MAX];
} got;

/* The question's name as text. The test asks us nothing that needs more care. */
static size_t read_question(const uint8_t *q, char text[256], unsigned *ret_type)
{
	size_t at = 12, n = 0;

	while (q[at]) {
		memcpy(text + n, q + at + 1, q[at]);
		n += q[at];
		text[n++] = '.';
		at += 1u + q[at];
	}
	text[n ? n - 1 : 0] = 0;
	*ret_type = (unsigned)q[at + 1] << 8 | q[at + 2];
	return at + 5;
}

static size_t put_record(uint8_t *p, unsigned type, const void *data, size_t n)
{
	const uint8_t head[] = {0xc0, 12, 0, (uint8_t)type, 0, 1, 0, 0, 0, 60, 0, (uint8_t)n};

	memcpy(p, head, sizeof(head));
	memcpy(p + sizeof(head), data, n);
	return sizeof(head) + n;
}

/* What the scripted server knows; false: it stays silent. */
static bool script(const char *name, unsigned type, uint8_t *message, size_t *n)
{
	unsigned answers = 0;

	if (!strcmp(name, "silent.test"))
		return false;
	if (!strcmp(name, "two.test") && type == TYPE_A) {
		*n += put_record(message + *n, TYPE_A, (uint8_t[]){192, 0, 2, 1}, 4);
		*n += put_record(message + *n, TYPE_A, (uint8_t[]){192, 0, 2, 2}, 4);
		answers = 2;
	} else if (!strcmp(name, "two.test") && type == TYPE_AAAA) {
		*n += put_record(message + *n, TYPE_AAAA, (uint8_t[16]){0x20, 1, 0xd, 0xb8}, 16);
		answers = 1;
	} else if (!strcmp(name, "many.test") && type == TYPE_A) {
		for (; answers < 70; answers++)
			*n += put_record(
			    message + *n, TYPE_A, (uint8_t[]){198, 51, 100, (uint8_t)answers}, 4);
	} else if (!strcmp(name, "1.2.0.192.in-addr.arpa") && type == TYPE_PTR) {
		*n += put_record(message + *n, TYPE_PTR, "\3WWW\7Example\4TEST", 18);
		answers = 1;
	} else if (!strcmp(name, "2.2.0.192.in-addr.arpa") && type == TYPE_PTR) {
		*n += put_record(message + *n, TYPE_PTR, "\5a\033[2J\4test", 12);
		answers = 1;
	} else if (strstr(name, "8.b.d.0.1.0.0.2.ip6.arpa") && type == TYPE_PTR) {
		*n += put_record(message + *n, TYPE_PTR, "\3six\4test", 10);
		answers = 1;
	} else {
		message[3] |= 3; /* NXDOMAIN */
	}
	message[7] = (uint8_t)answers;
	return true;
}

static void serve(struct watch *w, unsigned events)
{
	struct sockaddr_in from;
	socklen_t from_n = sizeof(from);
	uint8_t message[4096] = {0};
	char name[256];
	unsigned type;
	ssize_t got_n = recvfrom(w->fd, message, 512, 0, (struct sockaddr *)&from, &from_n);
	size_t n;

	(void)events;
	if (got_n < 17)
		return;
	n = read_question(message, name, &type);
	message[2] = 0x84;
	message[3] = 0x80;
	memset(message + 6, 0, 6);
	if (script(name, type, message, &n))
		CHECK(sendto(w->fd, message, n, 0, (struct sockaddr *)&from, from_n) == (ssize_t)n);
}

static void fresh(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(sa);
	char text[64];

	memset(&got, 0, sizeof(got));
	CHECK(!err_is(loop_new(&loop)));
	server = (struct watch){
	    .fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0),
	    .events = LOOP_READ,
	    .ready = serve,
	};
	CHECK(bind(server.fd, (struct sockaddr *)&sa, n) == 0);
	CHECK(getsockname(server.fd, (struct sockaddr *)&sa, &n) == 0);
	CHECK(!err_is(watch_add(loop, &server)));
	CHECK(!err_is(dns_new(loop, TIMEOUT_MS, &dns)));
	snprintf(text, sizeof(text), "127.0.0.1:%u", ntohs(sa.sin_port));
	CHECK(!err_is(dns_set_servers(dns, text)));
}

static void gone(void)
{
	dns_free(dns);
	watch_close(&server);
	loop_free(loop);
}

static void take_addrs(void *context, struct err e, const struct addr *addrs, size_t n)
{
	(void)context;
	got.came++;
	got.error = e;
	got.n = n;
	if (n)
		memcpy(got.addrs, addrs, n * sizeof(*addrs));
	loop_stop(loop);
}

static void take_name(void *context, const char *name)
{
	(void)context;
	got.came++;
	snprintf(got.name, sizeof(got.name), "%s", name);
	loop_stop(loop);
}

static bool has(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	for (size_t i = 0; i < got.n; i++)
		if (addr_eq(&got.addrs[i], &a))
			return true;
	return false;
}

static void a_name_has_all_its_addresses(void)
{
	fresh();
	dns_lookup(dns, "two.test", take_addrs, NULL);
	CHECK_EQ(got.came, 0);
	CHECK(!err_is(loop_run(loop)));
	CHECK(!err_is(got.error));
	CHECK_EQ(got.n, 3);
	CHECK(has("192.0.2.1") && has("192.0.2.2") && has("2001:db8::"));
	gone();
	CHECK_EQ(got.came, 1);
}

static void the_answer_is_bounded(void)
{
	fresh();
	dns_lookup(dns, "many.test", take_addrs, NULL);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(got.n, DNS_ADDRS_MAX);
	gone();
}

static void an_unknown_name_is_an_error(void)
{
	fresh();
	dns_lookup(dns, "no.test", take_addrs, NULL);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(err_class(got.error), ERR_PEER);
	CHECK_EQ(got.n, 0);
	gone();
}

static void a_silent_server_ends_in_time(void)
{
	uint64_t began = clock_mono_us(), took;

	fresh();
	dns_lookup(dns, "silent.test", take_addrs, NULL);
	CHECK(!err_is(loop_run(loop)));
	took = clock_mono_us() - began;
	CHECK_EQ(err_class(got.error), ERR_PEER);
	CHECK(took >= TIMEOUT_MS * 1000 / 2 && took < TIMEOUT_MS * 1000 * 5);
	gone();
	CHECK_EQ(got.came, 1);
}

static bool hosts_file_has(const char *word)
{
	char line[512];
	bool found = false;
	FILE *f = fopen("/etc/hosts", "r");

	while (f && !found && fgets(line, sizeof(line), f))
		found = line[0] != '#' && strstr(line, word);
	if (f)
		fclose(f);
	return found;
}

static void the_hosts_file_is_known(void)
{
	if (!hosts_file_has("localhost"))
		SKIP("no localhost in /etc/hosts");
	fresh();
	dns_lookup(dns, "localhost", take_addrs, NULL);
	CHECK(!err_is(loop_run(loop)));
	CHECK(has("127.0.0.1"));
	gone();
}

static void ptr_of(const char *text)
{
	struct addr a = {0};

	got.came = 0;
	snprintf(got.name, sizeof(got.name), "not asked yet");
	CHECK(!err_is(addr_parse(span_str(text), &a)));
	dns_reverse(dns, &a, take_name, NULL);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(got.came, 1);
}

static void ptr_names_are_lower_case_or_nothing(void)
{
	fresh();
	ptr_of("192.0.2.1");
	CHECK_STR(got.name, "www.example.test");
	ptr_of("192.0.2.2"); /* its name has a terminal's escape sequence in it */
	CHECK_STR(got.name, "");
	ptr_of("192.0.2.3");
	CHECK_STR(got.name, "");
	ptr_of("2001:db8::1");
	CHECK_STR(got.name, "six.test");
	gone();
}

static void what_is_pending_is_answered_at_the_end(void)
{
	fresh();
	dns_lookup(dns, "silent.test", take_addrs, NULL);
	dns_lookup(dns, "silent.test", take_addrs, NULL);
	CHECK_EQ(got.came, 0);
	gone();
	CHECK_EQ(got.came, 2);
	CHECK(err_is(got.error));
}

/* From here on every open kills this process. */
static bool forbid_open(void)
{
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void ptr_opens_no_file(void)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		fresh();
		if (!forbid_open())
			_exit(2);
		ptr_of("192.0.2.1");
		_exit(strcmp(got.name, "www.example.test") != 0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(status, 0);
}

int main(void)
{
	RUN(a_name_has_all_its_addresses);
	RUN(the_answer_is_bounded);
	RUN(an_unknown_name_is_an_error);
	RUN(a_silent_server_ends_in_time);
	RUN(the_hosts_file_is_known);
	RUN(ptr_names_are_lower_case_or_nothing);
	RUN(what_is_pending_is_answered_at_the_end);
	RUN(ptr_opens_no_file);
	return test_done();
}
