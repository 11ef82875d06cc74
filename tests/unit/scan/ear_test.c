#include "scan/ear.h"

#include "lib/far_end.h"
#include "lib/test.h"

enum { MOMENT_US = 100000, GUARD_US = 10000000 };

static bool have_network;

static struct {
	struct loop *loop;
	struct caplive *live;
	struct loop_timer guard;
	unsigned heard, wanted;
} lab;

static void count(void *context, const struct frame *frame)
{
	unsigned *n = context;

	CHECK(frame->bytes.n >= 42);
	if (++*n == lab.wanted)
		loop_stop(lab.loop);
}

static void guard_fired(struct loop_timer *t)
{
	(void)t;
	loop_stop(lab.loop);
}

static void run_for(uint64_t us)
{
	loop_timer_arm(lab.loop, &lab.guard, us);
	CHECK(!err_is(loop_run(lab.loop)));
	loop_timer_cancel(lab.loop, &lab.guard);
}

static void ask(const struct far_end *far, unsigned times)
{
	const struct addr them = far_addr("10.9.0.2"), us = far_addr("10.9.0.1");
	uint8_t arp[ARP_FRAME_MAX];

	for (unsigned i = 0; i < times; i++)
		far_end_say(far, arp,
		    arp_write_request(arp, (const uint8_t[]){2, 0, 0, 0, 0, 2}, &them, &us));
}

/* In its turn, or before it; closed, it hears nothing. */
static void hears_what_comes(void)
{
	static struct far_end far;
	const struct caplive_config config = {
	    .interface = "va", .filter = "arp and src host 10.9.0.2", .wait_ms = 4};
	const char *problem;
	struct ear ear = {.live = NULL};

	if (!have_network)
		SKIP(NO_NETWORK);
	memset(&lab, 0, sizeof(lab));
	lab.guard.fire = guard_fired;
	far_end_open(&far, NULL, 0);
	CHECK(!err_is(loop_new(&lab.loop)));
	CHECK(!err_is(caplive_open(&config, &lab.live, &problem)));
	CHECK(!err_is(ear_open(&ear, lab.loop, lab.live, count, &lab.heard)));
	lab.wanted = 3;
	ask(&far, 3);
	run_for(GUARD_US);
	CHECK_EQ(lab.heard, 3);
	ask(&far, 2);
	for (unsigned i = 0; i < 50 && lab.heard < 5; i++) {
		usleep(MOMENT_US);
		ear_read(&ear);
	}
	CHECK_EQ(lab.heard, 5);
	run_for(MOMENT_US);
	CHECK_EQ(lab.heard, 5);
	ear_close(&ear);
	ask(&far, 1);
	run_for(MOMENT_US);
	CHECK_EQ(lab.heard, 5);
	ear_close(&ear);
	caplive_close(lab.live);
	loop_free(lab.loop);
	far_end_close(&far);
}

int main(void)
{
	have_network = netns_pair(NETNS_ROUTER "true", NETNS_QUIET);
	RUN(hears_what_comes);
	return test_done();
}
