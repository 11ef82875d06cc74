/*
 * lru.h: things in the order of their last use, as a list through them: who makes room for another
 * is `oldest`. Embedded in the object of the caller, who gets it back by the node's address.
 */
#pragma once

#include <stddef.h>

struct lru_node {
	struct lru_node *newer, *older;
};

struct lru {
	struct lru_node *newest, *oldest; /* NULL: empty */
};

static inline void lru_add(struct lru *l, struct lru_node *n)
{
	n->newer = NULL;
	n->older = l->newest;
	*(l->newest ? &l->newest->newer : &l->oldest) = n;
	l->newest = n;
}

static inline void lru_remove(struct lru *l, struct lru_node *n)
{
	*(n->newer ? &n->newer->older : &l->newest) = n->older;
	*(n->older ? &n->older->newer : &l->oldest) = n->newer;
}

static inline void lru_touch(struct lru *l, struct lru_node *n)
{
	if (l->newest == n)
		return;
	lru_remove(l, n);
	lru_add(l, n);
}
