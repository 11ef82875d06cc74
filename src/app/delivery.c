/*
 * delivery.c: the settings say where webhooks may go; they are read before each round of messages,
 * so that a change holds at once. Each carrier takes the guard that was there when it set out.
 */
#include "app/delivery.h"

#include "alert/deliveries.h"
#include "app/limits.h"
#include "http/client.h"
#include "net/clock.h"
#include "store/settings.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct outgoing {
	struct outgoing_config config;
	struct deliveries *deliveries;
	char host[256];
	pthread_mutex_t lock; /* of all below */
	bool quiet;
	struct cidr networks[GUARD_NETWORKS_MAX];
	size_t n_networks;
};

static void command_run(
    void *context, const char *const *argv, struct span input, struct delivery *ret)
{
	commands_run(context, argv, input, ret);
}

static void carry(void *context, const struct parcel *p, struct delivery *ret)
{
	struct outgoing *o = context;
	struct cidr networks[GUARD_NETWORKS_MAX];
	struct guard guard = {.allowed = networks};
	struct courier courier = {
	    .guard = &guard,
	    .command = o->config.commands ? command_run : NULL,
	    .context = o->config.commands,
	};

	pthread_mutex_lock(&o->lock);
	memcpy(networks, o->networks, sizeof(networks));
	guard.n_allowed = o->n_networks;
	pthread_mutex_unlock(&o->lock);
	courier_carry(&courier, p, ret);
}

static void wake(void *context)
{
	struct outgoing *o = context;

	pthread_mutex_lock(&o->lock); /* so that after outgoing_quiet nobody is in here */
	if (!o->quiet)
		o->config.wake(o->config.context);
	pthread_mutex_unlock(&o->lock);
}

void outgoing_quiet(struct outgoing *o, bool quiet)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->quiet = quiet;
	pthread_mutex_unlock(&o->lock);
}

static void told(void *context, uint64_t message, enum message_state state)
{
	struct outgoing *o = context;

	if (o->config.told)
		o->config.told(o->config.context, message, state);
}

struct err outgoing_new(const struct outgoing_config *config, struct outgoing **ret_outgoing)
{
	struct outgoing *o = calloc(1, sizeof(*o));
	struct deliveries_config deliveries = {
	    .carriers = DELIVERY_CARRIERS,
	    .carry = carry,
	    .wake = wake,
	    .told = told,
	    .context = o,
	};
	struct err e;

	if (!o)
		return err_limit("out of memory");
	o->config = *config;
	o->quiet = true;
	pthread_mutex_init(&o->lock, NULL);
	if (gethostname(o->host, sizeof(o->host) - 1) < 0 || !*o->host)
		snprintf(o->host, sizeof(o->host), "localhost");
	deliveries.host = o->host;
	e = http_client_start();
	if (!err_is(e))
		e = deliveries_new(&deliveries, &o->deliveries);
	if (err_is(e))
		outgoing_free(o, NULL);
	else
		*ret_outgoing = o;
	return e;
}

void outgoing_free(struct outgoing *o, const char *store)
{
	struct store *s = NULL;

	if (!o)
		return;
	if (store && !err_is(store_open(store, STORE_WRITE, &s)))
		if (err_is(deliveries_end(o->deliveries, s, clock_now_ms(), DELIVERY_END_MS)))
			fputs("certscape: messages on their way are sent again at the next start\n",
			    stderr);
	store_close(s);
	deliveries_free(o->deliveries);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

/* "10.0.0.0/8 fd00::/8", which the setting has checked. */
static struct err networks_read(struct outgoing *o, struct store *store)
{
	struct cidr networks[GUARD_NETWORKS_MAX];
	char *word, *rest;
	struct buf text;
	size_t n = 0;
	struct err e;

	buf_init(&text, GUARD_TEXT_MAX);
	e = store_setting_get(store, SETTING_WEBHOOK_NETWORKS, &text);
	buf_put(&text, "", 1);
	rest = text.full ? NULL : (char *)text.p;
	while (!err_is(e) && n < GUARD_NETWORKS_MAX && (word = strsep(&rest, " \n")))
		if (*word && !err_is(cidr_parse(span_str(word), &networks[n])))
			n++;
	pthread_mutex_lock(&o->lock);
	memcpy(o->networks, networks, n * sizeof(networks[0]));
	o->n_networks = n;
	pthread_mutex_unlock(&o->lock);
	buf_done(&text);
	return e;
}

int64_t outgoing_run(void *context, struct store *store, int64_t now_ms)
{
	struct outgoing *o = context;
	int64_t next_ms = now_ms + DELIVERY_PAUSE_MS;
	char text[256];
	struct err e = networks_read(o, store);

	if (!err_is(e))
		e = deliveries_tick(o->deliveries, store, now_ms, &next_ms);
	if (err_is(e))
		fprintf(stderr, "certscape: messages: %s\n", err_text(e, text, sizeof(text)));
	/* Another program may put messages, too. */
	return next_ms < now_ms + DELIVERY_PAUSE_MS ? next_ms : now_ms + DELIVERY_PAUSE_MS;
}

void outgoing_test(
    struct outgoing *o, struct store *store, const struct message *message, struct delivery *ret)
{
	char why[CHANNEL_WHY_MAX];
	struct parcel parcel;
	struct arena arena;

	arena_init(&arena, ROUND_BYTES_MAX);
	*ret = (struct delivery){.end = DELIVERY_REFUSED};
	if (err_is(networks_read(o, store)))
		snprintf(ret->why, sizeof(ret->why), "the settings cannot be read");
	else if (err_is(
		     channel_render(message, o->host, message->created_ms, &arena, &parcel, why)))
		snprintf(ret->why, sizeof(ret->why), "%s", why);
	else
		carry(o, &parcel, ret);
	arena_done(&arena);
}
