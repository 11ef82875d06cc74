/*
 * watcher.c: wires one sensor: feed -> sensor -> sighting -> judging -> tally -> keeper. A capture
 * waits while the keeper cannot follow; packets that come live do not. Then lines of logs are
 * dropped and counted, and sightings wait in the tally, which merges them; they are dropped only
 * where it has no room.
 */
#include "app/watcher.h"

#include "app/channel.h"
#include "app/feed.h"
#include "app/judging.h"
#include "app/limits.h"
#include "app/own.h"
#include "app/sighting.h"
#include "app/stats.h"
#include "crypto/random.h"
#include "format/zeek_logger.h"
#include "observe/departures.h"
#include "observe/tally.h"
#include "sensor/sensor.h"
#include "verdict/operation.h"

#include <stdlib.h>

enum { FINISH_AT_ONCE = 64 }; /* sessions, between two looks at the channel */

struct watcher {
	const struct scan_plan *plan;
	uint32_t index;
	struct loop *loop;
	struct channel *keeper;
	struct judging *judging;
	struct feed *feed;
	struct sensor *sensor;
	struct tally *tally;
	struct departures *departures;
	struct zeek_logger *logger; /* NULL: no logs */
	struct own *own;
	struct loop_timer progress;
	uint64_t run;
	struct watch_counts counts;
	bool finishing, done;
	struct err error;
};

static void watcher_fail(struct watcher *w, struct err e)
{
	if (!err_is(e) || err_is(w->error))
		return;
	w->error = e;
	loop_stop(w->loop);
}

static bool is_live(const struct watcher *w)
{
	return w->plan->watch->n_rings != 0;
}

static void tell(struct watcher *w, const struct record *record)
{
	watcher_fail(w, channel_send(w->keeper, record));
}

static void tell_counts(struct watcher *w)
{
	struct sensor_counts n = sensor_counts(w->sensor);
	struct watch_counts mine = w->counts;
	struct counts counts;

	mine.live = feed_live_counts(w->feed);
	mine.sightings_dropped += tally_counts(w->tally).lost;
	counts = counts_of(w->index, &n, &mine);
	tell(w, &(struct record){.type = RECORD_COUNTS, .counts = &counts});
}

static void progress_fire(struct loop_timer *t)
{
	struct watcher *w = t->context;

	tell_counts(w);
	loop_timer_arm(w->loop, t, PROGRESS_DELAY_US);
}

/* As fast as the keeper follows; on_drained goes on. */
static void finish_some(struct watcher *w)
{
	bool more = !w->done;

	while (more && !channel_congested(w->keeper))
		more = sensor_finish_some(w->sensor, FINISH_AT_ONCE);
	if (w->done || more || !tally_flush(w->tally))
		return;
	w->done = true;
	loop_timer_cancel(w->loop, &w->progress);
	tell_counts(w);
	tell(w, &(struct record){.type = RECORD_DONE});
}

static void finish(struct watcher *w)
{
	feed_stop(w->feed);
	w->finishing = true;
	finish_some(w);
}

/* From the sensor. */

/* How long the streak is that this session ends; see departures.h. 0: it is none. */
static uint32_t streak_of(struct watcher *w, enum session_event event, const struct session *s,
    const struct observation *obs)
{
	return event == SESSION_LEFT ? departures_left(w->departures, &obs->sensed.client,
					   &obs->endpoint, s->begin_us, s->last_us)
				     : 0;
}

/* Where the certificate is in hand, nobody asks. */
static void hear(struct watcher *w, const struct session *s)
{
	struct endpoint server;

	if (s->server.n_certs)
		return;
	server = sighting_endpoint(s);
	departures_spoke(w->departures, &s->client.addr, &server, s->last_us);
}

