/*
 * bare_connect.c: the ceiling that `certscape scan` is measured against: what connect() and epoll
 * cost and nothing else. It walks addresses x ports in order, keeps so many connections in flight,
 * closes each as soon as it has an answer or its time is over, and prints endpoints per second of
 * CPU. No permutation, no rate, no limit per host, no retries; it knows nothing of the rest of the
 * house.
 *
 *	bare_connect 10.77.0.0/16 443,8443,1000-1009 [IN_FLIGHT [TIMEOUT_MS]]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, PORTS_MAX = 65536, FILES_SPARE = 500, NONE = -1 };

/* One in flight. Those in flight form a list, the oldest first: all have the same time-out. */
struct slot {
	int fd;
	int older, newer; /* slots */
	uint64_t begun_ms;
};

static struct {
	uint32_t first_addr;
	uint64_t n_addrs, n_ports, next, total;
	uint16_t ports[PORTS_MAX];
	int epoll;
	int in_flight, in_flight_max;
	uint64_t timeout_ms, now_ms;
	struct slot *slots;
	int *unused; /* a stack of slots */
	int n_unused;
	int oldest, newest;
	uint64_t open, refused, timeout, failed, held_back;
} b;

static uint64_t clock_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void die(const char *what)
{
	fprintf(stderr, "bare_connect: %s\n", what);
	exit(2);
}

static void parse_network(const char *text)
{
	char addr[64];
	struct in_addr in;
	unsigned bits = 32;

	if (sscanf(text, "%63[^/]/%u", addr, &bits) < 1 || bits > 32 ||
	    inet_pton(AF_INET, addr, &in) != 1)
		die("the first argument is an IPv4 network, as in 10.77.0.0/16");
	b.n_addrs = UINT64_C(1) << (32 - bits);
	b.first_addr = ntohl(in.s_addr) & (uint32_t) ~(b.n_addrs - 1);
}

static void parse_ports(char *text)
{
	for (char *word = strtok(text, ","); word; word = strtok(NULL, ",")) {
		unsigned from, to;
		int n = sscanf(word, "%u-%u", &from, &to);

		if (n < 1)
			die("the second argument is a list of ports, as in 443,1000-1009");
		for (to = n == 2 ? to : from; from <= to && b.n_ports < PORTS_MAX; from++)
			b.ports[b.n_ports++] = (uint16_t)from;
	}
}

static void slot_take(int i, int fd)
{
	b.slots[i] = (struct slot){fd, b.newest, NONE, b.now_ms};
	if (b.newest == NONE)
		b.oldest = i;
	else
		b.slots[b.newest].newer = i;
	b.newest = i;
	b.in_flight++;
}

static void slot_give(int i)
{
	struct slot *s = &b.slots[i];

	if (s->older == NONE)
		b.oldest = s->newer;
	else
		b.slots[s->older].newer = s->newer;
	if (s->newer == NONE)
		b.newest = s->older;
	else
		b.slots[s->newer].older = s->older;
	close(s->fd);
	b.unused[b.n_unused++] = i;
	b.in_flight--;
}

static void count_failure(int errnum)
{
	if (errnum == ECONNREFUSED)
		b.refused++;
	else
		b.failed++;
}

/* false: this machine is out of something; the same target again later. */
static bool begin(void)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons(b.ports[b.next % b.n_ports]),
	    .sin_addr.s_addr = htonl(b.first_addr + (uint32_t)(b.next / b.n_ports)),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct epoll_event event = {.events = EPOLLOUT};

	if (fd < 0)
		return false;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS) {
		int errnum = errno;

		close(fd);
		if (errnum == EADDRNOTAVAIL || errnum == EAGAIN || errnum == ENOBUFS)
			return false;
		count_failure(errnum);
		b.next++;
		return true;
	}
	event.data.u32 = (uint32_t)b.unused[--b.n_unused];
	if (epoll_ctl(b.epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		die("epoll_ctl");
	slot_take((int)event.data.u32, fd);
	b.next++;
	return true;
}

static void answered(const struct epoll_event *event)
{
	int i = (int)event->data.u32;
	int errnum = 0;
	socklen_t n = sizeof(errnum);

	if (event->events & (EPOLLERR | EPOLLHUP))
		getsockopt(b.slots[i].fd, SOL_SOCKET, SO_ERROR, &errnum, &n);
	if (errnum)
		count_failure(errnum);
	else
		b.open++;
	slot_give(i);
}

static void end_the_silent(void)
{
	while (b.oldest != NONE && b.now_ms - b.slots[b.oldest].begun_ms >= b.timeout_ms) {
		b.timeout++;
		slot_give(b.oldest);
	}
}

static void walk(void)
{
	struct epoll_event events[EVENTS];

	while (b.next < b.total || b.in_flight) {
		int n, begun = 0;

		while (b.in_flight < b.in_flight_max && b.next < b.total && begun++ < EVENTS) {
			if (!begin()) {
				b.held_back++;
				break;
			}
		}
		n = epoll_wait(b.epoll, events, EVENTS, begun == 0 || b.next == b.total ? 10 : 1);
		b.now_ms = clock_ms(CLOCK_MONOTONIC);
		for (int i = 0; i < n; i++)
			answered(&events[i]);
		end_the_silent();
	}
}

static void prepare(int in_flight)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		die("getrlimit");
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		die("setrlimit");
	b.in_flight_max = (int)files.rlim_cur - FILES_SPARE;
	if (in_flight > 0 && in_flight < b.in_flight_max)
		b.in_flight_max = in_flight;
	b.slots = calloc((size_t)b.in_flight_max, sizeof(*b.slots));
	b.unused = calloc((size_t)b.in_flight_max, sizeof(*b.unused));
	b.epoll = epoll_create1(0);
	if (!b.slots || !b.unused || b.epoll < 0)
		die("out of memory");
	while (b.n_unused < b.in_flight_max) {
		b.unused[b.n_unused] = b.n_unused;
		b.n_unused++;
	}
	b.oldest = b.newest = NONE;
	b.total = b.n_addrs * b.n_ports;
	b.now_ms = clock_ms(CLOCK_MONOTONIC);
}

int main(int argc, char **argv)
{
	uint64_t began = clock_ms(CLOCK_MONOTONIC);
	struct rusage used;
	double cpu_s, wall_s;

	if (argc < 3)
		die("NETWORK PORTS [IN_FLIGHT [TIMEOUT_MS]]");
	parse_network(argv[1]);
	parse_ports(argv[2]);
	b.timeout_ms = argc > 4 ? strtoull(argv[4], NULL, 10) : 3000;
	prepare(argc > 3 ? atoi(argv[3]) : 0);
	walk();

	getrusage(RUSAGE_SELF, &used);
	cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	wall_s = (double)(clock_ms(CLOCK_MONOTONIC) - began) / 1000;
	printf("endpoints %llu open %llu refused %llu timeout %llu failed %llu held_back %llu "
	       "wall_s %.2f cpu_s %.2f per_cpu_s %.0f\n",
	    (unsigned long long)b.total, (unsigned long long)b.open, (unsigned long long)b.refused,
	    (unsigned long long)b.timeout, (unsigned long long)b.failed,
	    (unsigned long long)b.held_back, wall_s, cpu_s, (double)b.total / cpu_s);
	return 0;
}
