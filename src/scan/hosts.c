/*
 * hosts.c: a table of hosts by their last use, a timer for each that is being asked, and chains of
 * what they hold. Decoys are asked one after the other: of an honest host, which refuses or says
 * nothing, that costs one probe or its repetitions.
 *
 * The first open port does not make a host worth asking if TLS lives on it: it is believed anyway,
 * and a scan of one such port needs no decoys at all.
 */
#include "scan/hosts.h"

#include "base/lru_map.h"
#include "base/vec.h"
#include "base/wheel.h"
#include "scan/limits.h"

enum state {
	UNASKED, /* one usual port is open */
	ASKED, /* for decoy `decoy` */
	HONEST,
	LIAR,
};

enum { DECOYS = 2, DECOY_FIRST = 50000, DECOY_LAST = 64999, PICKS = 16, NONE = UINT32_MAX };

struct host {
	struct lru_item item; /* first */
	struct addr addr;
	uint8_t state, decoy, tries;
	uint16_t port; /* of the decoy */
	uint32_t held; /* first of its chain in hosts.held */
	struct wheel_node timer;
};

/* A held port; free ones are a chain, too. */
struct held {
	uint64_t number;
	uint32_t next;
};

struct hosts {
	struct siphash_key key;
	struct hosts_ops ops;
	void *context;
	struct lru_map map;
	struct wheel wheel; /* in microseconds */
	struct held *held;
	size_t n_held, held_cap;
	uint32_t unused;
	uint64_t wait_us;
	struct hosts_counts counts;
};

struct err hosts_new(const struct siphash_key *key, const struct hosts_ops *ops, void *context,
    struct hosts **ret_hosts)
{
	struct hosts *h = calloc(1, sizeof(*h));

	if (!h)
		return err_limit("out of memory");
	h->key = *key;
	h->ops = *ops;
	h->context = context;
	h->unused = NONE;
	h->wait_us = DECOY_WAIT_US;
	lru_map_init(&h->map, key, HOSTS_MAX);
	wheel_init(&h->wheel, 0);
	*ret_hosts = h;
	return OK;
}

void hosts_free(struct hosts *h)
{
	struct host *host;

	if (!h)
		return;
	while ((host = lru_map_oldest(&h->map))) {
		lru_map_remove(&h->map, &host->item);
		free(host);
	}
	lru_map_done(&h->map);
	free(h->held);
	free(h);
}

static struct host *host_of(const struct hosts *h, const struct addr *a)
{
	return lru_map_get(&h->map, span_of(a, sizeof(*a)));
}

/* A decoy of this host: the same however often it is asked for. */
static uint16_t port_of(const struct hosts *h, const struct addr *a, unsigned decoy)
{
	uint8_t seed[sizeof(a->b) + 2];
	uint16_t port = DECOY_FIRST;

	memcpy(seed, a->b, sizeof(a->b));
	seed[sizeof(a->b)] = (uint8_t)decoy;
	for (unsigned i = 0; i < PICKS; i++) {
		seed[sizeof(a->b) + 1] = (uint8_t)i;
		port = (uint16_t)(DECOY_FIRST + siphash(&h->key, seed, sizeof(seed)) %
						    (DECOY_LAST - DECOY_FIRST + 1));
		if (!h->ops.is_scanned(h->context, a, port))
			break;
	}
	return port;
}

static void ask(struct hosts *h, struct host *host, uint8_t decoy)
{
	host->state = ASKED;
	host->decoy = decoy;
	host->tries = 0;
	host->port = port_of(h, &host->addr, decoy);
	wheel_arm_soon(&h->wheel, &host->timer);
}

static bool hold(struct hosts *h, struct host *host, uint64_t number)
{
	struct held *v = h->held;
	uint32_t i = h->unused;

	if (i == NONE) {
		v = vec_room(h->held, h->n_held, &h->held_cap, sizeof(*v), HELD_MAX);
		if (!v)
			return false;
		h->held = v;
		i = (uint32_t)h->n_held++;
	} else {
		h->unused = v[i].next;
	}
	v[i] = (struct held){number, host->held};
	host->held = i;
	return true;
}

