/*
 * write.c: an observation becomes a sighting: this chain at this endpoint, first and last seen. A
 * sighting is a row per endpoint and chain; the endpoint seen without a certificate is a sighting
 * of chain 0. So an endpoint has the set of its chains, each with the handshake that showed it.
 *
 * Only evidence at least as new as the newest of its endpoint changes the state; what is older
 * widens first_ms, adds to the counts, and is silent. A network that has not changed costs one
 * lookup and one update per observation.
 */
#include "store/db.h"

#include "store/hash.h"
#include "store/texts.h"

/* What the store knows of the endpoint that an observation is about. */
struct known {
	int64_t endpoint; /* 0: never heard of */
	bool vanished;
	bool other_hostname;
	int64_t newest_ms; /* of its sightings by other runs, or when it was told to be gone */
	bool bare; /* its sighting without a certificate is current */
	uint32_t bare_clients; /* that a sensor saw there, where TLS 1.3 hid the certificate */
	/* The sighting of the observation's own chain. */
	bool seen;
	bool repeated; /* by the observation's own run */
	bool told;
	int64_t first_ms, last_ms;
	int64_t findings_hash;
};

/* Connections of one scan are told in any order: none is old evidence for another. A file is read
 * in its order, and may hold years. */
static bool same_scan(const struct observation *o, uint64_t run)
{
	return o->evidence == EVIDENCE_SCAN && o->run && o->run == run;
}

static void known_add(struct known *k, struct stmt *q, const struct observation *o, int64_t chain)
{
	int64_t of = stmt_get_int(q, 3), last_ms = stmt_get_int(q, 7);

	k->endpoint = stmt_get_int(q, 0);
	k->vanished = !stmt_get_null(q, 1);
	if (k->vanished && stmt_get_int(q, 1) > k->newest_ms)
		k->newest_ms = stmt_get_int(q, 1);
	k->other_hostname = o->hostname[0] && strcmp(o->hostname, stmt_get_text(q, 2)) != 0;
	if (stmt_get_null(q, 3))
		return;
	if (last_ms > k->newest_ms && !same_scan(o, (uint64_t)stmt_get_int(q, 9)))
		k->newest_ms = last_ms;
	if (of == 0) {
		k->bare = stmt_get_int(q, 4) != 0;
		k->bare_clients = (uint32_t)stmt_get_int(q, 10);
	}
	if (of != chain)
		return;
	k->seen = true;
	k->repeated = same_scan(o, (uint64_t)stmt_get_int(q, 9));
	k->told = stmt_get_int(q, 5) != 0;
	k->first_ms = stmt_get_int(q, 6);
	k->last_ms = last_ms;
	k->findings_hash = stmt_get_int(q, 8);
}

static struct err known_get(
    struct store *s, const struct observation *o, int64_t chain, struct known *ret_known)
{
	static const char sql[] =
	    "SELECT e.id, e.vanished_ms, e.hostname, s.chain, s.current, s.told, s.first_ms,"
	    " s.last_ms, s.findings_hash, s.run, s.clients"
	    " FROM endpoints e LEFT JOIN sightings s ON s.endpoint = e.id"
	    " WHERE e.addr = ? AND e.port = ? AND e.transport = ? AND e.name = ? AND e.zone = ?";
	struct known k = {.newest_ms = INT64_MIN};
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_blob(&q, o->endpoint.addr.b, sizeof(o->endpoint.addr.b));
	stmt_int(&q, o->endpoint.port);
	stmt_int(&q, o->endpoint.transport);
	stmt_text(&q, o->endpoint.name);
	stmt_int(&q, o->endpoint.addr.zone);
	while (stmt_row(&q))
		known_add(&k, &q, o, chain);
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_known = k;
	return e;
}

static struct err endpoint_insert(struct store *s, const struct observation *o, int64_t *ret_row)
{
	static const char sql[] =
	    "INSERT INTO endpoints (addr, port, transport, name, zone, ip, hostname)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)";
	struct stmt q = stmt_use(s, sql);
	char ip[ADDR_TEXT_MAX];
	struct err e;

