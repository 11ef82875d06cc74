#include "import/nmap_services.h"

#include "lib/test.h"

static const char text[] = "# a comment\n"
			   "tcpmux\t1/tcp\t0.001995\t# TCP Port Service\n"
			   "https 443/tcp 0.208669\r\n"
			   "https 443/udp 0.9\n"
			   "http\t80/tcp\t0.484143\n"
			   "odd line\n"
			   "big 70000/tcp 0.9\n"
			   "zero 0/tcp 0.9\n"
			   "ssh 22/tcp 0.182286\n";

static void takes_the_most_frequent_tcp_ports(void)
{
	struct ports ports;

	ports_clear(&ports);
	CHECK_EQ(nmap_services_top(span_str(text), 2, &ports), 2);
	CHECK(ports_has(&ports, 80) && ports_has(&ports, 443) && !ports_has(&ports, 22));
	CHECK(!ports_alone(&ports, 443));
}

static void takes_all_where_more_are_asked_for(void)
{
	struct ports ports;

	ports_clear(&ports);
	CHECK_EQ(nmap_services_top(span_str(text), 1000000, &ports), 4);
	CHECK_EQ(nmap_services_top(span_str("nothing here\n"), 5, &ports), 0);
}

int main(void)
{
	RUN(takes_the_most_frequent_tcp_ports);
	RUN(takes_all_where_more_are_asked_for);
	return test_done();
}