static void see(struct watcher *w, enum session_event event, const struct session *s)
{
	struct observation obs = sighting_of(w->plan->watch, event, s);
	uint32_t streak = streak_of(w, event, s, &obs);
	uint8_t n_findings = obs.n_findings;
	char text[ADDR_TEXT_MAX];

	judge_departure(&obs, streak);
	if (event == SESSION_LEFT && obs.n_findings == n_findings)
		return; /* one that leaves once is nothing */
	if (streak == DEPARTURES_TELL)
		obs.count = streak; /* those before were passed over in silence */
	if (channel_full(w->keeper)) {
		w->counts.sightings_dropped++; /* no room to tell its certificates */
		return;
	}
	obs.run = w->run;
	judging_operation(w->judging, &obs);
	watcher_fail(w, judging_judge(w->judging, &obs, sighting_name(s, &obs, text),
			    s->server.certs, s->server.n_certs));
	tally_add(w->tally, &obs, &obs.sensed.client);
}

static void on_event(void *context, enum session_event event, const struct session *s)
{
	struct watcher *w = context;

	if (w->logger)
		zeek_logger_event(w->logger, event, s);
	if (own_is(w->own, s)) {
		w->counts.own += event == SESSION_END;
		return;
	}
	if (s->flags & SESSION_STUN)
		return; /* peers pin certificates that each made for itself: RFC 8827 6.5 */
	switch (event) {
	case SESSION_CERTIFICATE:
	case SESSION_HIDDEN:
	case SESSION_REJECTED:
	case SESSION_LEFT:
		see(w, event, s);
		break;
	case SESSION_DATA:
		hear(w, s);
		break;
	case SESSION_ESTABLISHED:
	case SESSION_END:
	case SESSION_EVENTS:
		break;
	}
}

static const struct sensor_ops sensor_ops = {.event = on_event};

/* From the logger. */

static bool on_line(void *context, const struct zeek_line *line)
{
	struct watcher *w = context;
	struct record record = {.type = RECORD_LOG};
	bool live_congested = is_live(w) && channel_congested(w->keeper);
	bool taken;
	char *text;

	if (live_congested || channel_full(w->keeper)) {
		w->counts.lines_dropped++;
		return false;
	}
	/* Without its line feed, and terminated. */
	text = strndup((const char *)line->text.p, line->text.n - 1);
	record.log = (struct log_line){.log = (uint8_t)line->log,
	    .hold_s = line->key ? line->hold_s : 0,
	    .time_us = line->time_us,
	    .text = text};
	if (line->key)
		memcpy(record.log.key, line->key, LOG_KEY_SIZE);
	taken = text && !err_is(channel_send(w->keeper, &record));
	w->counts.lines_dropped += !taken;
	free(text);
	return taken;
}

/* From the tally. */

static bool on_pass(void *context, const struct observation *obs)
{
	struct watcher *w = context;

	if (is_live(w) ? channel_congested(w->keeper) : channel_full(w->keeper))
		return false;
	tell(w, &(struct record){.type = RECORD_OBSERVATION, .observation = obs});
	return true;
}

static const struct tally_ops tally_ops = {.pass = on_pass};

/* From the feed. */

static void on_frame(void *context, const struct frame *frame)
{
	struct watcher *w = context;

	sensor_push(w->sensor, frame);
	if (!is_live(w) && channel_congested(w->keeper))
		feed_pause(w->feed, true);
}

static void on_tick(void *context, int64_t now_us)
{
	struct watcher *w = context;

	sensor_tick(w->sensor, now_us);
	tally_tick(w->tally, now_us / 1000);
}

static void on_note(void *context, const char *text)
{
	struct note note = {.level = NOTE_WARNING, .text = text};

	tell(context, &(struct record){.type = RECORD_NOTE, .note = note});
}

static void on_feed_end(void *context)
{
	finish(context);
}

static const struct feed_ops feed_ops = {
    .frame = on_frame, .tick = on_tick, .note = on_note, .end = on_feed_end};

/* From the keeper. */

static void start(struct watcher *w, uint64_t run)
{
	w->run = run;
	loop_timer_arm(w->loop, &w->progress, PROGRESS_DELAY_US);
	feed_start(w->feed);
}

