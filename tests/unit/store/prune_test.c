#include "lab.h"

#include "store/notes.h"
#include "store/prune.h"
#include "store/schedules.h"

static const int64_t day = 24 * 3600 * 1000;
static struct arena arena;

static int64_t rows(struct store *s, const char *table)
{
	char sql[64];
	struct stmt q;
	int64_t n;

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
	q = stmt_once(s, sql);
	n = stmt_row(&q) ? stmt_get_int(&q, 0) : -1;
	CHECK(went_well(stmt_end(&q), s));
	return n;
}

static struct chain_verdict *chain_of(const char *name, const char *serial)
{
	const struct lab_cert certs[] = {
	    {name, "ca", name, serial, KEY_RSA, 9000, false},
	    {"ca", "ca", "k", "1", KEY_RSA, 9000, true},
	};
	struct chain_verdict *v = lab_chain(&arena, certs, 2);

	lab_finding(v, FINDING_SELF_SIGNED, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	return v;
}

static void seen(struct store *s, uint32_t host, struct chain_verdict *v, int64_t at_ms)
{
	struct observation o = lab_seen(host, v, 0, at_ms);

	lab_put(s, v, &o);
}

/* Nobody has seen it any more. */
static void gone(struct store *s, uint32_t host, int64_t at_ms)
{
	char sql[200];

	snprintf(sql, sizeof(sql),
	    "UPDATE sightings SET current = 0 WHERE endpoint IN (SELECT id FROM endpoints"
	    " WHERE ip = '10.0.0.%u'); UPDATE endpoints SET vanished_ms = %lld"
	    " WHERE ip = '10.0.0.%u'",
	    host, (long long)at_ms, host);
	CHECK(went_well(db_exec(s, sql), s));
}

static struct pruned prune(struct store *s, int64_t now_ms, bool dry_run)
{
	struct prune what = {.now_ms = now_ms,
	    .gone_days = 10,
	    .history_days = 20,
	    .messages_days = 30,
	    .dry_run = dry_run};
	struct pruned done = {0};

