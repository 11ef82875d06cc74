/*
 * wheel.c: a hierarchical timing wheel (Varghese and Lauck, 1987): six wheels of 64 slots, each turning
 * 64 times slower. A timer waits in the wheel whose slot is the highest 6-bit digit in which its tick
 * differs from now, and moves down when that digit comes round. Advancing over an empty stretch costs
 * one look per slot, and over an empty wheel nothing.
 */
#include "base/wheel.h"

enum { TICK_BITS = 10, SLOT_BITS = 6, SLOT_MASK = WHEEL_SLOTS - 1 };

void wheel_init(struct wheel *w, uint64_t now_us)
{
	*w = (struct wheel){.tick = now_us >> TICK_BITS};
}

bool wheel_is_armed(const struct wheel_timer *timer)
{
	return timer->link != NULL;
}

static void unlink_timer(struct wheel_timer *timer)
{
	*timer->link = timer->next;
	if (timer->next)
		timer->next->link = timer->link;
	timer->next = NULL;
	timer->link = NULL;
}

static void push(struct wheel_timer **head, struct wheel_timer *timer)
{
	timer->next = *head;
	timer->link = head;
	if (timer->next)
		timer->next->link = &timer->next;
	*head = timer;
}

/* The slot of a tick that is not before w->tick: the first differing digit from the top tells the wheel. */
static struct wheel_timer **slot_of(struct wheel *w, uint64_t tick)
{
	uint64_t differ = tick ^ w->tick;
	unsigned level = differ ? (63 - (unsigned)__builtin_clzll(differ)) / SLOT_BITS : 0;

	if (level >= WHEEL_LEVELS) { /* beyond the rim: the slot that comes round last */
		level = WHEEL_LEVELS - 1;
		tick = w->tick + ((uint64_t)SLOT_MASK << SLOT_BITS * level);
	}
	return &w->slots[level][tick >> SLOT_BITS * level & SLOT_MASK];
}

void wheel_arm(struct wheel *w, struct wheel_timer *timer, uint64_t due_us, wheel_fn *fn, void *context)
{
	uint64_t tick = (due_us >> TICK_BITS) + ((due_us & (WHEEL_TICK_US - 1)) != 0);

	wheel_cancel(w, timer);
	timer->due_tick = tick > w->tick ? tick : w->tick;
	timer->fn = fn;
	timer->context = context;
	push(slot_of(w, timer->due_tick), timer);
	w->n++;
}

void wheel_cancel(struct wheel *w, struct wheel_timer *timer)
{
	if (!timer->link)
		return;
	unlink_timer(timer);
	w->n--;
}