	stmt_blob(&q, o->endpoint.addr.b, sizeof(o->endpoint.addr.b));
	stmt_int(&q, o->endpoint.port);
	stmt_int(&q, o->endpoint.transport);
	stmt_text(&q, o->endpoint.name);
	stmt_int(&q, o->endpoint.addr.zone);
	stmt_text(&q, addr_text(&o->endpoint.addr, ip));
	stmt_text(&q, o->hostname);
	e = stmt_run(&q);
	if (err_is(e))
		return e;
	*ret_row = sqlite3_last_insert_rowid(s->db);
	return texts_put_endpoint(s, *ret_row);
}

static struct err hostname_set(struct store *s, int64_t endpoint, const char *hostname)
{
	static const char sql[] = "UPDATE endpoints SET hostname = ?2 WHERE id = ?1";
	struct stmt q;
	struct err e = texts_drop_endpoint(s, endpoint);

	if (err_is(e))
		return e;
	q = stmt_use(s, sql);
	stmt_int(&q, endpoint);
	stmt_text(&q, hostname);
	e = stmt_run(&q);
	return err_is(e) ? e : texts_put_endpoint(s, endpoint);
}

/* 1 to 7 of every statement that writes a sighting. */
static void sighting_bind(
    struct stmt *q, const struct observation *o, int64_t endpoint, int64_t chain)
{
	stmt_int(q, endpoint);
	stmt_int(q, chain);
	stmt_int(q, o->first_ms);
	stmt_int(q, o->last_ms);
	stmt_int(q, o->count);
	stmt_int(q, (int64_t)o->run);
	stmt_int(q, o->evidence);
}

/* 8 to 21: what the connection showed. */
static void state_bind(struct stmt *q, const struct observation *o)
{
	stmt_int(q, o->outcome);
	stmt_int(q, o->starttls);
	stmt_int(q, o->hello);
	stmt_int(q, o->version);
	stmt_int(q, o->cipher);
	stmt_int(q, o->group);
	stmt_int(q, o->alert_level);
	stmt_int(q, o->alert);
	stmt_int(q, o->flags);
	stmt_int(q, o->os_error);
	stmt_int(q, o->connections);
	stmt_int(q, o->clients);
	stmt_text(q, o->alpn);
	stmt_int(q, o->sensed.sealed_certificate_n);
}

static struct err sighting_insert(
    struct store *s, const struct observation *o, int64_t endpoint, int64_t chain, bool newer)
{
	static const char sql[] =
	    "INSERT OR FAIL INTO sightings (endpoint, chain, first_ms, last_ms, count, run, source,"
	    " outcome, starttls, hello, version, cipher, key_group, alert_level, alert, flags,"
	    " os_error, connections, clients, alpn, sealed_n, current, told, misses, findings_hash,"
	    " port)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
	    " ?17, ?18, ?19, ?20, ?21, ?22, ?22, 0, 0, ?23)";
	struct stmt q = stmt_use(s, sql);

	sighting_bind(&q, o, endpoint, chain);
	state_bind(&q, o);
	stmt_int(&q, newer);
	stmt_int(&q, o->endpoint.port);
	return stmt_run(&q);
}

static struct err sighting_renew(
    struct store *s, const struct observation *o, int64_t endpoint, int64_t chain)
{
	static const char sql[] =
	    "UPDATE OR FAIL sightings SET first_ms = min(first_ms, ?3), last_ms = max(last_ms, ?4),"
	    " count = count + ?5, run = ?6, source = ?7, outcome = ?8, starttls = ?9,"
	    " hello = ?10, version = ?11, cipher = ?12, key_group = ?13, alert_level = ?14,"
	    " alert = ?15, flags = ?16, os_error = ?17, connections = ?18,"
	    " clients = max(clients, ?19), alpn = ?20, sealed_n = ?21, current = 1, told = 1,"
	    " misses = 0 WHERE endpoint = ?1 AND chain = ?2";
	struct stmt q = stmt_use(s, sql);

