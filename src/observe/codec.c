/*
 * codec.c: the records between the roles, as bytes. Each kind of record is one row: how its body is
 * written and how it is read. Reading uses the span's sticky error for everything: a field out of
 * its range is as bad as a missing byte, so a body is read in the order in which it was written and
 * asked once, at its end, whether it was true.
 *
 * The keeper does not trust a worker: a certificate must have the digest that it claims, and a
 * chain the id; a worker that was taken over can lie about what it saw, but not about what a digest
 * means.
 */
#include "observe/codec.h"

enum {
	LENGTH_BYTES = 4,
	HEADER_SIZE = 2, /* version and type, counted in the length */
	LOGS_MAX = 16, /* format/zeek.h has fewer */
	WIRE_IDS_MAX = 64, /* dialects and hellos: wire/dialect.h, wire/hello.h */
	ALERT_LEVEL_MAX = 2, /* RFC 5246 7.2 */
};

enum facts_flag {
	FACTS_IS_CA = 1 << 0,
	FACTS_SELF_ISSUED = 1 << 1,
	FACTS_SELF_SIGNED = 1 << 2,
	FACTS_UNPARSED = 1 << 3,
	FACTS_ALL = (1 << 4) - 1,
};

/* Primitives. A reader leaves the span bad where the value is not allowed. */

static void put_i64(struct buf *out, int64_t value)
{
	buf_be(out, (uint64_t)value, 8);
}

static void put_bytes(struct buf *out, struct span bytes)
{
	buf_be(out, bytes.n, 4);
	buf_span(out, bytes);
}

static void put_text(struct buf *out, const char *text)
{
	put_bytes(out, span_str(text ? text : ""));
}

static void put_digest(struct buf *out, const struct digest256 *d)
{
	buf_put(out, d->b, sizeof(d->b));
}

static void require(struct span *in, bool true_of_it)
{
	if (!true_of_it)
		in->bad = true;
}

static int64_t get_i64(struct span *in)
{
	return (int64_t)span_u64(in);
}

/* A number below `end`. */
static uint8_t get_below(struct span *in, unsigned end)
{
	uint8_t value = span_u8(in);

	require(in, value < end);
	return value;
}

static bool get_bool(struct span *in)
{
	return get_below(in, 2) != 0;
}

static struct span get_bytes(struct span *in, struct arena *arena)
{
	struct span copy = arena_span(arena, span_vec(in, 4));

	require(in, !copy.bad);
	return copy;
}

static struct span get_text_span(struct span *in)
{
	struct span text = span_vec(in, 4);

	require(in, text.n == 0 || !memchr(text.p, 0, text.n));
	return text;
}

static const char *get_text(struct span *in, struct arena *arena)
{
	const char *copy = arena_text(arena, get_text_span(in));

	require(in, copy);
	return copy;
}

/* Into an array of `size`, terminated; too long is bad. */
static void get_chars(struct span *in, char *ret_text, size_t size)
{
	struct span text = get_text_span(in);

	require(in, text.n < size);
	if (in->bad)
		return;
	if (text.n)
		memcpy(ret_text, text.p, text.n);
	ret_text[text.n] = 0;
}

static void get_digest(struct span *in, struct digest256 *ret_digest)
{
	struct span bytes = span_take(in, sizeof(ret_digest->b));

	if (!bytes.bad)
		memcpy(ret_digest->b, bytes.p, bytes.n);
}

/* Parts that several records have. */

static void put_addr(struct buf *out, const struct addr *a)
{
	buf_put(out, a->b, sizeof(a->b));
	buf_be(out, a->zone, 4);
}

static void get_addr(struct span *in, struct addr *ret_addr)
{
	struct span bytes = span_take(in, sizeof(ret_addr->b));

	if (!bytes.bad)
		memcpy(ret_addr->b, bytes.p, bytes.n);
	ret_addr->zone = span_u32(in);
}

static void put_finding(struct buf *out, const struct finding *f)
{
	buf_be(out, f->id, 2);
	buf_be(out, f->severity, 1);
	put_i64(out, f->since_s);
	put_i64(out, f->until_s);
	put_text(out, f->evidence);
}

