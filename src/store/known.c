/*
 * known.c: what the store tells a scan before it begins.
 */
#include "store/db.h"

struct err store_each_endpoint(
    struct store *s, enum evidence source, store_endpoint_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT addr, zone, port, transport, name FROM endpoints e"
	    " WHERE transport = 1 AND vanished_ms IS NULL AND EXISTS (SELECT 1 FROM sightings s"
	    "  WHERE s.endpoint = e.id AND s.current AND (?1 = 0 OR s.source = ?1))"
	    " ORDER BY addr, port, transport, name, zone";
	struct stmt q = stmt_use(s, sql);
	struct endpoint endpoint;
	bool more = true;

	stmt_int(&q, source);
	while (more && stmt_row(&q)) {
		endpoint_get(&q, 0, &endpoint);
		more = each(context, &endpoint);
	}
	return stmt_end(&q);
}

struct err store_each_hint(struct store *s, store_hint_fn *each, void *context)
{
	/* SQLite takes the other columns from the row that has the maximum. */
	static const char sql[] =
	    "SELECT e.addr, e.zone, e.port, e.transport, e.name, s.starttls, s.hello, s.flags,"
	    " max(s.last_ms) FROM sightings s JOIN endpoints e ON e.id = s.endpoint"
	    " WHERE s.chain <> 0 AND s.hello <> 0 GROUP BY s.endpoint";
	struct stmt q = stmt_use(s, sql);

	while (stmt_row(&q)) {
		struct endpoint endpoint;
		struct hint hint;

		endpoint_get(&q, 0, &endpoint);
		hint = (struct hint){
		    .addr = endpoint.addr,
		    .port = endpoint.port,
		    .starttls = (uint8_t)stmt_get_int(&q, 5),
		    .hello = (uint8_t)stmt_get_int(&q, 6),
		    .one_key = (stmt_get_int(&q, 7) & OBS_ONE_KEY) != 0,
		};
		memcpy(hint.name, endpoint.name, sizeof(hint.name));
		if (!each(context, &hint))
			break;
	}
	return stmt_end(&q);
}

static struct err newest_cert(struct store *s, int64_t *ret_row)
{
	static const char sql[] = "SELECT coalesce(max(id), 0) FROM certificates";
	struct stmt q = stmt_use(s, sql);

	if (stmt_row(&q))
		*ret_row = stmt_get_int(&q, 0);
	return stmt_end(&q);
}

struct err store_each_issuer(struct store *s, store_der_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT d.der FROM certificates k JOIN certificate_der d ON d.certificate = k.id"
	    " WHERE k.is_ca AND k.id <= ? ORDER BY k.id";
	int64_t newest = 0;
	struct stmt q;
	struct err e = newest_cert(s, &newest);

	if (err_is(e))
		return e;
	q = stmt_use(s, sql);
	stmt_int(&q, newest);
	while (stmt_row(&q))
		if (!each(context, stmt_get_blob(&q, 0)))
			break;
	e = stmt_end(&q);
	if (!err_is(e))
		s->issuers_seen = newest; /* what is judged from now on is judged knowing these */
	return e;
}

struct err store_each_stale(struct store *s, store_chain_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT c.id FROM chains c WHERE c.missing_issuer IS NOT NULL AND EXISTS ("
	    " SELECT 1 FROM certificates k"
	    " WHERE k.is_ca AND k.subject = c.missing_issuer AND k.id > c.judged_after)"
	    " ORDER BY c.id";
	struct stmt q = stmt_use(s, sql);
	struct arena arena;
	struct err e = OK, end;

	arena_init(&arena, ROW_BYTES_MAX);
	while (stmt_row(&q)) {
		const struct chain_verdict *chain = NULL;

		arena_reset(&arena);
		e = load_chain(s, stmt_get_int(&q, 0), true, &arena, &chain);
		if (err_is(e) || !each(context, chain))
			break;
	}
	arena_done(&arena);
	end = stmt_end(&q);
	return err_is(e) ? e : end;
}
