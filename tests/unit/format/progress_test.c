#include "format/progress.h"

#include "base/text.h"

#include "lib/test.h"

static const struct progress_state half = {
    .done = 12345,
    .total = 65536,
    .per_second = 2000,
    .open = 12,
    .certificates = 9,
    .findings = 1,
    .pending = 2,
    .elapsed_s = 7,
};

static void check_line(const struct progress_state *p, unsigned width, const char *expected)
{
	struct buf out;

	buf_init(&out, 4096);
	progress_text(p, width, &out);
	CHECK_STR(buf_text(&out), expected);
	CHECK(!width || text_width(buf_view(&out)) <= width);
	buf_done(&out);
}

static void what_matters_most_stays_longest(void)
{
	check_line(&half, 0,
	    "12,345 of 65,536  19 %  2,000/s  12 open  2 being asked  9 certs  1 finding  31 s "
	    "left");
	check_line(
	    &half, 80, "12,345 of 65,536  19 %  2,000/s  12 open  9 certs  1 finding  31 s left");
	check_line(&half, 60, "12,345 of 65,536  2,000/s  12 open  9 certs  31 s left");
	check_line(&half, 40, "12,345 of 65,536  9 certs  31 s left");
	check_line(&half, 20, "12,345 of 65,536");
	check_line(&half, 10, "12,345 of…");
}

static void the_time_left_is_by_the_pace_so_far(void)
{
	check_line(&(struct progress_state){.done = 100, .total = 200, .elapsed_s = 7300}, 0,
	    "100 of 200  50 %  0/s  0 open  0 certs  0 findings  2:01:41 h left");
	check_line(&(struct progress_state){.done = 1, .total = 200000000, .elapsed_s = 1}, 0,
	    "1 of 200,000,000  0 %  0/s  0 open  0 certs  0 findings  2314 d left");
	check_line(&(struct progress_state){.done = 200, .total = 200, .elapsed_s = 9}, 0,
	    "200 of 200  100 %  0/s  0 open  0 certs  0 findings");
	check_line(&(struct progress_state){0}, 0, "0 done  0/s  0 open  0 certs  0 findings");
}

static void stopping_and_waiting_are_said(void)
{
	struct progress_state p = half;

	p.stopping = true;
	check_line(&p, 40, "12,345 of 65,536  9 certs  stopping");
	p.stopping = false;
	p.paused = true;
	check_line(&p, 40, "12,345 of 65,536  waiting for the store");
}

int main(void)
{
	RUN(what_matters_most_stays_longest);
	RUN(the_time_left_is_by_the_pace_so_far);
	RUN(stopping_and_waiting_are_said);
	return test_done();
}