static void get_finding(struct span *in, struct finding *ret_finding)
{
	ret_finding->id = span_u16(in);
	ret_finding->severity = get_below(in, SEVERITY_MAX);
	ret_finding->since_s = get_i64(in);
	ret_finding->until_s = get_i64(in);
	require(in, ret_finding->id != 0 && ret_finding->since_s <= ret_finding->until_s);
	get_chars(in, ret_finding->evidence, sizeof(ret_finding->evidence));
}

static void put_facts(struct buf *out, const struct cert_facts *f)
{
	put_digest(out, &f->id);
	put_digest(out, &f->spki);
	put_i64(out, f->not_before_s);
	put_i64(out, f->not_after_s);
	put_text(out, f->subject);
	put_text(out, f->subject_cn);
	put_text(out, f->issuer);
	put_text(out, f->issuer_cn);
	put_text(out, f->serial);
	put_text(out, f->sig_alg);
	put_text(out, f->key_text);
	buf_be(out, f->key_kind, 1);
	buf_be(out, f->key_bits, 2);
	buf_be(out,
	    (f->is_ca ? FACTS_IS_CA : 0u) | (f->self_issued ? FACTS_SELF_ISSUED : 0u) |
		(f->self_signed ? FACTS_SELF_SIGNED : 0u) | (f->unparsed ? FACTS_UNPARSED : 0u),
	    1);
	buf_be(out, f->n_sans, 4);
	for (size_t i = 0; i < f->n_sans; i++)
		put_text(out, f->sans[i]);
}

static void get_facts_flags(struct span *in, struct cert_facts *f)
{
	uint8_t flags = get_below(in, FACTS_ALL + 1);

	f->is_ca = flags & FACTS_IS_CA;
	f->self_issued = flags & FACTS_SELF_ISSUED;
	f->self_signed = flags & FACTS_SELF_SIGNED;
	f->unparsed = flags & FACTS_UNPARSED;
}

static void get_sans(struct span *in, struct arena *arena, struct cert_facts *f)
{
	uint32_t n = span_u32(in);
	const char **sans = NULL;

	require(
	    in, n <= in->n / 4); /* each has at least its length: no array larger than its input */
	if (in->bad)
		return;
	sans = arena_alloc(arena, n * sizeof(*sans));
	require(in, sans);
	for (uint32_t i = 0; i < n && !in->bad; i++)
		sans[i] = get_text(in, arena);
	f->sans = sans;
	f->n_sans = n;
}

static const struct cert_facts *get_facts(struct span *in, struct arena *arena)
{
	struct cert_facts *f = arena_alloc(arena, sizeof(*f));

	require(in, f);
	if (in->bad)
		return NULL;
	get_digest(in, &f->id);
	get_digest(in, &f->spki);
	f->not_before_s = get_i64(in);
	f->not_after_s = get_i64(in);
	f->subject = get_text(in, arena);
	f->subject_cn = get_text(in, arena);
	f->issuer = get_text(in, arena);
	f->issuer_cn = get_text(in, arena);
	f->serial = get_text(in, arena);
	f->sig_alg = get_text(in, arena);
	f->key_text = get_text(in, arena);
	f->key_kind = get_below(in, KEY_OTHER + 1);
	f->key_bits = span_u16(in);
	get_facts_flags(in, f);
	get_sans(in, arena, f);
	return f;
}

/* DEFINE */

static void put_define(const struct record *r, struct buf *out)
{
	const struct chain_verdict *v = r->define;

	put_digest(out, &v->id);
	buf_be(out, v->trust_epoch, 4);
	buf_be(out, v->cut, 1);
	buf_be(out, v->n_certs, 1);
	for (size_t i = 0; i < v->n_certs; i++) {
		put_bytes(out, v->der[i]);
		put_facts(out, v->facts[i]);
	}
	buf_be(out, v->n_findings, 1);
	for (size_t i = 0; i < v->n_findings; i++)
		put_finding(out, &v->findings[i]);
	put_i64(out, r->define_ms);
}

