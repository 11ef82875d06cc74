#include "observe/chain_memory.h"

#include "lib/test.h"

static struct chain_memory *m;
static uint8_t text[CHAIN_MEMORY_BYTES_MAX + 1];

static struct digest256 truth(const struct span *der, size_t n)
{
	struct digest256 ids[CHAIN_CERTS_MAX];

	for (size_t i = 0; i < n; i++)
		ids[i] = cert_id_of(der[i]);
	return chain_id_of(ids, n);
}

/* Whatever was seen before, and asked twice. */
static void is_right(const struct span *der, size_t n)
{
	struct digest256 id = truth(der, n), said[2];

	for (size_t i = 0; i < 2; i++) {
		said[i] = chain_memory_id(m, der, n);
		CHECK(digest256_eq(&said[i], &id));
	}
}

static void the_same_end_is_not_the_same_chain(void)
{
	const struct span whole = span_of(text, 100), tail = span_of(text + 1, 99);
	const struct span halves[] = {span_of(text + 50, 50), span_of(text, 50)};
	const struct span thirds[] = {span_of(text + 50, 50), span_of(text, 30)};
	const struct span moved[] = {span_of(text + 40, 60), span_of(text, 40)};

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7);
	for (int i = 0; i < 2; i++) {
		is_right(&whole, 1);
		is_right(&tail, 1);
		is_right(halves, 2);
		is_right(halves, 1);
		is_right(thirds, 2);
		is_right(moved, 2);
	}
}

static void one_byte_tells(void)
{
	const struct span der = span_of(text, 1000);

	for (size_t i = 0; i < der.n; i += 37) {
		is_right(&der, 1);
		text[i] ^= 1;
		is_right(&der, 1);
	}
}

static void the_longest_the_shortest_and_none(void)
{
	const struct span longer = span_of(text, sizeof(text)), longest = span_of(text, 8192);
	const struct span empty[] = {span_of(NULL, 0), span_of(text, 3)};

	is_right(&longer, 1);
	is_right(&longest, 1);
	is_right(empty, 1);
	is_right(empty, 2);
	is_right(empty + 1, 1);
	is_right(NULL, 0);
}

int main(void)
{
	CHECK(!err_is(chain_memory_new(&m)));
	RUN(the_same_end_is_not_the_same_chain);
	RUN(one_byte_tells);
	RUN(the_longest_the_shortest_and_none);
	chain_memory_free(m);
	return test_done();
}
