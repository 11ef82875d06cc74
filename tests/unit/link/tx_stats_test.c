/* What a packet socket sends at one end of a cable, the counters of that end must tell. */
#include "link/tx_stats.h"

#include "net/netlink.h"

#include "cable.h"
#include "lib/test.h"

#include <errno.h>
#include <unistd.h>

static bool own_network;

static void counts_what_was_sent_on_that_link(void)
{
	const uint8_t frame[60] = "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x88\xb5";
	struct tx_stats before = {0}, after = {0}, far = {0};
	int netlink = -1, fd;

	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(!err_is(netlink_open(&netlink)));
	fd = cable_end("va", 0);
	CHECK(!err_is(tx_stats_read(netlink, (int)if_nametoindex("va"), &before)));
	for (int i = 0; i < 7; i++)
		CHECK(send(fd, frame, sizeof(frame), 0) == (ssize_t)sizeof(frame));
	CHECK(!err_is(tx_stats_read(netlink, (int)if_nametoindex("va"), &after)));
	CHECK(!err_is(tx_stats_read(netlink, (int)if_nametoindex("vb"), &far)));
	CHECK_EQ(after.sent - before.sent, 7);
	CHECK_EQ(after.dropped - before.dropped, 0);
	CHECK_EQ(far.sent, 0);
	close(fd);
	close(netlink);
}

static void a_link_that_is_not_there(void)
{
	struct tx_stats untouched = {.sent = 5};
	struct err e;
	int netlink = -1;

	if (!own_network)
		SKIP(NO_NETWORK);
	CHECK(!err_is(netlink_open(&netlink)));
	e = tx_stats_read(netlink, 12345, &untouched);
	CHECK(err_class(e) == ERR_IO && err_detail(e) == ENODEV);
	CHECK_EQ(untouched.sent, 5);
	close(netlink);
}

static void counters_that_begin_anew(void)
{
	const struct tx_stats before = {.sent = 5, .dropped = 2}, more = {.sent = 6, .dropped = 2},
			      fewer = {.sent = 6, .dropped = 1}, anew = {.sent = 1, .dropped = 2};

	CHECK(!tx_stats_fell(&before, &before));
	CHECK(!tx_stats_fell(&before, &more));
	CHECK(tx_stats_fell(&before, &fewer));
	CHECK(tx_stats_fell(&before, &anew));
}

int main(void)
{
	own_network = cable_lay();
	RUN(counts_what_was_sent_on_that_link);
	RUN(a_link_that_is_not_there);
	RUN(counters_that_begin_anew);
	return test_done();
}