/* Are the ids those of the bytes? */
static bool digests_hold(const struct chain_verdict *v)
{
	struct digest256 ids[CHAIN_CERTS_MAX];
	struct digest256 chain;

	for (size_t i = 0; i < v->n_certs; i++) {
		ids[i] = cert_id_of(v->der[i]);
		if (!digest256_eq(&ids[i], &v->facts[i]->id))
			return false;
	}
	chain = chain_id_of(ids, v->n_certs);
	return digest256_eq(&chain, &v->id);
}

static void get_define(struct span *in, struct arena *arena, struct record *ret)
{
	struct chain_verdict *v = arena_alloc(arena, sizeof(*v));

	require(in, v);
	if (in->bad)
		return;
	get_digest(in, &v->id);
	v->trust_epoch = span_u32(in);
	v->cut = get_below(in, 2);
	v->n_certs = get_below(in, CHAIN_CERTS_MAX + 1);
	for (size_t i = 0; i < v->n_certs && !in->bad; i++) {
		v->der[i] = get_bytes(in, arena);
		v->facts[i] = get_facts(in, arena);
	}
	v->n_findings = get_below(in, CHAIN_FINDINGS_MAX + 1);
	for (size_t i = 0; i < v->n_findings && !in->bad; i++)
		get_finding(in, &v->findings[i]);
	ret->define_ms = get_i64(in);
	require(in, v->n_certs > 0 && !in->bad && digests_hold(v));
	ret->define = v;
}

/* OBSERVATION */

static void put_sensed(struct buf *out, const struct sensed *s)
{
	put_addr(out, &s->client);
	buf_be(out, s->direction, 1);
	buf_be(out, s->sealed_certificate_n, 4);
}

static void put_observation(const struct record *r, struct buf *out)
{
	const struct observation *o = r->observation;

	put_addr(out, &o->endpoint.addr);
	buf_be(out, o->endpoint.port, 2);
	buf_be(out, o->endpoint.transport, 1);
	put_text(out, o->endpoint.name);
	put_text(out, o->hostname);
	buf_be(out, o->run, 8);
	put_i64(out, o->first_ms);
	put_i64(out, o->last_ms);
	put_digest(out, &o->chain);
	buf_be(out, o->flags, 4);
	buf_be(out, o->count, 4);
	buf_be(out, o->clients, 4);
	buf_be(out, (uint32_t)o->os_error, 4);
	buf_be(out, o->version, 2);
	buf_be(out, o->cipher, 2);
	buf_be(out, o->group, 2);
	buf_be(out, o->evidence, 1);
	buf_be(out, o->outcome, 1);
	buf_be(out, o->starttls, 1);
	buf_be(out, o->hello, 1);
	buf_be(out, o->alert_level, 1);
	buf_be(out, o->alert, 1);
	buf_be(out, o->connections, 1);
	put_text(out, o->alpn);
	buf_be(out, o->n_findings, 1);
	for (size_t i = 0; i < o->n_findings; i++)
		put_finding(out, &o->findings[i]);
	if (o->evidence == EVIDENCE_SENSOR)
		put_sensed(out, &o->sensed);
}

static void get_endpoint(struct span *in, struct endpoint *ret_endpoint)
{
	get_addr(in, &ret_endpoint->addr);
	ret_endpoint->port = span_u16(in);
	ret_endpoint->transport = get_below(in, TRANSPORT_MAX);
	get_chars(in, ret_endpoint->name, sizeof(ret_endpoint->name));
}

/* What came of it: numbers of the handshake and of the attempt. */
static void get_result(struct span *in, struct observation *o)
{
	o->flags = span_u32(in);
	o->count = span_u32(in);
	o->clients = span_u32(in);
	o->os_error = (int32_t)span_u32(in);
	require(in, (o->flags & ~(uint32_t)OBS_FLAGS_ALL) == 0 && o->os_error >= 0);
	o->version = span_u16(in);
	o->cipher = span_u16(in);
	o->group = span_u16(in);
	o->evidence = get_below(in, EVIDENCE_KINDS);
	o->outcome = get_below(in, OUTCOME_MAX);
	require(in, o->evidence != EVIDENCE_NONE && o->outcome != OUTCOME_NONE);
	o->starttls = get_below(in, WIRE_IDS_MAX);
	o->hello = get_below(in, WIRE_IDS_MAX);
	o->alert_level = get_below(in, ALERT_LEVEL_MAX + 1);
	o->alert = span_u8(in);
	o->connections = span_u8(in);
}

