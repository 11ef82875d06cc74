/*
 * plan.c: where to begin: what an earlier scan learnt, else what the port's service implies, else a
 * ClientHello, since a server that greets first tells us its dialect even then. How to go on: the
 * first row of the ladder that leads to something not tried yet.
 */
#include "grab/plan.h"

#include "wire/services.h"

/* The dialect of the port that this one resembles: administrators put a digit or two before it, as
 * in 15432 or 21389. */
static uint8_t near_dialect(uint16_t port)
{
	static const uint16_t moved[] = {10000, 1000};

	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
		const struct service *service =
		    port >= moved[i] ? service_by_port(port % moved[i]) : NULL;

		if (service && service->starttls != DIALECT_NONE)
			return service->starttls;
	}
	return DIALECT_NONE;
}

static struct attempt usual_attempt(uint16_t port)
{
	const struct service *service = service_by_port(port);
	const struct dialect *near = dialect_by_id(near_dialect(port));
	struct attempt a = {.hello = HELLO_MODERN};

	if (service)
		a.dialect = service->starttls;
	else if (near)
		a.listen = near->server_first;
	return a;
}

void plan_init(struct plan *p, uint16_t port, const struct grab_hint *hint, bool nameable)
{
	*p = (struct plan){.port = port, .nameable = nameable};
	p->likely = hint->known || service_by_port(port) != NULL;
	p->usual = p->begin = usual_attempt(port);
	if (!hint->known)
		return;
	p->begin = (struct attempt){.dialect = hint->starttls, .hello = HELLO_MODERN};
	if (hint->hello > HELLO_NONE && hint->hello < HELLO_VARIANT_MAX)
		p->begin.hello = hint->hello;
}

void plan_init_sibling(
    struct plan *p, uint16_t port, const struct attempt *worked, enum hello_keys keys)
{
	*p = (struct plan){.port = port, .likely = true, .sibling = true};
	p->begin = *worked;
	p->begin.keys = (uint8_t)keys;
	p->usual = p->begin;
}

static bool attempt_eq(const struct attempt *a, const struct attempt *b)
{
	return a->dialect == b->dialect && a->hello == b->hello && a->keys == b->keys &&
	       a->ptr == b->ptr;
}

static bool was_tried(const struct plan *p, const struct attempt *a)
{
	for (size_t i = 0; i < p->n; i++)
		if (attempt_eq(&p->tried[i].attempt, a))
			return true;
	return false;
}

/* The limit is per server name; the PTR name is one more. */
static bool is_affordable(const struct plan *p, const struct attempt *a)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->tried[i].attempt.ptr == a->ptr;
	return n < GRAB_CONNECTIONS_MAX;
}

static unsigned conditions(const struct plan *p)
{
	unsigned when = p->likely ? WHEN_LIKELY : WHEN_GUESSING;

	for (size_t i = 0; i < p->n; i++)
		if (p->tried[i].trouble != TROUBLE_CONNECT)
			when |= WHEN_WAS_OPEN;
	return p->sibling ? when | WHEN_WAS_OPEN : when;
}

static void set_dialect(struct attempt *a, uint8_t dialect, bool guess)
{
	a->dialect = dialect;
	a->hello = HELLO_MODERN;
	a->listen = false;
	a->guess = guess && dialect != DIALECT_NONE;
}

/* false: the row has nothing to change here. */
static bool change(const struct plan *p, const struct ladder_row *row, struct attempt *a)
{
	uint8_t sniffed = p->tried[p->n - 1].sniffed;

	switch (row->change) {
	case CHANGE_NAME:
		a->ptr = true;
		return p->nameable;
	case CHANGE_HELLO:
		a->hello = row->value;
		a->listen = false;
		return true;
	case CHANGE_DIALECT:
		set_dialect(a, row->value, !p->likely);
		return true;
	case CHANGE_SNIFFED:
		set_dialect(a, sniffed, false);
		return sniffed != DIALECT_NONE;
	case CHANGE_NEAR:
		set_dialect(a, near_dialect(p->port), true);
		return a->dialect != DIALECT_NONE;
	case CHANGE_NOTHING:
		return true;
	}
	return false;
}

static bool next_rung(const struct plan *p, struct attempt *ret_attempt)
{
	size_t n;
	const struct ladder_row *rows = ladder_rows(&n);
	unsigned when = conditions(p);

	for (const struct ladder_row *row = rows; row < rows + n; row++) {
		struct attempt a = p->tried[p->n - 1].attempt;

		if (row->trouble != p->tried[p->n - 1].trouble || (row->when & when) != row->when)
			continue;
		if (p->sibling && row->change != CHANGE_NOTHING)
			continue;
		if (!change(p, row, &a) || !is_affordable(p, &a))
			continue;
		if (was_tried(p, &a) && row->change != CHANGE_NOTHING)
			continue;
		*ret_attempt = a;
		return true;
	}
	return false;
}

bool plan_next(const struct plan *p, struct attempt *ret_attempt)
{
	if (p->n == 0) {
		*ret_attempt = p->begin;
		return true;
	}
	if (p->n >= GRAB_TRIED_MAX || p->tried[p->n - 1].trouble == TROUBLE_NONE)
		return false;
	/* What worked once does no longer: as if it had never been known. */
	if (p->n == 1 && p->tried[0].trouble != TROUBLE_CONNECT && !was_tried(p, &p->usual)) {
		*ret_attempt = p->usual;
		return true;
	}
	return next_rung(p, ret_attempt);
}

bool plan_met_silence(const struct plan *p)
{
	return p->n && p->tried[p->n - 1].trouble == TROUBLE_HELLO_SILENT;
}

void plan_tried(struct plan *p, const struct attempt *a, enum trouble trouble, uint8_t sniffed)
{
	if (p->n >= GRAB_TRIED_MAX)
		return;
	p->tried[p->n].attempt = *a;
	p->tried[p->n].trouble = trouble;
	p->tried[p->n].sniffed = sniffed;
	p->n++;
}
