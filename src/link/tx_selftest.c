/*
 * tx_selftest.c: the only witness that every driver has is its counter of frames sent, and it
 * counts those of others, too. So a window in which we send nothing and one in which we send take
 * turns, and we send some times more than the others did at their busiest: where most of that is
 * missing, it vanished. Windows are as long as the machine lets them be, so rates are compared.
 *
 * The frames are from the link to itself, of the ethertype for experiments (RFC 9542 3.1): a switch
 * never gives a frame back to where it came from.
 */
#include "link/tx_selftest.h"

#include "link/limits.h"
#include "link/tx_stats.h"
#include "net/clock.h"
#include "net/links.h"
#include "net/netlink.h"

#include <string.h>
#include <unistd.h>

enum { FRAME = 60, ROUNDS_SPARE = 1, ROUNDS_NEEDED = TX_SELFTEST_ROUNDS - ROUNDS_SPARE };

struct selftest {
	struct tx *tx;
	int netlink, link;
	uint8_t mac[6];
	double others_per_us; /* at their busiest */
	int passed, failed; /* rounds */
};

/* What the link sent in a window. */
struct window {
	uint64_t frames, us;
};

static struct err find_mac(struct selftest *t)
{
	struct links links = {0};
	const struct link_info *l;
	struct err e = links_read(t->netlink, &links);

	if (err_is(e))
		return e;
	l = links_find(&links, t->link);
	if (l)
		memcpy(t->mac, l->mac, sizeof(t->mac));
	else
		e = err_input(0, "there is no such interface");
	links_done(&links);
	return e;
}

static bool put_frame(const struct selftest *t)
{
	uint8_t *frame = tx_frame(t->tx);

	if (!frame)
		return false;
	memset(frame, 0, FRAME);
	memcpy(frame, t->mac, sizeof(t->mac));
	memcpy(frame + 6, t->mac, sizeof(t->mac));
	memcpy(frame + 12, "\x88\xb5", 2);
	tx_put(t->tx, FRAME);
	return true;
}

static struct err send_frames(struct selftest *t, uint32_t n)
{
	struct err e = OK;

	for (uint32_t i = 0; i < n && !err_is(e); i++)
		if (!put_frame(t) || i % TX_SELFTEST_FRAMES == 0)
			e = tx_flush(t->tx);
	return err_is(e) ? e : tx_flush(t->tx);
}

static struct err watch(struct selftest *t, uint32_t n, struct window *ret_window)
{
	uint64_t begun_us = clock_mono_us();
	struct tx_stats before, after;
	struct err e = tx_stats_read(t->netlink, t->link, &before);

	if (!err_is(e))
		e = send_frames(t, n);
	if (err_is(e))
		return e;
	usleep(TX_SELFTEST_WINDOW_US);
	e = tx_stats_read(t->netlink, t->link, &after);
	if (!err_is(e))
		*ret_window = (struct window){
		    .frames = after.sent - before.sent,
		    .us = clock_mono_us() - begun_us,
		};
	return e;
}

/* Enough that four times the traffic of others is no proof, if there is room for so many. */
static uint32_t enough(const struct selftest *t)
{
	double n = 4 * t->others_per_us * TX_SELFTEST_WINDOW_US;

	if (n > TX_SELFTEST_FRAMES_MAX)
		return TX_SELFTEST_FRAMES_MAX;
	return n > TX_SELFTEST_FRAMES ? (uint32_t)n : TX_SELFTEST_FRAMES;
}

static struct err one_round(struct selftest *t)
{
	struct window quiet, sending;
	struct err e = watch(t, 0, &quiet);
	double per_us, others;
	uint32_t n;

	if (err_is(e))
		return e;
	per_us = (double)quiet.frames / (double)quiet.us;
	if (per_us > t->others_per_us)
		t->others_per_us = per_us;
	n = enough(t);
	e = watch(t, n, &sending);
	if (err_is(e))
		return e;
	others = 2 * t->others_per_us * (double)sending.us;
	if ((double)sending.frames - others >= n / 2)
		t->passed++;
	else
		t->failed++;
	return OK;
}

struct err tx_selftest(struct tx *tx, int link)
{
	struct selftest t = {.tx = tx, .link = link};
	struct err e = netlink_open(&t.netlink);

	if (err_is(e))
		return e;
	e = find_mac(&t);
	while (t.passed < ROUNDS_NEEDED && t.failed <= ROUNDS_SPARE && !err_is(e))
		e = one_round(&t);
	close(t.netlink);
	if (!err_is(e) && t.passed < ROUNDS_NEEDED)
		return err_limit("frames do not leave: the driver drops them in silence, or the "
				 "link is too busy to tell");
	return e;
}
