/*
 * rows.c: inventory rows out of a query: an endpoint, the observation that last showed this chain
 * there, and the chain. The memory of a row is given back before the next one; a chain that the
 * next row has too is kept (an address with forty ports, one certificate).
 */
#include "store/db.h"

void endpoint_get(struct stmt *q, int column, struct endpoint *ret_endpoint)
{
	struct span addr = stmt_get_blob(q, column);
	struct endpoint e = {0};

	if (addr.n == sizeof(e.addr.b))
		memcpy(e.addr.b, addr.p, addr.n);
	e.addr.zone = (uint32_t)stmt_get_int(q, column + 1);
	e.port = (uint16_t)stmt_get_int(q, column + 2);
	e.transport = (uint8_t)stmt_get_int(q, column + 3);
	stmt_get_chars(q, column + 4, e.name, sizeof(e.name));
	*ret_endpoint = e;
}

/* The columns of ROWS_SELECT. */
static void observation_get(struct stmt *q, struct observation *o)
{
	*o = (struct observation){
	    .chain = stmt_get_digest(q, 8),
	    .first_ms = stmt_get_int(q, 9),
	    .last_ms = stmt_get_int(q, 10),
	    .count = (uint32_t)stmt_get_int(q, 11),
	    .run = (uint64_t)stmt_get_int(q, 12),
	    .evidence = (uint8_t)stmt_get_int(q, 13),
	    .outcome = (uint8_t)stmt_get_int(q, 14),
	    .starttls = (uint8_t)stmt_get_int(q, 15),
	    .hello = (uint8_t)stmt_get_int(q, 16),
	    .version = (uint16_t)stmt_get_int(q, 17),
	    .cipher = (uint16_t)stmt_get_int(q, 18),
	    .group = (uint16_t)stmt_get_int(q, 19),
	    .alert_level = (uint8_t)stmt_get_int(q, 20),
	    .alert = (uint8_t)stmt_get_int(q, 21),
	    .flags = (uint32_t)stmt_get_int(q, 22),
	    .os_error = (int32_t)stmt_get_int(q, 23),
	    .connections = (uint8_t)stmt_get_int(q, 24),
	    .clients = (uint32_t)stmt_get_int(q, 25),
	    .sensed = {.sealed_certificate_n = (uint32_t)stmt_get_int(q, 28)},
	};
	endpoint_get(q, 0, &o->endpoint);
	stmt_get_chars(q, 5, o->hostname, sizeof(o->hostname));
	stmt_get_chars(q, 26, o->alpn, sizeof(o->alpn));
}

static struct err observation_findings(
    struct store *s, int64_t endpoint, int64_t chain, struct observation *o)
{
	static const char sql[] =
	    "SELECT finding, severity, since_s, until_s, evidence FROM sighting_findings"
	    " WHERE endpoint = ? AND chain = ? ORDER BY position";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	while (o->n_findings < OBSERVATION_FINDINGS_MAX && stmt_row(&q))
		finding_get(&q, 0, &o->findings[o->n_findings++]);
	return stmt_end(&q);
}

/* The chain of the row before, and its memory. */
struct loaded {
	struct arena arena;
	int64_t row;
	const struct chain_verdict *chain;
};

static struct err chain_of(
    struct store *s, int64_t row, bool with_der, struct loaded *l, const struct chain_verdict **ret)
{
	struct err e;

	if (l->row != row) {
		l->row = 0;
		arena_reset(&l->arena);
		e = load_chain(s, row, with_der, &l->arena, &l->chain);
		if (err_is(e))
			return e;
		l->row = row;
	}
	*ret = l->chain->n_certs ? l->chain : NULL;
	return OK;
}

/* RFC 8446 4.4.2 and 5.2: the Certificate message of this chain without extensions, its content
 * type and tag. Staples make it longer, nothing makes it shorter. */
static uint32_t sealed_at_least(const struct chain_verdict *chain)
{
	size_t n = 4 + 1 + 3 + 1 + 16;

	for (size_t i = 0; i < chain->n_certs; i++)
		n += 3 + chain->der[i].n + 2;
	return (uint32_t)n;
}