/* Tells of what it held. */
static void let_go(struct hosts *h, struct host *host, bool is_liar)
{
	while (host->held != NONE) {
		uint32_t i = host->held;
		uint64_t number = h->held[i].number;

		host->held = h->held[i].next;
		h->held[i].next = h->unused;
		h->unused = i;
		h->counts.disbelieved += is_liar;
		h->ops.on_settled(h->context, number, is_liar);
	}
}

static void settle(struct hosts *h, struct host *host, bool is_liar)
{
	struct addr a = host->addr;

	wheel_cancel(&h->wheel, &host->timer);
	host->state = is_liar ? LIAR : HONEST;
	h->counts.liars += is_liar;
	if (is_liar && h->ops.on_liar)
		h->ops.on_liar(h->context, &a);
	let_go(h, host, is_liar);
}

static void forget(struct hosts *h, struct host *host)
{
	wheel_cancel(&h->wheel, &host->timer);
	lru_map_remove(&h->map, &host->item);
	h->counts.forgotten++;
	let_go(h, host, false);
	free(host);
}

/* NULL: out of memory. */
static struct host *meet(struct hosts *h, const struct addr *a)
{
	struct host *host;

	if (lru_map_is_full(&h->map))
		forget(h, lru_map_oldest(&h->map));
	host = calloc(1, sizeof(*host));
	if (!host)
		return NULL;
	host->addr = *a;
	host->held = NONE;
	host->item.key = span_of(&host->addr, sizeof(host->addr));
	if (!lru_map_add(&h->map, &host->item)) {
		free(host);
		return NULL;
	}
	h->counts.known++;
	return host;
}

static enum hosts_say believe(struct hosts *h)
{
	h->counts.unheld++;
	return HOSTS_GO;
}

enum hosts_say hosts_opened(struct hosts *h, const struct addr *a, bool is_usual, uint64_t held)
{
	struct host *host = host_of(h, a);
	bool is_new = !host;

	if (is_new)
		host = meet(h, a);
	else
		lru_map_touch(&h->map, &host->item);
	if (!host)
		return believe(h);
	if (host->state == UNASKED && !(is_new && is_usual))
		ask(h, host, 0);
	if (is_usual || host->state == HONEST)
		return HOSTS_GO;
	if (host->state == LIAR) {
		h->counts.disbelieved++;
		return HOSTS_LIAR;
	}
	return hold(h, host, held) ? HOSTS_HOLD : believe(h);
}

void hosts_patience(struct hosts *h, uint64_t wait_us)
{
	h->wait_us = wait_us < DECOY_WAIT_US ? wait_us : DECOY_WAIT_US;
}

bool hosts_decoy_due(struct hosts *h, uint64_t now_us, struct addr *ret_addr, uint16_t *ret_port)
{
	struct wheel_node *node;

	wheel_advance(&h->wheel, now_us);
	while ((node = wheel_pop(&h->wheel))) {
		struct host *host = (struct host *)((char *)node - offsetof(struct host, timer));

		if (host->tries++ >= DECOY_TRIES) {
			settle(h, host, false);
			continue;
		}
		wheel_arm(&h->wheel, node, now_us + h->wait_us);
		h->counts.decoys++;
		*ret_addr = host->addr;
		*ret_port = host->port;
		return true;
	}
	return false;
}

bool hosts_decoy_answer(struct hosts *h, const struct addr *a, uint16_t port, bool is_open)
{
	struct host *host;

	if (port < DECOY_FIRST || port > DECOY_LAST)
		return false;
	host = host_of(h, a);
	if (!host || host->state == UNASKED)
		return false;
	if (host->state != ASKED || host->port != port) /* late, or once more */
		return port == port_of(h, a, 0) || port == port_of(h, a, 1);
	if (!is_open)
		settle(h, host, false);
	else if (host->decoy + 1 < DECOYS)
		ask(h, host, host->decoy + 1);
	else
		settle(h, host, true);
	return true;
}

uint64_t hosts_next_us(const struct hosts *h)
{
	return wheel_next(&h->wheel);
}

struct hosts_counts hosts_counts(const struct hosts *h)
{
	return h->counts;
}
