/*
 * probe.h: one target being tried by the connect engine, and the places where it can be meanwhile:
 * in flight, in a queue, or parked until its host is less busy. Probes come from a pool that only
 * grows.
 */
#pragma once

#include "inet/addr.h"
#include "net/loop.h"

struct connector;

struct probe {
	struct connector *engine;
	struct probe *next; /* in a queue, in the lot, in the pool */
	uint64_t step;
	struct addr addr;
	uint16_t port;
	uint16_t timeouts; /* tries that had no answer */
	uint16_t busy; /* tries that this machine had no room for */
	struct watch watch; /* fd is -1 but in flight */
	struct loop_timer timer;
};

enum { SLAB_PROBES = 128 };

struct slab {
	struct slab *next;
	struct probe probes[SLAB_PROBES];
};

struct pool {
	struct slab *slabs;
	struct probe *unused;
};

/* A zeroed one without a descriptor; NULL: out of memory. */
struct probe *pool_take(struct pool *p);
void pool_give(struct pool *p, struct probe *probe);
void pool_done(struct pool *p);

struct queue {
	struct probe *first, **last; /* zeroed is empty */
};

void queue_push(struct queue *q, struct probe *p);
void queue_push_front(struct queue *q, struct probe *p);
struct probe *queue_pop(struct queue *q);

enum { LOT_ROWS = 1024 };

/* Parked probes, to be found by host. */
struct lot {
	struct queue rows[LOT_ROWS];
	size_t n;
	size_t sweep; /* the row that lot_any looks at next */
};

void lot_park(struct lot *l, struct probe *p);
/* The longest parked probe of that host, no longer parked; NULL if there is none. */
struct probe *lot_leave(struct lot *l, const struct addr *a);
/* Any probe, row by row. */
struct probe *lot_any(struct lot *l);
