/*
 * sensor.c: every packet finds its flow, and most of them find a tombstone: a flow of which nothing
 * more is wanted. The others are pushed through their connection.
 *
 * Nothing here waits or scans. Flows stand in lists by their last packet, so what has been idle too
 * long, what is evicted when the table is full and who is given up when too many bytes are held are
 * always at a list's old end.
 */
#include "sensor/sensor.h"

#include "sensor/connection.h"
#include "sensor/conversation.h"
#include "sensor/limits.h"
#include "sensor/peel.h"

#include <stdlib.h>

enum { SWEEP_US = 100000 };

/* Of struct flow. */
enum {
	FLOW_FIN_0 = 1, /* end 0 sent one */
	FLOW_FIN_1 = 2,
	FLOW_CLOSED = 4,
};

struct sensor {
	struct sensor_config config;
	struct sensor_ops ops;
	struct sensor_counts counts;
	struct connection_home home;
	struct flow_table *flows;
	struct defrag *defrag;
	int64_t swept_us;
};

struct err sensor_new(const struct sensor_config *config, const struct sensor_ops *ops,
    void *context, struct sensor **ret_sensor)
{
	struct sensor *s = calloc(1, sizeof(*s));
	struct err e;

	if (!s)
		return err_limit("no memory for a sensor");
	s->config = *config;
	if (s->config.flows_max == 0)
		s->config.flows_max = SENSOR_FLOWS_MAX;
	if (s->config.bytes_max == 0)
		s->config.bytes_max = SENSOR_BYTES_MAX;
	if (s->config.idle_us == 0)
		s->config.idle_us = SENSOR_IDLE_US;
	s->ops = *ops;
	s->home = (struct connection_home){
	    .key = config->key, .ops = &s->ops, .context = context, .counts = &s->counts};
	e = flow_table_new(&config->key, s->config.flows_max, &s->flows);
	if (!err_is(e))
		e = defrag_new(&config->key, &s->defrag);
	if (err_is(e)) {
		sensor_free(s);
		return e;
	}
	*ret_sensor = s;
	return OK;
}

static bool is_udp(const struct flow *f)
{
	return f->key.proto == PACKET_UDP;
}

static size_t held(const struct flow *f)
{
	return is_udp(f) ? conversation_held(f->open) : connection_held(f->open);
}

/* What is open about a flow goes, untold. */
static void drop(struct sensor *s, struct flow *f)
{
	if (!f->open)
		return;
	s->counts.bytes_now -= held(f);
	if (is_udp(f))
		conversation_free(f->open);
	else
		connection_free(f->open);
	f->open = NULL;
}

/* What is open about a flow is told to its end. */
static void give_up(struct sensor *s, struct flow *f)
{
	if (!f->open)
		return;
	s->counts.bytes_now -= held(f);
	if (is_udp(f))
		conversation_give_up(f->open);
	else
		connection_give_up(f->open);
	s->counts.bytes_now += held(f);
	drop(s, f);
}

static void bury(struct sensor *s, struct flow *f)
{
	give_up(s, f);
	flow_remove(s->flows, f);
}

static struct flow *oldest_of_all(const struct sensor *s, int64_t now_us)
{
	struct flow *oldest = NULL;

	for (enum flow_list l = 0; l < FLOW_LISTS; l++) {
		struct flow *f = flow_oldest(s->flows, l);

		if (f && (!oldest || flow_idle_us(f, now_us) > flow_idle_us(oldest, now_us)))
			oldest = f;
	}
	return oldest;
}

static void expire(struct sensor *s, enum flow_list list, int64_t idle_us, int64_t now_us)
{
	struct flow *f;

	/* Time that jumps back as far has nothing to do with these flows either. */
	while ((f = flow_oldest(s->flows, list)) && llabs(flow_idle_us(f, now_us)) > idle_us) {
		s->counts.flows_idle += list != FLOW_CLOSING;
		bury(s, f);
	}
}

void sensor_tick(struct sensor *s, int64_t now_us)
{
	s->swept_us = now_us;
	expire(s, FLOW_OPEN, s->config.idle_us, now_us);
	expire(s, FLOW_QUIET, s->config.idle_us, now_us);
	expire(s, FLOW_CLOSING, SENSOR_CLOSING_US, now_us);
}

