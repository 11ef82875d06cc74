/*
 * probe.c: lists of probes, linked through themselves: queueing and parking allocate nothing.
 */
#include "scan/probe.h"

#include <stdlib.h>
#include <string.h>

static bool pool_grow(struct pool *p)
{
	struct slab *slab = malloc(sizeof(*slab));

	if (!slab)
		return false;
	slab->next = p->slabs;
	p->slabs = slab;
	for (size_t i = 0; i < SLAB_PROBES; i++) {
		slab->probes[i] = (struct probe){.next = p->unused, .watch.fd = -1};
		p->unused = &slab->probes[i];
	}
	return true;
}

struct probe *pool_take(struct pool *p)
{
	struct probe *probe;

	if (!p->unused && !pool_grow(p))
		return NULL;
	probe = p->unused;
	p->unused = probe->next;
	*probe = (struct probe){.watch.fd = -1};
	return probe;
}

void pool_give(struct pool *p, struct probe *probe)
{
	probe->next = p->unused;
	p->unused = probe;
}

void pool_done(struct pool *p)
{
	while (p->slabs) {
		struct slab *next = p->slabs->next;

		free(p->slabs);
		p->slabs = next;
	}
	p->unused = NULL;
}

void queue_push(struct queue *q, struct probe *p)
{
	p->next = NULL;
	if (q->first)
		*q->last = p;
	else
		q->first = p;
	q->last = &p->next;
}

void queue_push_front(struct queue *q, struct probe *p)
{
	p->next = q->first;
	if (!q->first)
		q->last = &p->next;
	q->first = p;
}

struct probe *queue_pop(struct queue *q)
{
	struct probe *p = q->first;

	if (p)
		q->first = p->next;
	return p;
}

static struct queue *row_of(struct lot *l, const struct addr *a)
{
	uint64_t half[2];

	memcpy(half, a->b, sizeof(half));
	return &l->rows[(half[0] ^ half[1]) * UINT64_C(0x9e3779b97f4a7c15) >> 54];
}

void lot_park(struct lot *l, struct probe *p)
{
	queue_push(row_of(l, &p->addr), p);
	l->n++;
}

struct probe *lot_leave(struct lot *l, const struct addr *a)
{
	struct queue *row = row_of(l, a);
	struct probe **link = &row->first, *p;

	while (*link && !addr_eq(&(*link)->addr, a))
		link = &(*link)->next;
	p = *link;
	if (!p)
		return NULL;
	*link = p->next;
	if (!p->next)
		row->last = link;
	l->n--;
	return p;
}

struct probe *lot_any(struct lot *l)
{
	for (size_t i = 0; i < LOT_ROWS; i++, l->sweep++) {
		struct probe *p = queue_pop(&l->rows[l->sweep % LOT_ROWS]);

		if (!p)
			continue;
		l->sweep++;
		l->n--;
		return p;
	}
	return NULL;
}