static void on_record(void *context, struct channel *c, const struct record *record)
{
	struct watcher *w = context;

	(void)c;
	if (record->type == RECORD_ISSUER)
		watcher_fail(w, judging_issuer(w->judging, record->issuer));
	else if (record->type == RECORD_JUDGE)
		watcher_fail(w, judging_again(w->judging, record->judge));
	else if (record->type == RECORD_START)
		start(w, record->start_run);
	else if (record->type == RECORD_STOP)
		finish(w);
	else if (record->type == RECORD_BYE)
		loop_stop(w->loop);
	else
		watcher_fail(w, err_bug("the keeper said what only a worker says"));
}

static void on_drained(void *context, struct channel *c)
{
	struct watcher *w = context;

	(void)c;
	tally_offer(w->tally);
	if (w->finishing)
		finish_some(w);
	else
		feed_pause(w->feed, channel_congested(w->keeper));
}

static void on_closed(void *context, struct channel *c, struct err e)
{
	struct watcher *w = context;

	(void)c;
	/* Why a keeper went away, it has said itself, or the warden will. */
	watcher_fail(w, e);
	loop_stop(w->loop);
}

static const struct channel_ops keeper_ops = {
    .record = on_record, .drained = on_drained, .closed = on_closed};

static bool is_local(void *context, const struct addr *a)
{
	const struct watcher *w = context;

	return watch_is_local(w->plan->watch, a);
}

static struct err logger_make(struct watcher *w)
{
	const struct zeek_plan *zeek = w->plan->watch->zeek;
	struct zeek_logger_config config = {.notices = true, .known_certs = true};

	if (!zeek)
		return OK;
	config.options = zeek->options;
	config.policy.is_local = is_local;
	config.policy.context = w;
	config.relog_always = zeek->options.legacy;
	config.verifier = zeek->verifier;
	config.ct_logs = zeek->ct_logs;
	return zeek_logger_new(&config, on_line, w, &w->logger);
}

static struct err watcher_tools(struct watcher *w)
{
	struct sensor_config config = {0};
	struct siphash_key key;
	struct err e = random_bytes((uint8_t *)&key, sizeof(key));

	config.key = key;
	if (!err_is(e))
		e = sensor_new(&config, &sensor_ops, w, &w->sensor);
	if (!err_is(e))
		e = own_new(w->plan->watch->own_addrs, w->plan->watch->n_own_addrs, &w->own);
	if (!err_is(e))
		e = tally_new(&key, &tally_ops, w, &w->tally);
	if (!err_is(e))
		e = departures_new(&key, &w->departures);
	if (!err_is(e))
		e = judging_new(w->plan->trust, w->keeper, &w->judging);
	if (!err_is(e))
		judging_policy(w->judging, w->plan->policy);
	return err_is(e) ? e : logger_make(w);
}

struct err watcher_new(struct loop *loop, const struct scan_plan *plan, uint32_t index, int fd,
    struct watcher **ret_watcher)
{
	struct feed_config feed = {.plan = plan->watch, .worker = index, .workers = plan->workers};
	struct watcher *w = calloc(1, sizeof(*w));
	struct err e;

	if (!w)
		return err_limit("out of memory");
	*w = (struct watcher){.plan = plan, .index = index, .loop = loop};
	w->progress = (struct loop_timer){.fire = progress_fire, .context = w};
	e = channel_new(loop, fd, &keeper_ops, w, &w->keeper);
	if (!err_is(e))
		e = watcher_tools(w);
	if (!err_is(e))
		e = feed_new(loop, &feed, &feed_ops, w, &w->feed);
	if (err_is(e)) {
		watcher_free(w);
		return e;
	}
	*ret_watcher = w;
	return OK;
}

void watcher_free(struct watcher *w)
{
	if (!w)
		return;
	loop_timer_cancel(w->loop, &w->progress);
	feed_free(w->feed);
	sensor_free(w->sensor);
	tally_free(w->tally);
	departures_free(w->departures);
	zeek_logger_free(w->logger);
	own_free(w->own);
	judging_free(w->judging);
	channel_free(w->keeper);
	free(w);
}

struct err watcher_error(const struct watcher *w)
{
	return w->error;
}