static void get_sensed(struct span *in, struct sensed *s)
{
	get_addr(in, &s->client);
	s->direction = get_below(in, DIRECTION_MAX);
	s->sealed_certificate_n = span_u32(in);
}

static void get_observation(struct span *in, struct arena *arena, struct record *ret)
{
	struct observation *o = arena_alloc(arena, sizeof(*o));

	require(in, o);
	if (in->bad)
		return;
	get_endpoint(in, &o->endpoint);
	require(in, o->endpoint.transport != TRANSPORT_NONE);
	get_chars(in, o->hostname, sizeof(o->hostname));
	o->run = span_u64(in);
	o->first_ms = get_i64(in);
	o->last_ms = get_i64(in);
	require(in, o->first_ms <= o->last_ms);
	get_digest(in, &o->chain);
	get_result(in, o);
	get_chars(in, o->alpn, sizeof(o->alpn));
	o->n_findings = get_below(in, OBSERVATION_FINDINGS_MAX + 1);
	for (size_t i = 0; i < o->n_findings && !in->bad; i++)
		get_finding(in, &o->findings[i]);
	if (o->evidence == EVIDENCE_SENSOR)
		get_sensed(in, &o->sensed);
	ret->observation = o;
}

/* PROGRESS and NOTE */

void progress_held_put(struct buf *held, uint64_t index)
{
	buf_be(held, index, 8);
}

bool progress_held_take(struct span *held, uint64_t *ret_index)
{
	if (held->n < 8)
		return false;
	*ret_index = span_u64(held);
	return true;
}

static void put_progress(const struct record *r, struct buf *out)
{
	const struct progress *p = &r->progress;

	buf_be(out, p->worker, 4);
	buf_be(out, p->total, 8);
	buf_be(out, p->tried, 8);
	buf_be(out, p->open, 8);
	buf_be(out, p->refused, 8);
	buf_be(out, p->timeout, 8);
	buf_be(out, p->unreachable, 8);
	buf_be(out, p->grabs_pending, 8);
	buf_be(out, p->connections, 8);
	buf_be(out, p->low_water, 8);
	buf_be(out, p->owed, 8);
	put_bytes(out, p->held);
	buf_be(out, p->probes, 8);
	buf_be(out, p->probed, 8);
	buf_be(out, p->answered, 8);
	buf_be(out, p->absent, 8);
	buf_be(out, p->disbelieved, 8);
	buf_be(out, p->covered, 8);
	buf_be(out, p->surveyed, 8);
	buf_be(out, p->passes, 4);
}

static void get_progress(struct span *in, struct arena *arena, struct record *ret)
{
	struct progress *p = &ret->progress;

	p->worker = span_u32(in);
	require(in, p->worker < RUN_WORKERS_MAX);
	p->total = span_u64(in);
	p->tried = span_u64(in);
	p->open = span_u64(in);
	p->refused = span_u64(in);
	p->timeout = span_u64(in);
	p->unreachable = span_u64(in);
	p->grabs_pending = span_u64(in);
	p->connections = span_u64(in);
	p->low_water = span_u64(in);
	p->owed = span_u64(in);
	p->held = get_bytes(in, arena);
	require(in, p->held.n % 8 == 0 && p->held.n <= PROGRESS_HELD_MAX * 8);
	p->probes = span_u64(in);
	p->probed = span_u64(in);
	p->answered = span_u64(in);
	p->absent = span_u64(in);
	p->disbelieved = span_u64(in);
	p->covered = span_u64(in);
	p->surveyed = span_u64(in);
	p->passes = span_u32(in);
}

static void put_note(const struct record *r, struct buf *out)
{
	struct span text = span_str(r->note.text);

	if (text.n > NOTE_MAX)
		text.n = NOTE_MAX;
	buf_be(out, r->note.level, 1);
	put_bytes(out, text);
}

