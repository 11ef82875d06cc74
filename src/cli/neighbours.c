/*
 * neighbours.c: --ipv6-neighbours. Whoever answers is a target as if he had been written down,
 * so that what is to be left alone is.
 */
#include "cli/neighbours.h"

#include "cli/command.h"
#include "cli/right.h"
#include "net/neighbours.h"

#include <errno.h>
#include <sys/random.h>

enum { WAIT_US = 2000000 }; /* a radio that sleeps, a switch that passes multicast on slowly */

struct taking {
	struct sources *sources;
	struct err error;
	size_t n;
};

static void take(void *context, const struct addr *a)
{
	struct taking *t = context;
	char text[ADDR_TEXT_MAX];

	if (!err_is(t->error))
		t->error = sources_add(t->sources, addr_text(a, text));
	t->n++;
}

int neighbours_add(struct sources *s)
{
	struct taking t = {.sources = s};
	char right[RIGHT_TEXT_MAX];
	uint32_t ident;
	struct err e;

	if (getrandom(&ident, sizeof(ident), 0) != sizeof(ident))
		return failure("scan", err_io(errno, "no randomness"), NULL);
	e = neighbours_find(ident, WAIT_US, take, &t);
	if (!err_is(e))
		e = t.error;
	if (err_class(e) == ERR_IO && err_detail(e) == EPERM && !right_is_ours())
		return failure("--ipv6-neighbours", err_input(0, right_text(right)), NULL);
	if (err_is(e))
		return failure("--ipv6-neighbours", e, NULL);
	fprintf(stderr, "certscape: %zu IPv6 address%s of local networks answered\n", t.n,
	    t.n == 1 ? "" : "es");
	return EXIT_DONE;
}