bool sensor_finish_some(struct sensor *s, size_t n)
{
	for (enum flow_list l = 0; l < FLOW_LISTS; l++)
		for (struct flow *f; (f = flow_oldest(s->flows, l)); n--) {
			if (n == 0)
				return true;
			bury(s, f);
		}
	return false;
}

void sensor_finish(struct sensor *s)
{
	sensor_finish_some(s, SIZE_MAX);
}

void sensor_free(struct sensor *s)
{
	if (!s)
		return;
	for (enum flow_list l = 0; s->flows && l < FLOW_LISTS; l++)
		for (struct flow *f; (f = flow_oldest(s->flows, l));) {
			drop(s, f);
			flow_remove(s->flows, f);
		}
	flow_table_free(s->flows);
	defrag_free(s->defrag);
	free(s);
}

/* The oldest are told as far as they came, until the rest is small enough. */
static void check_bytes(struct sensor *s)
{
	while (s->counts.bytes_now > s->config.bytes_max) {
		struct flow *f = flow_oldest(s->flows, FLOW_OPEN);

		if (!f)
			f = flow_oldest(s->flows, FLOW_CLOSING);
		if (!f)
			return;
		s->counts.bytes_limit_hit++;
		give_up(s, f);
		if (f->list == FLOW_OPEN)
			flow_move(s->flows, f, FLOW_QUIET);
		else
			flow_remove(s->flows, f);
	}
}

static struct flow *flow_begin(struct sensor *s, const struct flow_key *key, int64_t time_us)
{
	struct flow *f;

	if (flow_count(s->flows) == s->config.flows_max) {
		s->counts.flows_evicted++;
		bury(s, oldest_of_all(s, time_us));
	}
	f = flow_add(s->flows, key, time_us);
	s->counts.flows += f != NULL;
	return f;
}

static void tcp_open(struct sensor *s, struct flow *f, const struct packet *p, unsigned from)
{
	struct connection *c = connection_new(&s->home, &f->key, p, from);

	f->flags = 0;
	f->open = c;
	flow_move(s->flows, f, c ? FLOW_OPEN : FLOW_QUIET);
	if (c)
		s->counts.bytes_now += connection_held(c);
}

/* A new connection between ports that had one before. */
static bool is_reuse(const struct flow *f, const struct packet *p, unsigned from)
{
	return p->flags & TCP_SYN && (!f->open || connection_is_other(f->open, p, from));
}

/* NULL: this packet makes none. */
static struct flow *tcp_flow(struct sensor *s, const struct packet *p, unsigned *ret_from)
{
	struct flow_key key;
	unsigned from = flow_key_of(p, &key);
	struct flow *f = flow_find(s->flows, &key);

	*ret_from = from;
	if (f && !is_reuse(f, p, from))
		return f;
	if (f) {
		give_up(s, f);
		s->counts.flows++;
	} else {
		if (p->payload.n == 0 && p->missing == 0 && p->flags & (TCP_FIN | TCP_RST))
			return NULL; /* the end of something that was not seen */
		f = flow_begin(s, &key, p->time_us);
		if (!f)
			return NULL;
	}
	tcp_open(s, f, p, from);
	return f;
}

static void note_close(struct flow *f, uint8_t flags, unsigned from)
{
	const uint8_t both = FLOW_FIN_0 | FLOW_FIN_1;

	if (flags & TCP_FIN)
		f->flags |= from ? FLOW_FIN_1 : FLOW_FIN_0;
	if (flags & TCP_RST || (f->flags & both) == both)
		f->flags |= FLOW_CLOSED;
}

/* Nothing is open about it any more. */
static void tombstone_check(struct sensor *s, struct flow *f)
{
	enum flow_list list = f->flags & FLOW_CLOSED ? FLOW_CLOSING : FLOW_QUIET;

	if (f->list != list)
		flow_move(s->flows, f, list);
}

static void tcp_state(struct sensor *s, struct flow *f, enum connection_state state)
{
	switch (state) {
	case CONNECTION_OPEN:
		break;
	case CONNECTION_CLOSING:
		if (f->list != FLOW_CLOSING)
			flow_move(s->flows, f, FLOW_CLOSING);
		break;
	case CONNECTION_OVER:
		f->flags |= FLOW_CLOSED;
		/* fall through */
	case CONNECTION_UNWANTED:
		drop(s, f);
		tombstone_check(s, f);
		break;
	}
}