static void get_note(struct span *in, struct arena *arena, struct record *ret)
{
	struct span text;

	ret->note.level = get_below(in, NOTE_LEVEL_MAX);
	text = get_text_span(in);
	require(in, text.n <= NOTE_MAX);
	ret->note.text = arena_text(arena, text);
	require(in, ret->note.text);
}

/* REASON */

static void put_reason(const struct record *r, struct buf *out)
{
	buf_be(out, r->reason.why, 4);
	buf_be(out, r->reason.hosts, 8);
	put_addr(out, &r->reason.first);
	buf_be(out, r->reason.port, 2);
}

static void get_reason(struct span *in, struct arena *arena, struct record *ret)
{
	(void)arena;
	ret->reason.why = span_u32(in);
	require(in, ret->reason.why <= INT32_MAX);
	ret->reason.hosts = span_u64(in);
	get_addr(in, &ret->reason.first);
	ret->reason.port = span_u16(in);
}

/* LOG */

static void put_log(const struct record *r, struct buf *out)
{
	buf_be(out, r->log.log, 1);
	buf_put(out, r->log.key, LOG_KEY_SIZE);
	buf_be(out, r->log.hold_s, 4);
	put_i64(out, r->log.time_us);
	put_text(out, r->log.text);
}

static void get_key(struct span *in, uint8_t ret_key[LOG_KEY_SIZE])
{
	struct span key = span_take(in, LOG_KEY_SIZE);

	if (!in->bad)
		memcpy(ret_key, key.p, LOG_KEY_SIZE);
}

static void get_log(struct span *in, struct arena *arena, struct record *ret)
{
	ret->log.log = get_below(in, LOGS_MAX);
	get_key(in, ret->log.key);
	ret->log.hold_s = span_u32(in);
	ret->log.time_us = get_i64(in);
	ret->log.text = get_text(in, arena);
}

/* COUNTS */

static void put_counts(const struct record *r, struct buf *out)
{
	buf_be(out, r->counts->worker, 4);
	buf_be(out, r->counts->n, 4);
	for (size_t i = 0; i < r->counts->n; i++)
		buf_be(out, r->counts->each[i], 8);
}

static void get_counts(struct span *in, struct arena *arena, struct record *ret)
{
	struct counts *c = arena_alloc(arena, sizeof(*c));

	require(in, c);
	if (in->bad)
		return;
	c->worker = span_u32(in);
	c->n = span_u32(in);
	require(in, c->worker < RUN_WORKERS_MAX && c->n <= COUNTS_MAX);
	for (size_t i = 0; !in->bad && i < c->n; i++)
		c->each[i] = span_u64(in);
	ret->counts = c;
}

/* HINT, ISSUER, JUDGE, START */

static void put_hint(const struct record *r, struct buf *out)
{
	const struct hint *h = r->hint;

	put_addr(out, &h->addr);
	buf_be(out, h->port, 2);
	buf_be(out, h->starttls, 1);
	buf_be(out, h->hello, 1);
	buf_be(out, h->one_key, 1);
	put_text(out, h->name);
}

static void get_hint(struct span *in, struct arena *arena, struct record *ret)
{
	struct hint *h = arena_alloc(arena, sizeof(*h));

	require(in, h);
	if (in->bad)
		return;
	get_addr(in, &h->addr);
	h->port = span_u16(in);
	h->starttls = get_below(in, WIRE_IDS_MAX);
	h->hello = get_below(in, WIRE_IDS_MAX);
	h->one_key = get_bool(in);
	get_chars(in, h->name, sizeof(h->name));
	ret->hint = h;
}

static void put_issuer(const struct record *r, struct buf *out)
{
	put_bytes(out, r->issuer);
}

static void get_issuer(struct span *in, struct arena *arena, struct record *ret)
{
	ret->issuer = get_bytes(in, arena);
	require(in, ret->issuer.n > 0);
}

static void put_judge(const struct record *r, struct buf *out)
{
	put_digest(out, &r->judge->chain);
	buf_be(out, r->judge->n_certs, 1);
	for (size_t i = 0; i < r->judge->n_certs; i++)
		put_bytes(out, r->judge->der[i]);
}

