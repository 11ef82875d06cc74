/* What a handle has read is kept while nobody writes, and never longer. */
#include "store/kept.h"

#include "unit/store/lab.h"

static struct arena arena;

static void put(struct store *s, uint32_t host, const char *name, int64_t at_ms)
{
	const struct lab_cert cert = {name, "Lab CA", name, "01", KEY_RSA, 90000, false};
	struct chain_verdict *v = lab_chain(&arena, &cert, 1);
	struct observation o = lab_seen(host, v, at_ms > 1000, at_ms);

	lab_put(s, v, &o);
}

static size_t rows_of(struct store *s, bool gone, struct kept **ret_kept)
{
	struct kept *k = NULL;
	size_t n;

	CHECK(went_well(kept_get(s, gone, &k), s));
	n = k->sightings.n;
	*ret_kept = k;
	kept_release(s, k);
	return n;
}

static void it_is_kept_while_nobody_writes(void)
{
	struct store *s = lab_store();
	struct kept *first, *again;

	put(s, 1, "www.lab", 1000);
	CHECK_EQ(rows_of(s, false, &first), 1);
	CHECK_EQ(rows_of(s, false, &again), 1);
	CHECK(first == again && s->kept == first);
	put(s, 2, "www.lab", 1000);
	CHECK_EQ(rows_of(s, false, &again), 2);
	store_close(s);
}

/* Within a batch rows may still come to nothing: they are not kept. */
static void what_is_not_committed_is_not_kept(void)
{
	struct store *s = lab_store();
	struct kept *k;

	put(s, 1, "www.lab", 1000);
	CHECK(went_well(store_begin(s), s));
	put(s, 2, "www.lab", 1000);
	CHECK_EQ(rows_of(s, false, &k), 2);
	CHECK(s->kept != k);
	store_rollback(s);
	CHECK_EQ(rows_of(s, false, &k), 1);
	store_close(s);
}

static void what_is_gone_is_read_alone(void)
{
	struct store *s = lab_store();
	struct kept *k, *gone;

	put(s, 1, "www.lab", 5000);
	put(s, 1, "www.old", 1000); /* it had that one once */
	CHECK_EQ(rows_of(s, false, &k), 1);
	CHECK_EQ(rows_of(s, true, &gone), 2);
	CHECK(s->kept == k);
	CHECK_EQ(rows_of(s, false, &k), 1);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 16 << 20);
	RUN(it_is_kept_while_nobody_writes);
	RUN(what_is_not_committed_is_not_kept);
	RUN(what_is_gone_is_read_alone);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