static bool hides_its_certificate(const struct observation *o)
{
	return o->evidence == EVIDENCE_SENSOR &&
	       (o->outcome == OUTCOME_HIDDEN || o->outcome == OUTCOME_REJECTED);
}

/* The certificate that the endpoint is otherwise known to serve under this name. */
static struct err infer(
    struct store *s, int64_t endpoint, struct loaded *l, struct inventory_row *row)
{
	static const char sql[] = "SELECT chain FROM sightings WHERE endpoint = ? AND chain <> 0"
				  " AND current ORDER BY last_ms DESC LIMIT 1";
	const struct chain_verdict *chain = NULL;
	struct stmt q = stmt_use(s, sql);
	uint32_t sealed = row->seen->sensed.sealed_certificate_n;
	int64_t known = 0;
	struct err e;

	stmt_int(&q, endpoint);
	if (stmt_row(&q))
		known = stmt_get_int(&q, 0);
	e = stmt_end(&q);
	if (!err_is(e) && known) {
		l->row = 0; /* with its DER: not what the next row may have */
		arena_reset(&l->arena);
		e = load_chain(s, known, true, &l->arena, &chain);
	}
	if (err_is(e) || !chain || !chain->n_certs)
		return e;
	row->inferred = chain->facts[0];
	row->contradicted = sealed && sealed < sealed_at_least(chain);
	return OK;
}

static struct err row_get(struct stmt *q, bool with_der, struct loaded *l, struct observation *o,
    struct inventory_row *row)
{
	int64_t chain = stmt_get_int(q, 7);
	struct err e = OK;

	observation_get(q, o);
	*row = (struct inventory_row){.seen = o,
	    .first_seen_ms = o->first_ms,
	    .last_seen_ms = o->last_ms,
	    .gone = stmt_get_int(q, 29) == 0};
	if (stmt_get_int(q, 27))
		e = observation_findings(q->s, stmt_get_int(q, 6), chain, o);
	if (!err_is(e) && chain)
		e = chain_of(q->s, chain, with_der, l, &row->chain);
	else if (!err_is(e) && hides_its_certificate(o))
		e = infer(q->s, stmt_get_int(q, 6), l, row);
	return e;
}

struct err rows_each(
    struct stmt *q, bool with_der, store_row_fn *each, void *context, size_t *ret_n)
{
	struct loaded loaded = {0};
	struct observation o;
	struct inventory_row row;
	struct err e = OK, end;
	size_t n = 0;

	arena_init(&loaded.arena, ROW_BYTES_MAX);
	while (stmt_row(q)) {
		e = row_get(q, with_der, &loaded, &o, &row);
		if (err_is(e))
			break;
		n++;
		if (!each(context, &row))
			break;
	}
	arena_done(&loaded.arena);
	end = stmt_end(q);
	if (err_is(e) || err_is(end))
		return err_is(e) ? e : end;
	*ret_n = n;
	return OK;
}

static struct err row_named(struct store *s, const struct row_name *name, struct loaded *loaded,
    store_row_fn *each, void *context, bool *ret_stopped)
{
	static const char sql[] = ROWS_SELECT "WHERE s.endpoint = ? AND s.chain = ?";
	struct stmt q = stmt_use(s, sql);
	struct inventory_row row;
	struct observation o;
	struct err e = OK, end;

	stmt_int(&q, name->endpoint);
	stmt_int(&q, name->chain);
	if (stmt_row(&q)) {
		e = row_get(&q, false, loaded, &o, &row);
		*ret_stopped = !err_is(e) && !each(context, &row);
	}
	end = stmt_end(&q);
	return err_is(e) ? e : end;
}

struct err rows_named(struct store *s, const struct row_name *names, size_t n, store_row_fn *each,
    void *context, bool *ret_stopped)
{
	struct loaded loaded = {0};
	bool stopped = false;
	struct err e = OK;

	arena_init(&loaded.arena, ROW_BYTES_MAX);
	for (size_t i = 0; i < n && !stopped && !err_is(e); i++)
		e = row_named(s, &names[i], &loaded, each, context, &stopped);
	arena_done(&loaded.arena);
	*ret_stopped = stopped;
	return e;
}