static void get_judge(struct span *in, struct arena *arena, struct record *ret)
{
	struct judge_request *j = arena_alloc(arena, sizeof(*j));

	require(in, j);
	if (in->bad)
		return;
	get_digest(in, &j->chain);
	j->n_certs = get_below(in, CHAIN_CERTS_MAX + 1);
	require(in, j->n_certs > 0);
	for (size_t i = 0; i < j->n_certs && !in->bad; i++)
		j->der[i] = get_bytes(in, arena);
	ret->judge = j;
}

static void put_start(const struct record *r, struct buf *out)
{
	buf_be(out, r->start_run, 8);
}

static void get_start(struct span *in, struct arena *arena, struct record *ret)
{
	(void)arena;
	ret->start_run = span_u64(in);
}

static void put_nothing(const struct record *r, struct buf *out)
{
	(void)r;
	(void)out;
}

static void get_nothing(struct span *in, struct arena *arena, struct record *ret)
{
	(void)in;
	(void)arena;
	(void)ret;
}

struct kind {
	void (*put)(const struct record *r, struct buf *out);
	void (*get)(struct span *in, struct arena *arena, struct record *ret);
};

static const struct kind kinds[RECORD_TYPE_MAX] = {
    [RECORD_DEFINE] = {put_define, get_define},
    [RECORD_OBSERVATION] = {put_observation, get_observation},
    [RECORD_PROGRESS] = {put_progress, get_progress},
    [RECORD_NOTE] = {put_note, get_note},
    [RECORD_DONE] = {put_nothing, get_nothing},
    [RECORD_LOG] = {put_log, get_log},
    [RECORD_COUNTS] = {put_counts, get_counts},
    [RECORD_REASON] = {put_reason, get_reason},
    [RECORD_HINT] = {put_hint, get_hint},
    [RECORD_ISSUER] = {put_issuer, get_issuer},
    [RECORD_JUDGE] = {put_judge, get_judge},
    [RECORD_START] = {put_start, get_start},
    [RECORD_STOP] = {put_nothing, get_nothing},
    [RECORD_BYE] = {put_nothing, get_nothing},
};

struct err codec_write(const struct record *record, struct buf *out)
{
	size_t start = out->n;
	size_t mark = buf_open(out, LENGTH_BYTES);

	buf_be(out, CODEC_VERSION, 1);
	buf_be(out, record->type, 1);
	kinds[record->type].put(record, out);
	buf_close(out, mark, LENGTH_BYTES);
	if (!out->full && out->n - start <= RECORD_MAX)
		return OK;
	out->n = start;
	out->full = false;
	return err_limit("record too large for its pipe");
}

static struct err body_read(struct span body, struct arena *arena, struct record *ret_record)
{
	struct record record = {0};
	const uint8_t *start = body.p;
	unsigned hit = arena->hit;
	uint8_t version = span_u8(&body);
	uint8_t type = span_u8(&body);

	if (version != CODEC_VERSION)
		return err_make(ERR_PEER, 0, 0, "record of another version");
	if (type >= RECORD_TYPE_MAX || !kinds[type].get)
		return err_make(ERR_PEER, 0, 1, "record of an unknown type");
	record.type = type;
	kinds[type].get(&body, arena, &record);
	if (arena->hit != hit)
		return err_limit("record larger than the memory for it");
	if (!span_end(&body))
		return err_make(ERR_PEER, 0, (size_t)(body.p - start), "record with a bad field");
	*ret_record = record;
	return OK;
}

struct err codec_read(
    struct span *in, struct arena *arena, struct record *ret_record, bool *ret_whole)
{
	struct span rest = *in;
	uint32_t length = span_u32(&rest);
	struct span body;
	struct err e;

	if (!rest.bad && (length < HEADER_SIZE || length > RECORD_MAX - LENGTH_BYTES))
		return err_make(ERR_PEER, 0, 0, "record of an impossible length");
	body = span_take(&rest, length);
	if (rest.bad) {
		*ret_whole = false;
		return OK;
	}
	e = body_read(body, arena, ret_record);
	if (err_is(e))
		return e;
	*in = rest;
	*ret_whole = true;
	return OK;
}
