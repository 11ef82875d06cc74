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
    "SELECT n_rows > 0 AND n_any > n_rows FROM served_beside",
    "SELECT count(*) FROM served WHERE leaf IS NULL AND chain <> 0",
    "SELECT count(*) > count(DISTINCT leaf) FROM served WHERE leaf IS NOT NULL",
    "SELECT count(*) FROM sighting_findings WHERE NOT current",
    "SELECT count(*) FROM served_days WHERE day < 0",
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
	    "UPDATE served_issuers SET n_rows = n_rows + 1 WHERE id = 1",
	    "UPDATE served_days SET n_certs = n_certs + 1",
	    "UPDATE served_ports SET n_bare = n_bare + 1 WHERE port = 443",
	    "UPDATE served_beside SET n_any = n_any + 1",
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

int main(void)
{
	lab_make();
	arena_init(&arena, 256 << 20);
	RUN(counters_equal_a_recount);
	RUN(a_wrong_counter_is_found);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
