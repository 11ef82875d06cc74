/* What a search means, asked of a row; and random searches, written down and read again. */
#include "lib/evaluate.h"

#include "base/arena.h"
#include "lib/trees.h"
#include "query/parse.h"
#include "unit/format/rows.h"

#include "lib/test.h"

static const struct query_env env = {.now_s = NOW_S, .word = word_at};

static const char *const tags[] = {"prod", "web"};
static const struct remarks remarks = {
    .owner = "Ann", .note = "renewed by hand", .n_tags = 2, .tags = tags};
static struct observation seen, refused;
static struct inventory_row served, bare;

static const struct query *read(const char *text, struct arena *a)
{
	struct query_error error;
	const struct query *q = NULL;

	if (err_is(query_parse(span_str(text), &env, a, &q, &error)))
		printf("# %s: %zu %s\n", text, error.at, error.text);
	return q;
}

/* What is true of the endpoint with a certificate, and what of the one that refused. */
static void check(const char *text, bool of_served, bool of_bare)
{
	struct arena a;
	const struct query *q;

	arena_init(&a, 1 << 16);
	q = read(text, &a);
	CHECK(q != NULL);
	if (q &&
	    (evaluate(q, &served, NOW_S) != of_served || evaluate(q, &bare, NOW_S) != of_bare)) {
		printf("# %s\n", text);
		CHECK(false);
	}
	arena_done(&a);
}

static void what_a_search_means(void)
{
	check("*", true, true);
	check("issuer:lab", true, false);
	check("issuer=lab", false, false);
	check("issuer!=lab", true, true);
	check("issuer:none", false, true);
	check("names:*.example.com", true, false);
	check("names:10.0.0", true, false);
	check("port:443", true, false);
	check("port:[400 to 500]", true, false);
	check("ip:10.0.0.0/8", true, true);
	check("version:\"TLS 1.3\" cipher:*AES_128*", true, false);
	check("service:https", true, true);
	check("finding:expiring", true, false);
	check("finding:expired", false, false);
	check("finding:expired@now+12d", true, false);
	check("severity>=medium", true, false);
	check("severity<critical", true, true);
	check("severity:none", false, true);
	check("expires<now+30d", true, false);
	check("not expires<now+30d", false, true);
	check("sha256:1eaf", true, false);
	check("chain:ca00", true, false);
	check("owner:ann tag:prod note:hand muted:no", true, false);
	check("owner:none", false, true);
	check("prod", true, false);
	check("EXAMPLE.com", true, false);
	check("10.0.0.1", true, false);
	check("x25519", false, false);
}

static void what_is_written_down_reads_as_the_same(void)
{
	const struct inventory_row *const rows[] = {&served, &bare};
	struct trees trees = {.seed = 4711, .rows = rows, .n_rows = 2, .now_s = NOW_S};
	struct buf once, twice;
	size_t hits = 0;

	buf_init(&once, 1 << 20);
	buf_init(&twice, 1 << 20);
	for (size_t i = 0; i < 20000; i++) {
		struct arena a;
		const struct query *q, *again;

		arena_init(&a, 1 << 20);
		trees.arena = &a;
		q = trees_next(&trees, 4);
		buf_reset(&once);
		buf_reset(&twice);
		query_print(q, &once);
		again = read(buf_text(&once), &a);
		if (again)
			query_print(again, &twice);
		CHECK_STR(buf_text(&twice), buf_text(&once));
		for (size_t k = 0; again && k < 2; k++) {
			bool hit = evaluate(q, rows[k], NOW_S);

			if (hit != evaluate(again, rows[k], NOW_S))
				CHECK_STR(buf_text(&once), "the same answer");
			hits += hit;
		}
		arena_done(&a);
	}
	CHECK(hits > 10000 && hits < 30000);
	buf_done(&once);
	buf_done(&twice);
}

int main(void)
{
	seen = row_seen();
	served = (struct inventory_row){.seen = &seen, .chain = &row_chain, .remarks = &remarks};
	refused = (struct observation){.endpoint = {.addr = addr_from_v4(0x0a000002),
					   .port = 8443,
					   .transport = TRANSPORT_TCP},
	    .outcome = OUTCOME_REFUSED,
	    .evidence = EVIDENCE_SCAN};
	bare = (struct inventory_row){.seen = &refused};
	RUN(what_a_search_means);
	RUN(what_is_written_down_reads_as_the_same);
	return test_done();
}