	CHECK(went_well(store_prune(s, &what, NULL, NULL, &done), s));
	lab_sound(s);
	return done;
}

static void what_is_gone_for_long_goes_with_all_that_is_its_own(void)
{
	struct store *s = lab_store();
	struct pruned done;

	seen(s, 1, chain_of("a", "1"), 1 * day);
	seen(s, 2, chain_of("b", "1"), 1 * day);
	seen(s, 3, chain_of("c", "1"), 1 * day); /* the newest change */
	gone(s, 1, 2 * day);
	done = prune(s, 11 * day, false);
	CHECK_EQ(done.n[PRUNED_ENDPOINTS], 0); /* not long enough */
	CHECK_EQ(prune(s, 13 * day, true).n[PRUNED_ENDPOINTS], 1);
	CHECK_EQ(rows(s, "endpoints"), 3);
	done = prune(s, 13 * day, false);
	CHECK_EQ(done.n[PRUNED_ENDPOINTS], 1);
	CHECK_EQ(done.n[PRUNED_CHAINS], 1);
	CHECK_EQ(done.n[PRUNED_CERTIFICATES], 1); /* the CA is in the others' chains */
	CHECK_EQ(rows(s, "endpoints"), 2);
	CHECK_EQ(rows(s, "sightings"), 2);
	CHECK_EQ(rows(s, "certificates"), 3);
	done = prune(s, 13 * day, false);
	for (int i = 0; i < PRUNED_MAX; i++)
		CHECK_EQ(done.n[i], 0);
	store_close(s);
}

static void what_is_served_stays_however_old(void)
{
	struct store *s = lab_store();
	struct pruned done;

	seen(s, 1, chain_of("a", "1"), 1 * day);
	seen(s, 2, chain_of("b", "1"), 1 * day);
	done = prune(s, 4000 * day, false);
	CHECK_EQ(done.n[PRUNED_ENDPOINTS], 0);
	CHECK_EQ(done.n[PRUNED_CHANGES], 0); /* nor is it forgotten when it came */
	CHECK_EQ(rows(s, "endpoints"), 2);
	CHECK_EQ(rows(s, "certificates"), 3);
	store_close(s);
}

static void an_old_chain_of_a_living_endpoint_goes(void)
{
	struct store *s = lab_store();
	struct pruned done;

	seen(s, 1, chain_of("a", "1"), 1 * day);
	seen(s, 1, chain_of("a", "2"), 2 * day); /* renewed */
	seen(s, 2, chain_of("b", "1"), 3 * day);
	done = prune(s, 12 * day, false);
	CHECK_EQ(done.n[PRUNED_SIGHTINGS], 1);
	CHECK_EQ(done.n[PRUNED_CHAINS], 0); /* history names it */
	done = prune(s, 23 * day, false);
	CHECK_EQ(done.n[PRUNED_CHANGES], 1);
	CHECK_EQ(done.n[PRUNED_CHAINS], 0); /* it is what the present one took the place of */
	CHECK_EQ(rows(s, "sightings"), 2);
	seen(s, 1, chain_of("a", "3"), 24 * day);
	seen(s, 2, chain_of("b", "2"), 24 * day);
	done = prune(s, 46 * day, false);
	CHECK_EQ(done.n[PRUNED_CHANGES], 2);
	CHECK_EQ(done.n[PRUNED_CHAINS], 1);
	CHECK_EQ(done.n[PRUNED_CERTIFICATES], 1);
	store_close(s);
}

static void what_somebody_has_annotated_stays(void)
{
	struct note_change say = {.owner = "Ops", .at_ms = 1, .by = "ann"};
	struct noted endpoint = {.is_endpoint = true, .endpoint = lab_endpoint(1)}, cert = {0};
	struct chain_verdict *b = chain_of("b", "1");
	struct store *s = lab_store();
	struct annotation a;
	struct pruned done;

	cert.certificate = b->facts[0]->id;
	seen(s, 1, chain_of("a", "1"), 1 * day);
	seen(s, 2, b, 1 * day);
	seen(s, 3, chain_of("c", "1"), 1 * day);
	gone(s, 1, 2 * day);
	gone(s, 2, 2 * day);
	CHECK(went_well(store_note_put(s, &endpoint, &say, &arena, &a), s));
	CHECK(went_well(store_note_put(s, &cert, &say, &arena, &a), s));
	done = prune(s, 13 * day, false);
	CHECK_EQ(done.n[PRUNED_ENDPOINTS], 1);
	CHECK_EQ(done.n[PRUNED_CHAINS], 0);
	CHECK_EQ(rows(s, "certificates"), 4);
	store_close(s);
}

/* A handle that has the chain's row in memory writes no sighting of a chain that is no more. */
static void other_writers_notice(void)
{
	struct store *s = lab_store(), *other = lab_open();
	struct chain_verdict *v = chain_of("a", "1");
	struct observation o = lab_seen(1, v, 0, 40 * day);
	struct stored stored;

	CHECK(went_well(store_begin(other), other));
	seen(other, 1, v, 1 * day);
	CHECK(went_well(store_commit(other), other));
	seen(s, 2, chain_of("b", "1"), 1 * day);
	gone(s, 1, 2 * day);
	CHECK_EQ(prune(s, 30 * day, false).n[PRUNED_CHAINS], 1);
	CHECK(went_well(store_begin(other), other));
	CHECK(went_well(store_put_chain(other, v, 40 * day), other));
	CHECK(went_well(store_put_observation(other, &o, &stored), other));
	CHECK(went_well(store_commit(other), other));
	CHECK_EQ(stored.change, CHANGE_NEW);
	lab_sound(s);
	store_close(other);
	store_close(s);
}

static void records_have_ages_of_their_own(void)
{
	struct store *s = lab_store();
	struct audit audit = {.at_ms = 1 * day, .action = "x"};
	struct job job = {.wish = {"10.0.0.1", "", "", false, 0}, .by = "ann"};
	uint64_t old = lab_run(s, 1 * day), kept = lab_run(s, 1 * day);
	size_t vanished;
	struct pruned done;

	CHECK(went_well(store_audit(s, &audit), s));
	CHECK(went_well(store_run_end(s, old, RUN_COMPLETED, 2 * day, NULL, NULL, &vanished), s));
	CHECK(went_well(store_job_add(s, &job), s));
	CHECK(went_well(store_job_run(s, job.id, kept), s)); /* waits to go on */
	done = prune(s, 21 * day, false);
	CHECK_EQ(done.n[PRUNED_RUNS], 0);
	CHECK_EQ(done.n[PRUNED_AUDIT], 0);
	done = prune(s, 23 * day, false);
	CHECK_EQ(done.n[PRUNED_RUNS], 1);
	CHECK_EQ(done.n[PRUNED_AUDIT], 1);
	CHECK_EQ(rows(s, "runs"), 1);
	store_close(s);
}

static bool at_once(void *context)
{
	(void)context;
	return true;
}

static void it_can_be_stopped_and_does_many_in_many_batches(void)
{
	struct prune what = {.now_ms = 30 * day, .gone_days = 10};
	struct chain_verdict *v = chain_of("a", "1");
	struct store *s = lab_store();
	struct pruned done = {0};

	CHECK(went_well(store_begin(s), s));
	for (uint32_t host = 0; host < 2 * PRUNE_AT_ONCE + 1; host++)
		seen(s, host, v, 1 * day);
	CHECK(went_well(store_commit(s), s));
	CHECK(went_well(db_exec(s, "UPDATE sightings SET current = 0"), s));
	CHECK(went_well(store_prune(s, &what, at_once, NULL, &done), s));
	CHECK_EQ(done.n[PRUNED_ENDPOINTS], 0);
	CHECK(went_well(store_prune(s, &what, NULL, NULL, &done), s));
	CHECK_EQ(done.n[PRUNED_ENDPOINTS], 2 * PRUNE_AT_ONCE); /* and that of the newest change */
	lab_sound(s);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 16 << 20);
	RUN(what_is_gone_for_long_goes_with_all_that_is_its_own);
	RUN(what_is_served_stays_however_old);
	RUN(an_old_chain_of_a_living_endpoint_goes);
	RUN(what_somebody_has_annotated_stays);
	RUN(other_writers_notice);
	RUN(records_have_ages_of_their_own);
	RUN(it_can_be_stopped_and_does_many_in_many_batches);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