	sighting_bind(&q, o, endpoint, chain);
	state_bind(&q, o);
	return stmt_run(&q);
}

/* The same handshake as the last time: only when, and how often. What indexes are made of is not
 * written, though it were the same; that is most of what a second scan costs. */
static struct err sighting_repeat(
    struct store *s, const struct observation *o, int64_t endpoint, int64_t chain, bool *ret_same)
{
	static const char sql[] =
	    "UPDATE OR FAIL sightings SET last_ms = max(last_ms, ?4), count = count + ?5, run = ?6,"
	    " misses = 0 WHERE endpoint = ?1 AND chain = ?2 AND first_ms <= ?3 AND current AND told"
	    " AND source = ?7 AND outcome = ?8 AND starttls = ?9 AND hello = ?10 AND version = ?11"
	    " AND cipher = ?12 AND key_group = ?13 AND alert_level = ?14 AND alert = ?15"
	    " AND flags = ?16 AND os_error = ?17 AND connections = ?18 AND clients >= ?19"
	    " AND alpn = ?20 AND sealed_n = ?21";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	sighting_bind(&q, o, endpoint, chain);
	state_bind(&q, o);
	e = stmt_run(&q);
	*ret_same = !err_is(e) && db_changes(s) > 0;
	return e;
}

/* A file tells that the chain was there, and nothing of the handshake: what a scan learnt stays. */
static struct err sighting_confirm(
    struct store *s, const struct observation *o, int64_t endpoint, int64_t chain)
{
	static const char sql[] =
	    "UPDATE OR FAIL sightings SET first_ms = min(first_ms, ?3), last_ms = max(last_ms, ?4),"
	    " count = count + ?5, run = ?6, source = ?7, current = 1, told = 1, misses = 0"
	    " WHERE endpoint = ?1 AND chain = ?2";
	struct stmt q = stmt_use(s, sql);

	sighting_bind(&q, o, endpoint, chain);
	return stmt_run(&q);
}

/* Evidence older than what is known. */
static struct err sighting_widen(
    struct store *s, const struct observation *o, int64_t endpoint, int64_t chain)
{
	static const char sql[] =
	    "UPDATE OR FAIL sightings SET first_ms = min(first_ms, ?3), last_ms = max(last_ms, ?4),"
	    " count = count + ?5 WHERE endpoint = ?1 AND chain = ?2";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	stmt_int(&q, o->first_ms);
	stmt_int(&q, o->last_ms);
	stmt_int(&q, o->count);
	return stmt_run(&q);
}

/* What a scan fetches from an endpoint that hides its certificate from the sensor concerns the
 * clients that the sensor counted there. */
static struct observation with_clients(const struct observation *seen, const struct known *k)
{
	struct observation o = *seen;

	o.clients = k->bare_clients;
	return o;
}

static struct err sighting_write(
    struct store *s, const struct observation *o, const struct known *k, int64_t chain, bool newer)
{
	struct observation counted;
	bool same = false;
	struct err e;

	if (chain && o->clients < k->bare_clients) {
		counted = with_clients(o, k);
		o = &counted;
	}
	if (!k->seen)
		return sighting_insert(s, o, k->endpoint, chain, newer);
	if (!newer)
		return sighting_widen(s, o, k->endpoint, chain);
	if (o->evidence == EVIDENCE_IMPORT)
		return sighting_confirm(s, o, k->endpoint, chain);
	e = sighting_repeat(s, o, k->endpoint, chain, &same);
	return err_is(e) || same ? e : sighting_renew(s, o, k->endpoint, chain);
}

