#include "web/events.h"

#include "lib/httpd.h"
#include "web/limits.h"

static struct httpd httpd;
static struct events *events;

/* As GET /events does. */
static void handle(void *context, struct http_call *call)
{
	struct err e = events_join(events, call);

	(void)context;
	if (err_is(e))
		http_answer(call, 503, NULL, NULL);
}

static void begin(void)
{
	struct http_config config = {.handler = handle};

	config.limits.connections_of_one = 2 * WEB_LISTENERS_MAX;
	CHECK(!err_is(events_new(&events)));
	httpd_start(&httpd, &config);
}

static void end(void)
{
	events_end(events);
	httpd_end(&httpd);
	CHECK_EQ(events_listeners(events), 0);
	events_free(events);
}

static int listener(void)
{
	int fd = httpd_connect(&httpd);

	httpd_say(fd, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	return fd;
}

/* Reads until it has said so, or ended. */
static bool says(int fd, const char *text)
{
	static char all[65536];
	size_t n = 0, got = 1;

	while (got && n < sizeof(all) - 1) {
		got = httpd_read(fd, all + n, sizeof(all) - 1 - n, false);
		n += got;
		all[n] = 0;
		if (strstr(all, text))
			return true;
	}
	return false;
}

static bool listeners_come_to(size_t n)
{
	for (int i = 0; i < 500 && events_listeners(events) != n; i++)
		usleep(10000);
	return events_listeners(events) == n;
}

static void everybody_is_told(void)
{
	int fds[3];

	begin();
	for (int i = 0; i < 3; i++) {
		fds[i] = listener();
		CHECK(says(fds[i], "event: hello\ndata: {}\n\n"));
	}
	CHECK(listeners_come_to(3));
	events_tell(events, "run", span_str("{\"id\":7}"));
	for (int i = 0; i < 3; i++) {
		CHECK(says(fds[i], "event: run\ndata: {\"id\":7}\n\n"));
		close(fds[i]);
	}
	end();
}

/* A word to everybody notices it, and the others hear that word. */
static void who_is_gone_makes_room(void)
{
	int gone, here;

	begin();
	gone = listener();
	CHECK(says(gone, "hello"));
	here = listener();
	CHECK(says(here, "hello"));
	close(gone);
	for (int i = 0; i < 500 && events_listeners(events) > 1; i++) {
		events_tell(events, NULL, span_str(""));
		usleep(10000);
	}
	CHECK_EQ(events_listeners(events), 1);
	events_tell(events, "change", span_str("1"));
	CHECK(says(here, "event: change\ndata: 1\n\n"));
	close(here);
	end();
}

static void there_is_room_for_so_many(void)
{
	int fds[WEB_LISTENERS_MAX], more;

	begin();
	for (int i = 0; i < WEB_LISTENERS_MAX; i++)
		fds[i] = listener();
	CHECK(listeners_come_to(WEB_LISTENERS_MAX));
	more = listener();
	CHECK_EQ(httpd_status(httpd_hear(more, false)), 503);
	close(more);
	events_tell(events, "run", span_str("1"));
	for (int i = 0; i < WEB_LISTENERS_MAX; i++) {
		CHECK(says(fds[i], "event: run"));
		close(fds[i]);
	}
	end();
}

/* What does not fit is told to nobody rather than in half. */
static void an_event_that_is_too_long_is_left_out(void)
{
	char *much = calloc(1, WEB_EVENT_MAX + 1);
	int fd;

	begin();
	fd = listener();
	CHECK(says(fd, "hello"));
	memset(much, 'x', WEB_EVENT_MAX);
	events_tell(events, "long", span_of(much, WEB_EVENT_MAX));
	events_tell(events, "short", span_str("1"));
	CHECK(says(fd, "\nevent: short\ndata: 1\n\n"));
	CHECK_EQ(events_listeners(events), 1);
	close(fd);
	free(much);
	end();
}

static void nobody_joins_after_the_end(void)
{
	int fd, late;

	begin();
	fd = listener();
	CHECK(says(fd, "hello"));
	events_end(events);
	CHECK(says(fd, "0\r\n\r\n")); /* the stream is whole */
	late = listener();
	CHECK_EQ(httpd_status(httpd_hear(late, false)), 503);
	close(fd);
	close(late);
	end();
}

int main(void)
{
	RUN(everybody_is_told);
	RUN(who_is_gone_makes_room);
	RUN(there_is_room_for_so_many);
	RUN(an_event_that_is_too_long_is_left_out);
	RUN(nobody_joins_after_the_end);
	return test_done();
}
