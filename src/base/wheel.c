/*
 * wheel.c: a hierarchical timer wheel (Varghese and Lauck, 1987). A node lies at the level of the
 * highest base-64 digit in which its time differs from now, in the slot of that digit: so
 * everything on a lower level is earlier than anything on a higher one, and the first occupied slot
 * is one bit scan away. When now reaches a slot of a higher level, its nodes move down; each moves
 * at most WHEEL_LEVELS times in its life.
 */
#include "base/wheel.h"

enum { DIGIT_BITS = 6 };

static void list_init(struct wheel_node *head)
{
	head->next = head->prev = head;
}

static void list_append(struct wheel_node *head, struct wheel_node *node)
{
	node->next = head;
	node->prev = head->prev;
	head->prev->next = node;
	head->prev = node;
}

static void list_unlink(struct wheel_node *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	node->next = node->prev = NULL;
}

void wheel_init(struct wheel *w, uint64_t now)
{
	w->now = now;
	w->armed = 0;
	list_init(&w->due);
	list_init(&w->soon);
	for (size_t level = 0; level < WHEEL_LEVELS; level++) {
		w->occupied[level] = 0;
		for (size_t slot = 0; slot < WHEEL_SLOTS; slot++)
			list_init(&w->slots[level][slot]);
	}
}

/* Puts a node where its time says; one whose time has come goes to the due ones. */
static void place(struct wheel *w, struct wheel_node *node)
{
	unsigned level, slot;

	if (node->at <= w->now) {
		list_append(&w->due, node);
		return;
	}
	level = (unsigned)(63 - __builtin_clzll(node->at ^ w->now)) / DIGIT_BITS;
	slot = (unsigned)(node->at >> (level * DIGIT_BITS)) % WHEEL_SLOTS;
	w->occupied[level] |= UINT64_C(1) << slot;
	list_append(&w->slots[level][slot], node);
}

void wheel_arm(struct wheel *w, struct wheel_node *node, uint64_t at)
{
	wheel_cancel(w, node);
	node->at = at > w->now ? at : w->now + 1;
	place(w, node);
	w->armed++;
}

void wheel_arm_soon(struct wheel *w, struct wheel_node *node)
{
	wheel_cancel(w, node);
	list_append(&w->soon, node);
	w->armed++;
}

void wheel_cancel(struct wheel *w, struct wheel_node *node)
{
	struct wheel_node *other = node->next;
	bool alone;

	if (!other)
		return;
	alone = other == node->prev && other != &w->due && other != &w->soon;
	list_unlink(node);
	w->armed--;
	if (alone) { /* other is the head of a slot */
		size_t slot = (size_t)(other - &w->slots[0][0]);

		w->occupied[slot / WHEEL_SLOTS] &= ~(UINT64_C(1) << slot % WHEEL_SLOTS);
	}
}

/* The level of the first occupied slot and when it begins; WHEEL_LEVELS where there is none. */
static unsigned first_slot(const struct wheel *w, uint64_t *ret_begins)
{
	for (unsigned level = 0; level < WHEEL_LEVELS; level++) {
		uint64_t unit = UINT64_C(1) << (level * DIGIT_BITS);
		uint64_t turn = unit * WHEEL_SLOTS; /* 0 at the top level: 2^66 */

		if (!w->occupied[level])
			continue;
		*ret_begins =
		    (w->now & ~(turn - 1)) + unit * (unsigned)__builtin_ctzll(w->occupied[level]);
		return level;
	}
	return WHEEL_LEVELS;
}

void wheel_advance(struct wheel *w, uint64_t now)
{
	uint64_t begins;
	unsigned level;

	while (w->soon.next != &w->soon) {
		struct wheel_node *node = w->soon.next;

		list_unlink(node);
		list_append(&w->due, node);
	}
	while ((level = first_slot(w, &begins)) < WHEEL_LEVELS && begins <= now) {
		unsigned slot = (unsigned)__builtin_ctzll(w->occupied[level]);
		struct wheel_node *head = &w->slots[level][slot];

		w->now = begins;
		w->occupied[level] &= w->occupied[level] - 1;
		while (head->next != head) {
			struct wheel_node *node = head->next;

			list_unlink(node);
			place(w, node);
		}
	}
	if (now > w->now)
		w->now = now;
}

struct wheel_node *wheel_pop(struct wheel *w)
{
	struct wheel_node *node = w->due.next;

	if (node == &w->due)
		return NULL;
	list_unlink(node);
	w->armed--;
	return node;
}

uint64_t wheel_next(const struct wheel *w)
{
	uint64_t begins;

	if (w->due.next != &w->due || w->soon.next != &w->soon)
		return w->now;
	return first_slot(w, &begins) < WHEEL_LEVELS ? begins : UINT64_MAX;
}
