#include "http/listen.h"

#include "lib/test.h"

#include <errno.h>
#include <unistd.h>

static const char *place(const char *text)
{
	static char out[ADDR_TEXT_MAX + 8];
	struct listen_place p;
	struct err e = listen_place_parse(span_str(text), &p);

	if (err_is(e))
		return "bad";
	return addr_port_text(&p.addr, p.port, out);
}

static void reads_places(void)
{
	CHECK_STR(place("127.0.0.1:8440"), "127.0.0.1:8440");
	CHECK_STR(place("[::1]:443"), "[::1]:443");
	CHECK_STR(place(":8440"), "[::]:8440");
	CHECK_STR(place("8440"), "127.0.0.1:8440");
	CHECK_STR(place("0.0.0.0:0"), "0.0.0.0:0");
	CHECK_STR(place("10.0.0.1:65535"), "10.0.0.1:65535");
}

static void refuses_what_is_none(void)
{
	static const char *const texts[] = {"", ":", "::1:443", "[::1]", "host:443", "127.0.0.1",
	    "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:99999999999", "1.2.3.4:x", "[]:1",
	    "[127.0.0.1:1"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(place(texts[i]), "bad") != 0)
			printf("# %s\n", texts[i]);
		CHECK_STR(place(texts[i]), "bad");
	}
}

static void opens_and_says_where(void)
{
	struct listen_place p, bound = {.port = 0};
	struct err e;
	int fd = -1, second = -1;

	CHECK(!err_is(listen_place_parse(span_str("127.0.0.1:0"), &p)));
	CHECK(!err_is(listen_open(&p, &fd)));
	CHECK(!err_is(listen_bound(fd, &bound)));
	CHECK(bound.port != 0 && addr_eq(&bound.addr, &p.addr));
	e = listen_open(&bound, &second);
	CHECK_EQ(err_detail(e), EADDRINUSE);
	CHECK_EQ(second, -1);
	close(fd);
	CHECK_EQ(err_class(listen_bound(0, &bound)), ERR_IO);
}

static void takes_both_families(void)
{
	struct listen_place any, bound;
	struct sockaddr_storage sa;
	struct addr loopback = addr_from_v4(0x7f000001);
	socklen_t n;
	int fd = -1, client = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(!err_is(listen_place_parse(span_str(":0"), &any)));
	CHECK(!err_is(listen_open(&any, &fd)));
	CHECK(!err_is(listen_bound(fd, &bound)));
	n = addr_to_sockaddr(&loopback, bound.port, &sa);
	CHECK(connect(client, (struct sockaddr *)&sa, n) == 0);
	close(client);
	close(fd);
}

int main(void)
{
	RUN(reads_places);
	RUN(refuses_what_is_none);
	RUN(opens_and_says_where);
	RUN(takes_both_families);
	return test_done();
}