static struct err findings_rewrite(
    struct store *s, const struct observation *o, int64_t endpoint, int64_t chain, int64_t hash)
{
	static const char drop[] = "DELETE FROM sighting_findings WHERE endpoint = ? AND chain = ?";
	static const char add[] = "INSERT OR FAIL INTO sighting_findings VALUES"
				  " (?, ?, ?, ?, ?, ?, ?, ?, 1)";
	static const char mark[] =
	    "UPDATE OR FAIL sightings SET findings_hash = ?3 WHERE endpoint = ?1 AND chain = ?2";
	struct stmt q = stmt_use(s, drop);
	struct err e;

	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	e = stmt_run(&q);
	for (size_t i = 0; i < o->n_findings && !err_is(e); i++) {
		const struct finding *f = &o->findings[i];

		q = stmt_use(s, add);
		stmt_int(&q, endpoint);
		stmt_int(&q, chain);
		stmt_int(&q, (int64_t)i);
		stmt_int(&q, f->id);
		stmt_int(&q, f->severity);
		stmt_int(&q, f->since_s);
		stmt_int(&q, f->until_s);
		stmt_text(&q, f->evidence);
		e = stmt_run(&q);
	}
	if (err_is(e))
		return e;
	q = stmt_use(s, mark);
	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	stmt_int(&q, hash);
	return stmt_run(&q);
}

static struct err findings_put(
    struct store *s, const struct observation *o, const struct known *k, int64_t chain)
{
	int64_t hash =
	    o->n_findings ? (int64_t)hash_findings(HASH_START, o->findings, o->n_findings) : 0;

	return hash == k->findings_hash ? OK : findings_rewrite(s, o, k->endpoint, chain, hash);
}

/* A certificate shows that the endpoint no longer goes without one. */
static struct err bare_end(struct store *s, int64_t endpoint)
{
	static const char sql[] =
	    "UPDATE OR FAIL sightings SET current = 0 WHERE endpoint = ? AND chain = 0";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, endpoint);
	return stmt_run(&q);
}

static enum past past_of(const struct known *k)
{
	if (k->vanished)
		return PAST_VANISHED;
	return k->newest_ms == INT64_MIN ? PAST_NONE : PAST_SEEN;
}

/* What only newer evidence does: changes, the endpoint's own state. */
static struct err state_put(struct store *s, const struct observation *o, const struct known *k,
    int64_t chain, struct stored *stored)
{
	struct err e = OK;

	if (k->other_hostname)
		e = hostname_set(s, k->endpoint, o->hostname);
	if (!err_is(e) && chain && (!k->told || k->vanished))
		e = change_first_sighting(s, o, k->endpoint, chain, past_of(k), stored);
	if (!err_is(e) && chain && k->bare)
		e = bare_end(s, k->endpoint);
	if (!err_is(e) && !(k->seen && o->evidence == EVIDENCE_IMPORT))
		e = findings_put(s, o, k, chain);
	return e;
}

struct err store_put_observation(
    struct store *s, const struct observation *seen, struct stored *ret_stored)
{
	struct stored stored = {.first_seen_ms = seen->first_ms, .last_seen_ms = seen->last_ms};
	struct known k = {0};
	int64_t chain = 0;
	bool newer;
	struct err e = chain_row_made(s, &seen->chain, &chain);

	if (!err_is(e))
		e = known_get(s, seen, chain, &k);
	if (!err_is(e) && !k.endpoint)
		e = endpoint_insert(s, seen, &k.endpoint);
	newer = seen->last_ms >= k.newest_ms;
	if (!err_is(e))
		e = sighting_write(s, seen, &k, chain, newer);
	if (!err_is(e) && newer)
		e = state_put(s, seen, &k, chain, &stored);
	if (!err_is(e))
		e = version_unless_batch(s);
	if (err_is(e))
		return e;
	if (k.seen && k.first_ms < stored.first_seen_ms)
		stored.first_seen_ms = k.first_ms;
	if (k.seen && k.last_ms > stored.last_seen_ms)
		stored.last_seen_ms = k.last_ms;
	stored.repeated = k.repeated;
	*ret_stored = stored;
	return OK;
}
