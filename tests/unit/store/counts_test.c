#include "lab.h"
#include "store/listing.h"
#include "store/prune.h"

/* The counters that triggers keep, against a recount: `db check` counts again. */
static struct arena arena;

enum { NOW_S = 10000, HOSTS = 60, CERTS = 30 };

static uint64_t seed = 1;

static unsigned dice(unsigned n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

static struct chain_verdict *chains[CERTS];

/* Two of them in three share a leaf with another; what ends before 1970 is there too. */
static struct chain_verdict *chain_of(unsigned i)
{
	static const char *const issuers[] = {"Lab CA", "Other CA", "lab ca", ""};
	static const struct lab_cert ca = {"Lab CA", "Lab CA", "kca", "01", KEY_RSA, 90000, true};
	struct lab_cert certs[2] = {
	    {.issuer = issuers[i / 2 % 4], .name = "www.example", .key = "k", .kind = KEY_EC}, ca};
	struct chain_verdict *v;
	char serial[16];

	snprintf(serial, sizeof(serial), "%02x", i / 2);
	certs[0].serial = serial;
	certs[0].not_after_s = (int64_t)(i / 2) * 40000 - 200000;
	v = lab_chain(&arena, certs, 1 + i % 2);
	lab_finding(v, FINDING_EXPIRED, SEVERITY_HIGH, certs[0].not_after_s, FOREVER_S);
	if (i % 3 == 0)
		lab_finding(v, FINDING_SELF_SIGNED, SEVERITY_CRITICAL, ALWAYS_S, FOREVER_S);
	return v;
}

static struct store *empty_store(void)
{
	seed = 1;
	for (unsigned i = 0; i < CERTS; i++)
		chains[i] = chain_of(i);
	return lab_store();
}

static void host_seen(struct store *s, uint64_t run, int64_t at_ms)
{
	struct chain_verdict *v = dice(5) ? chains[dice(CERTS)] : NULL;
	struct observation o = lab_seen(dice(HOSTS), v, run, at_ms - dice(3000));

	o.endpoint.port = (uint16_t)(443 + dice(3));
	if (v && dice(3) == 0)
		o.findings[o.n_findings++] = (struct finding){FINDING_NAME_MISMATCH,
		    dice(2) ? SEVERITY_MEDIUM : SEVERITY_CRITICAL, ALWAYS_S, FOREVER_S, "x"};
	/* Some chains are seen before anybody has shown their certificates. */
	lab_put(s, dice(3) ? v : NULL, &o);
}

static bool some_covered(void *context, const struct endpoint *endpoint)
{
	(void)context;
	(void)endpoint;
	return dice(3) != 0;
}

static bool all_covered(void *context, const struct endpoint *endpoint)
{
	(void)context;
	(void)endpoint;
	return true;
}

static void run_passes(struct store *s, int64_t at_ms)
{
	uint64_t run = lab_run(s, at_ms);
	size_t vanished;

	CHECK(went_well(store_begin(s), s));
	for (unsigned k = dice(40); k > 0; k--)
		host_seen(s, run, at_ms + 3000);
	if (dice(10) == 0)
		store_rollback(s);
	else
		CHECK(went_well(store_commit(s), s));
	CHECK(went_well(store_run_end(s, run, RUN_COMPLETED, at_ms + 4000,
			    dice(4) ? some_covered : all_covered, NULL, &vanished),
	    s));
}

/* A better parser: the same bytes, another issuer, another end. */
static void chain_is_read_anew(struct store *s, unsigned i)
{
	struct chain_verdict *v = chain_of(i);
	struct cert_facts leaf = *v->facts[0];

	leaf.issuer_cn = dice(2) ? "A third" : "Lab CA";
	leaf.not_after_s += dice(200000);
	v->facts[0] = arena_dup(&arena, &leaf, sizeof(leaf));
	chains[i] = v;
	CHECK(went_well(store_put_chain(s, v, 1000), s));
}

static uint64_t number(struct store *s, const char *sql)
{
	struct stmt q = stmt_once(s, sql);
	uint64_t n = stmt_row(&q) ? (uint64_t)stmt_get_int(&q, 0) : 0;

	CHECK(went_well(stmt_end(&q), s));
	return n;
}

/* What must have been there at some time, or the test has proved nothing. */
static const char *const cases[] = {
    "SELECT sum(n_rows) > 50 FROM served",
    "SELECT n_beside > 0 AND n_beside_any > n_beside FROM served_totals",
    "SELECT count(*) FROM served WHERE leaf IS NULL AND chain <> 0",
    "SELECT count(*) > count(DISTINCT leaf) FROM served WHERE leaf IS NOT NULL",
    "SELECT count(*) FROM sighting_findings WHERE NOT current",
    "SELECT count(*) FROM served WHERE end_s < 0",
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

/* New, changed, vanished, returned, without a certificate, rolled back, pruned. */
static void counters_equal_a_recount(void)
{
	struct store *s = empty_store();
	bool had[CASES] = {0};

	for (int i = 0; i < 60; i++) {
		struct prune what = {.now_ms = (int64_t)(i + 5) * 86400000, .gone_days = 5};
		struct pruned done;

		run_passes(s, (int64_t)(i + 1) * 86400000);
		if (i % 7 == 6)
			chain_is_read_anew(s, dice(CERTS));
		if (i % 5 == 4)
			CHECK(went_well(store_prune(s, &what, NULL, NULL, &done), s));
		lab_sound(s);
		for (size_t k = 0; k < CASES; k++)
			had[k] |= number(s, cases[k]) > 0;
	}
	for (size_t k = 0; k < CASES; k++)
		CHECK(had[k]);
	store_close(s);
}

/* Each counter, pushed off by one, is told in a line of its own. */
static void a_wrong_counter_is_found(void)
{
	static const char *const wrongs[] = {
	    "UPDATE served SET leaf = leaf + 1 WHERE chain = (SELECT max(chain) FROM served)",
	    "UPDATE served SET n_rows = n_rows + 1 WHERE chain = (SELECT max(chain) FROM served)",
	    "UPDATE served_issuers SET issuer_cn = 'x' WHERE id = (SELECT max(issuer) FROM served)",
	    "UPDATE served_totals SET n_certs = n_certs + 1",
	    "UPDATE served_ports SET n_bare = n_bare + 1 WHERE port = 443",
	    "UPDATE served_totals SET n_beside_any = n_beside_any + 1",
	    "UPDATE sighting_findings SET current = 1 - current",
	};
	struct store *s = empty_store();

	for (int i = 0; i < 5; i++)
		run_passes(s, (int64_t)(i + 1) * 86400000);
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		size_t problems = 0;

		lab_sound(s);
		CHECK(went_well(store_begin(s), s));
		CHECK(went_well(db_exec(s, wrongs[i]), s));
		CHECK(went_well(store_check(s, NULL, NULL, &problems), s));
		CHECK(problems > 0);
		store_rollback(s);
	}
	store_close(s);
}

/* The same from the rows of a search, in the plainest way. */
struct plain_leaf {
	struct digest256 id;
	uint64_t held; /* finding ids, a bit each */
	uint8_t worst;
	int64_t not_after_s;
	uint64_t n_rows;
};

struct plain {
	uint64_t rows, endpoints, ports[3];
	uint64_t by_issuer; /* rows of "Lab CA" */
	uint64_t severities[SEVERITY_MAX], findings[64]; /* rows */
	struct endpoint last;
	size_t n;
	struct plain_leaf leaves[CERTS + 60];
};

static void plain_hold(const struct finding *f, size_t n, uint64_t *held, uint8_t *worst)
{
	for (size_t i = 0; i < n; i++) {
		if (f[i].since_s > NOW_S || f[i].until_s <= NOW_S)
			continue;
		*held |= (uint64_t)1 << f[i].id;
		if (f[i].severity > *worst)
			*worst = f[i].severity;
	}
}

static struct plain_leaf *plain_leaf(struct plain *p, const struct cert_facts *facts)
{
	size_t i = 0;

	while (i < p->n && !digest256_eq(&p->leaves[i].id, &facts->id))
		i++;
	if (i == p->n)
		p->leaves[p->n++] =
		    (struct plain_leaf){.id = facts->id, .not_after_s = facts->not_after_s};
	return &p->leaves[i];
}

static bool take_plain(void *context, const struct inventory_row *row)
{
	struct plain *p = context;
	const struct chain_verdict *v = row->chain;
	struct plain_leaf *leaf;
	uint64_t held = 0;
	uint8_t worst = SEVERITY_NONE;

	p->endpoints += p->rows == 0 || !addr_eq(&p->last.addr, &row->seen->endpoint.addr) ||
			p->last.port != row->seen->endpoint.port;
	p->last = row->seen->endpoint;
	p->rows++;
	p->ports[row->seen->endpoint.port - 443]++;
	if (!v || !v->n_certs)
		return true;
	plain_hold(v->findings, v->n_findings, &held, &worst);
	plain_hold(row->seen->findings, row->seen->n_findings, &held, &worst);
	p->severities[worst]++;
	for (size_t id = 0; id < 64; id++)
		p->findings[id] += held >> id & 1;
	p->by_issuer += strcmp(v->facts[0]->issuer_cn, "Lab CA") == 0;
	leaf = plain_leaf(p, v->facts[0]);
	leaf->held |= held;
	leaf->worst = worst > leaf->worst ? worst : leaf->worst;
	leaf->n_rows++;
	return true;
}

static void expiring_is(
    const struct plain *p, int64_t from_s, int64_t to_s, const struct overview_expiring *said)
{
	struct overview_expiring is = {.days = said->days};

	for (size_t i = 0; i < p->n; i++) {
		if (p->leaves[i].not_after_s < from_s || p->leaves[i].not_after_s >= to_s)
			continue;
		is.certificates++;
		is.endpoints += p->leaves[i].n_rows;
	}
	CHECK_EQ(said->certificates, is.certificates);
	CHECK_EQ(said->endpoints, is.endpoints);
}

static void findings_are(const struct plain *p, const struct overview *o)
{
	uint64_t all = 0, told = 0;

	for (size_t severity = 0; severity < SEVERITY_MAX; severity++) {
		uint64_t certificates = 0;

		for (size_t i = 0; i < p->n; i++)
			certificates += p->leaves[i].worst == severity;
		CHECK_EQ(o->severities[severity].endpoints, p->severities[severity]);
		CHECK_EQ(o->severities[severity].certificates, certificates);
	}
	for (size_t id = 0; id < 64; id++)
		all += p->findings[id];
	for (size_t k = 0; k < o->n_findings; k++) {
		uint64_t certificates = 0;

		for (size_t i = 0; i < p->n; i++)
			certificates += p->leaves[i].held >> o->findings[k].id & 1;
		CHECK_EQ(o->findings[k].endpoints, p->findings[o->findings[k].id]);
		CHECK_EQ(o->findings[k].certificates, certificates);
		told += o->findings[k].endpoints;
	}
	CHECK_EQ(told, all);
}

static uint64_t facet_count(const struct facet *f, const char *text, int64_t of)
{
	for (size_t i = 0; i < f->n; i++)
		if (text ? strcmp(f->values[i].text, text) == 0 : f->values[i].number == of)
			return f->values[i].count;
	return 0;
}

static void overview_is(const struct plain *p, const struct overview *o)
{
	CHECK_EQ(o->count.rows, p->rows);
	CHECK_EQ(o->count.endpoints, p->endpoints);
	CHECK_EQ(o->count.certificates, p->n);
	for (unsigned port = 0; port < 3; port++)
		CHECK_EQ(facet_count(&o->ports, NULL, 443 + port), p->ports[port]);
	CHECK_EQ(facet_count(&o->issuers, "Lab CA", 0), p->by_issuer);
	expiring_is(p, INT64_MIN, NOW_S, &o->expired);
	for (size_t i = 0; i < OVERVIEW_EXPIRING; i++)
		expiring_is(
		    p, NOW_S, NOW_S + (int64_t)o->expiring[i].days * 86400, &o->expiring[i]);
	findings_are(p, o);
}

/* After each run, of chains that share leaves, sightings with findings of their own, endpoints with
 * several chains. */
static void the_overview_is_what_a_search_counts(void)
{
	static struct overview o;
	struct store *s = empty_store();
	const struct search search = {.now_s = NOW_S};
	size_t most = 0, n;

	for (int i = 0; i < 40; i++) {
		struct plain p = {0};

		run_passes(s, (int64_t)(i + 1) * 86400000);
		if (i % 7 == 6)
			chain_is_read_anew(s, dice(CERTS));
		CHECK(went_well(store_search(s, &search, take_plain, &p, &n), s));
		CHECK(went_well(store_overview(s, NOW_S, &arena, &o), s));
		overview_is(&p, &o);
		CHECK_EQ(o.bare, number(s, "SELECT count(*) FROM sightings"
					   " WHERE current AND chain = 0"));
		most = o.n_findings > most ? o.n_findings : most;
	}
	CHECK(most >= 3);
	store_close(s);
}

/* The same question without a condition, which the counters answer, and with one that is true of
 * all, which the rows do. */
static void counted_as_rows(struct store *s, bool bare)
{
	static const enum field_id fields[] = {FIELD_ISSUER, FIELD_PORT};
	const struct listing all = {.now_s = NOW_S, .bare = bare};
	struct listing rows = all;
	struct listing_count count[2] = {0};
	struct timeline line[2] = {{.n = 20}, {.n = 20}};
	struct facet facets[2][2];

	rows.where = query_number(&arena, FIELD_PORT, QUERY_GE, 0);
	CHECK(went_well(store_count(s, &all, &count[0]), s));
	CHECK(went_well(store_count(s, &rows, &count[1]), s));
	CHECK_EQ(memcmp(&count[0], &count[1], sizeof(count[0])), 0);
	CHECK(went_well(store_timeline(s, &all, &line[0]), s));
	CHECK(went_well(store_timeline(s, &rows, &line[1]), s));
	CHECK_EQ(memcmp(&line[0], &line[1], sizeof(line[0])), 0);
	CHECK(went_well(store_facets(s, &all, fields, 2, 2, &arena, facets[0], &count[0]), s));
	CHECK(went_well(store_facets(s, &rows, fields, 2, 2, &arena, facets[1], &count[1]), s));
	CHECK_EQ(memcmp(&count[0], &count[1], sizeof(count[0])), 0);
	for (size_t i = 0; i < 2; i++) {
		const struct facet *a = &facets[0][i], *b = &facets[1][i];

		CHECK_EQ(a->n, b->n);
		CHECK_EQ(a->missing, b->missing);
		CHECK_EQ(a->other, b->other);
		for (size_t k = 0; k < a->n; k++)
			CHECK_EQ(a->values[k].count, b->values[k].count);
	}
}

static void counters_answer_as_the_rows_do(void)
{
	struct store *s = empty_store();

	for (int i = 0; i < 30; i++) {
		run_passes(s, (int64_t)(i + 1) * 86400000);
		counted_as_rows(s, i % 2);
	}
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 256 << 20);
	RUN(counters_equal_a_recount);
	RUN(a_wrong_counter_is_found);
	RUN(the_overview_is_what_a_search_counts);
	RUN(counters_answer_as_the_rows_do);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
