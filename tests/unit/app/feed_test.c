#include "app/feed.h"

#include "lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FRAMES = 100, FRAME_N = 60 };

static struct loop *loop;
static struct feed *feed;
static struct loop_timer later;
static size_t n_frames, n_notes, n_at_pause, pause_each;
static bool paused, ended;

static void go_on(struct loop_timer *t)
{
	(void)t;
	CHECK_EQ(n_frames, n_at_pause);
	paused = false;
	feed_pause(feed, false);
}

static void on_frame(void *context, const struct frame *frame)
{
	(void)context;
	CHECK(!paused);
	CHECK_EQ(frame->bytes.n, FRAME_N);
	if (++n_frames % pause_each != 0)
		return;
	n_at_pause = n_frames;
	paused = true;
	feed_pause(feed, true);
	loop_timer_arm(loop, &later, 1000);
}

static void on_tick(void *context, int64_t now_us)
{
	(void)context;
	(void)now_us;
}

static void on_note(void *context, const char *text)
{
	(void)context;
	(void)text;
	n_notes++;
}

static void on_end(void *context)
{
	(void)context;
	ended = true;
	CHECK(!paused);
}

static const struct feed_ops ops = {
    .frame = on_frame, .tick = on_tick, .note = on_note, .end = on_end};

/* A capture, its last `cut` bytes missing, behind a descriptor. */
static int capture_of(bool pipe_wanted, size_t cut)
{
	static const uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
	uint8_t frame[FRAME_N] = {0};
	uint32_t each[] = {1700000000, 0, FRAME_N, FRAME_N};
	struct buf all;
	int fds[2];

	buf_init(&all, 1 << 16);
	buf_put(&all, head, sizeof(head));
	for (size_t i = 0; i < FRAMES; i++) {
		buf_put(&all, each, sizeof(each));
		buf_put(&all, frame, sizeof(frame));
	}
	if (pipe_wanted) {
		CHECK(pipe(fds) == 0);
	} else {
		fds[1] = open("/tmp", O_TMPFILE | O_RDWR, 0600);
		fds[0] = fds[1];
	}
	CHECK(write(fds[1], all.p, all.n - cut) == (ssize_t)(all.n - cut));
	if (pipe_wanted)
		close(fds[1]);
	else
		lseek(fds[0], 0, SEEK_SET);
	buf_done(&all);
	return fds[0];
}

static void read_all(bool piped, size_t cut, size_t each)
{
	struct capture capture = {
	    .path = "x.pcap", .fd = capture_of(piped, cut), .streamed = piped};
	struct watch_plan plan = {.captures = &capture, .n_captures = 1};
	struct feed_config config = {.plan = &plan, .workers = 1};

	n_frames = n_notes = 0;
	paused = ended = false;
	pause_each = each;
	later = (struct loop_timer){.fire = go_on};
	CHECK(!err_is(loop_new(&loop)));
	CHECK(!err_is(feed_new(loop, &config, &ops, NULL, &feed)));
	feed_start(feed);
	CHECK(!err_is(loop_run(loop)));
	CHECK(ended);
	feed_free(feed);
	loop_free(loop);
	close(capture.fd);
}

static void no_frame_comes_while_it_is_paused(void)
{
	read_all(false, 0, 7);
	CHECK_EQ(n_frames, FRAMES);
	read_all(false, 0, 1);
	CHECK_EQ(n_frames, FRAMES);
	CHECK_EQ(n_notes, 0);
}

static void nor_from_a_pipe(void)
{
	read_all(true, 0, 7);
	CHECK_EQ(n_frames, FRAMES);
	CHECK_EQ(n_notes, 0);
}

static void a_pause_before_a_cut_end_loses_nothing(void)
{
	read_all(false, 1, FRAMES - 1);
	CHECK_EQ(n_frames, FRAMES - 1);
	CHECK_EQ(n_notes, 1);
}

int main(void)
{
	RUN(no_frame_comes_while_it_is_paused);
	RUN(nor_from_a_pipe);
	RUN(a_pause_before_a_cut_end_loses_nothing);
	return test_done();
}
