#include "app/stats.h"

#include "lib/test.h"

#include <unistd.h>

static struct counts worker_counts(uint32_t worker, uint64_t frames, uint64_t bytes)
{
	struct sensor_counts sensor = {.frames = frames, .bytes = bytes, .sessions = 3};
	struct watch_counts watch = {.live = {.dropped = 5}, .own = 2};

	return counts_of(worker, &sensor, &watch);
}

static void take(struct stats *s, uint32_t worker, uint64_t frames, uint64_t bytes)
{
	struct counts c = worker_counts(worker, frames, bytes);

	stats_take(s, &c);
}

static void a_line_for_people(void)
{
	struct watch_plan plan = {.stats = -1};
	struct kept_counts kept = {.alerts = 1};
	struct stats *s;
	struct buf out;

	buf_init(&out, 1024);
	CHECK(!err_is(stats_new(&plan, 2, &s)));
	take(s, 0, 1000, 1000000);
	take(s, 1, 234, 0);
	take(s, 2, 99, 99); /* no such worker */
	stats_text(s, &kept, 1000000, &out);
	CHECK_STR(buf_text(&out), "1,234 frames  6 sessions  0 certificates  1 alert  10 dropped");
	take(s, 0, 2000, 11000000); /* what it counts is since its beginning */
	buf_reset(&out);
	stats_text(s, &kept, 3000000, &out);
	CHECK_STR(buf_text(&out),
	    "2,234 frames  5.0 MB/s  6 sessions  0 certificates  1 alert  10 dropped");
	stats_free(s);
	buf_done(&out);
}

static void a_line_for_programs(void)
{
	static const char head[] =
	    "{\"kind\":\"stats\",\"timestamp\":\"2023-11-14T22:13:20.123Z\",\"frames\":1000,"
	    "\"bytes\":1000000,";
	int fds[2];
	struct watch_plan plan;
	struct kept_counts kept = {.alerts = 7};
	char text[4096];
	struct stats *s;
	ssize_t n;

	CHECK(pipe(fds) == 0);
	plan = (struct watch_plan){.stats = fds[1]};
	CHECK(!err_is(stats_new(&plan, 1, &s)));
	take(s, 0, 1000, 1000000);
	stats_write(s, &kept, 1700000000123);
	n = read(fds[0], text, sizeof(text) - 1);
	CHECK(n > 0);
	text[n > 0 ? n : 0] = 0;
	CHECK(strncmp(text, head, strlen(head)) == 0);
	CHECK(strstr(text, "\"live_dropped\":5,"));
	CHECK(strstr(text, "\"own_scans\":2,\"alerts\":7,"));
	CHECK(n > 0 && text[n - 1] == '\n');
	stats_free(s);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	RUN(a_line_for_people);
	RUN(a_line_for_programs);
	return test_done();
}
