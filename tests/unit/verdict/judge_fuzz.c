/*
 * A chain as a server sends it (each certificate behind its length, three bytes), judged without
 * roots, with the first of its own certificates as the root, and in an arena that may be too small;
 * then a name is asked for.
 */
#include "verdict/judge.h"
#include "verdict/table.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENOUGH = 8 << 20 }; /* an arena in which every chain has room */

static void check(const struct chain_verdict *v)
{
	for (size_t i = 0; i < v->n_findings; i++) {
		const struct finding *f = &v->findings[i];

		if (!finding_by_id(f->id) || f->since_s >= f->until_s || !*f->evidence ||
		    f->severity == SEVERITY_NONE || f->severity >= SEVERITY_MAX)
			abort();
	}
}

static void judge(const struct span *der, size_t n, const struct trust *trust, size_t arena_max)
{
	const struct chain_verdict *v = NULL;
	struct finding mismatch;
	struct arena arena;

	arena_init(&arena, arena_max);
	if (!err_is(judge_chain(der, n, trust, NULL, &arena, &v))) {
		check(v);
		if (v->n_certs)
			judge_name(v->facts[0], "www.example", &mismatch);
	} else if (arena_max == ENOUGH) {
		abort();
	}
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size), der[CHAIN_CERTS_MAX + 1];
	size_t n = 0, added, skipped;
	struct trust *trust = NULL;

	while (n <= CHAIN_CERTS_MAX && in.n && !in.bad) {
		der[n] = span_vec(&in, 3);
		if (!in.bad)
			n++;
	}
	if (err_is(trust_new(&trust)))
		abort();
	judge(der, n, trust, ENOUGH);
	judge(der, n, trust, size);
	if (n && !err_is(trust_add_roots(trust, der[n - 1], &added, &skipped)))
		judge(der, n, trust, ENOUGH);
	trust_free(trust);
	return 0;
}