static void tcp_listen(struct sensor *s, struct flow *f, const struct packet *p, unsigned from)
{
	enum connection_state state;

	s->counts.bytes_now -= connection_held(f->open);
	state = connection_push(f->open, p, from);
	s->counts.bytes_now += connection_held(f->open);
	tcp_state(s, f, state);
	check_bytes(s);
}

static void tcp_push(struct sensor *s, const struct packet *p)
{
	unsigned from;
	struct flow *f = tcp_flow(s, p, &from);

	if (!f)
		return;
	/* What goes on long after its end was not closed at all: it is found again as a new
	 * flow. */
	if (f->open || !(f->flags & FLOW_CLOSED))
		flow_touch(s->flows, f, p->time_us);
	if (f->open) {
		note_close(f, p->flags & TCP_FIN, from);
		tcp_listen(s, f, p, from);
	} else if (p->flags & (TCP_FIN | TCP_RST)) {
		note_close(f, p->flags, from);
		tombstone_check(s, f);
	}
}

static void udp_listen(struct sensor *s, struct flow *f, const struct packet *p, unsigned from)
{
	enum connection_state state;

	s->counts.bytes_now -= held(f);
	state = conversation_push(f->open, p, from);
	s->counts.bytes_now += held(f);
	if (state == CONNECTION_UNWANTED) {
		drop(s, f);
		flow_move(s->flows, f, FLOW_QUIET);
	}
	check_bytes(s);
}

static void udp_open(struct sensor *s, struct flow *f, const struct packet *p, unsigned from)
{
	f->open = conversation_new(&s->home, &f->key, p, from);
	flow_move(s->flows, f, f->open ? FLOW_OPEN : FLOW_QUIET);
	if (f->open)
		s->counts.bytes_now += held(f);
}

static void udp_push(struct sensor *s, const struct packet *p)
{
	struct flow_key key;
	unsigned from = flow_key_of(p, &key);
	struct flow *f;

	if (!conversation_may(p))
		return;
	f = flow_find(s->flows, &key);
	if (f) {
		flow_touch(s->flows, f, p->time_us);
		if (!f->open && conversation_begins_again(p))
			udp_open(s, f, p, from);
	} else if (conversation_begins(p)) {
		f = flow_begin(s, &key, p->time_us);
		if (f)
			udp_open(s, f, p, from);
	}
	if (f && f->open)
		udp_listen(s, f, p, from);
}

static void packet_push(struct sensor *s, const struct packet *p)
{
	switch ((enum packet_proto)p->proto) {
	case PACKET_TCP:
		tcp_push(s, p);
		break;
	case PACKET_UDP:
		udp_push(s, p);
		break;
	}
}

static void count_peel(struct sensor_counts *counts, enum peel how)
{
	uint64_t *const counter[PEEL_RESULTS] = {
	    [PEEL_FRAGMENT] = &counts->fragments,
	    [PEEL_NOT_IP] = &counts->not_ip,
	    [PEEL_NOT_OURS] = &counts->not_tcp_udp,
	    [PEEL_TRUNCATED] = &counts->truncated,
	    [PEEL_DAMAGED] = &counts->damaged,
	    [PEEL_TOO_DEEP] = &counts->too_deep,
	    [PEEL_UNKNOWN_LINK] = &counts->unknown_link,
	};

	if (counter[how])
		++*counter[how];
}

void sensor_push(struct sensor *s, const struct frame *frame)
{
	struct packet p;
	enum peel how;

	s->counts.frames++;
	s->counts.bytes += frame->wire_n;
	if (llabs(frame->time_us - s->swept_us) > SWEEP_US)
		sensor_tick(s, frame->time_us);
	how = peel(frame, s->defrag, &p);
	if (how != PEEL_PACKET) {
		count_peel(&s->counts, how);
		return;
	}
	p.number = s->counts.frames;
	packet_push(s, &p);
}

struct sensor_counts sensor_counts(const struct sensor *s)
{
	struct sensor_counts counts = s->counts;

	counts.flows_now = flow_count(s->flows);
	counts.fragments_lost = defrag_lost(s->defrag);
	return counts;
}
