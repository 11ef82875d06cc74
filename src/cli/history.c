/*
 * history.c: `certscape history`: what changed at an address, oldest first.
 */
#include "base/time.h"
#include "cli/command.h"
#include "cli/open.h"
#include "format/getter.h"
#include "inet/place.h"

#include <stddef.h>

struct history_options {
	const char *store;
};

static const struct option options[] = {
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct history_options, store), 0, 0, 0,
	"the store, if not the default one"},
};

enum { CHAIN_BYTES_MAX = 8 << 20 };

struct told {
	struct store *store;
	struct arena arena;
	size_t n;
};

/* "www.example.net (issuer R3, until 2027-01-03, 0a1b2c3d)". */
static void tell_chain(struct told *t, const char *word, const struct digest256 *id)
{
	const struct chain_verdict *chain;
	const struct cert_facts *leaf;
	char until[TIME_TEXT_MAX];

	if (digest256_is_zero(id))
		return;
	arena_reset(&t->arena);
	if (err_is(store_get_chain(t->store, id, &t->arena, &chain)) || chain->n_certs == 0)
		return;
	leaf = chain->facts[0];
	printf("    %-6s %s, issued by %s, until %s, sha256 %02x%02x%02x%02x\n", word,
	    *leaf->subject_cn ? leaf->subject_cn : leaf->subject,
	    *leaf->issuer_cn ? leaf->issuer_cn : leaf->issuer,
	    time_date_text(leaf->not_after_s, until), leaf->id.b[0], leaf->id.b[1], leaf->id.b[2],
	    leaf->id.b[3]);
}

static bool each_change(void *context, const struct change *change)
{
	struct told *t = context;
	char when[TIME_TEXT_MAX], where[ADDR_TEXT_MAX + 8];

	printf("%s  %-18s %s%s%s\n", time_text_ms(change->at_ms, when), change_text(change->kind),
	    addr_port_text(&change->endpoint.addr, change->endpoint.port, where),
	    *change->endpoint.name ? " as " : "", change->endpoint.name);
	tell_chain(t, "before", &change->before);
	tell_chain(t, "after", &change->after);
	t->n++;
	return true;
}

static int tell(struct told *t, const char *what, const char *path)
{
	struct addr addr;
	uint16_t port;
	struct err e;

	if (err_is(place_parse(span_str(what), &addr, &port)))
		return usage_error("history %s: not an address or address:port", what);
	e = store_history(t->store, &addr, port, each_change, t);
	if (err_is(e))
		return failure("history", e, store_detail(t->store));
	if (t->n == 0)
		tell_empty(path, "no history of that address");
	return EXIT_DONE;
}

static int run(void *into, const struct option_list *words)
{
	const struct history_options *o = into;
	struct told told = {0};
	char path[PATH_TEXT_MAX];
	int status;

	if (words->n != 1)
		return usage_error("history takes one IP or IP:PORT");
	status = open_store(o->store, &told.store, path);
	if (status)
		return status;
	arena_init(&told.arena, CHAIN_BYTES_MAX);
	status = tell(&told, words->v[0], path);
	arena_done(&told.arena);
	store_close(told.store);
	return status;
}

const struct command command_history = {
    .name = "history",
    .usage = "IP[:PORT] [options]",
    .summary = "what changed at an endpoint, and when",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct history_options),
    .run = run,
};
