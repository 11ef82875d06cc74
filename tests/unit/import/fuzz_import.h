/*
 * fuzz_import.h: one importer over one input, in two ways that must tell the same: pushed whole,
 * and in pieces as long as the input's first byte says.
 */
#pragma once

#include "import/import.h"

#include <stdlib.h>

struct fuzz_sums {
	uint64_t sum;
	struct import_counts counts;
};

static inline void fuzz_add(struct fuzz_sums *s, uint64_t value)
{
	s->sum = s->sum * 31 + value;
}

static inline void fuzz_target(void *context, const struct import_target *t)
{
	fuzz_add(context, t->line);
	fuzz_add(context, t->port);
	fuzz_add(context, t->range.n + strlen(t->name));
}

/* Whatever comes out is a whole SEQUENCE, as long as it says. */
static inline void fuzz_observation(
    void *context, struct observation *obs, const struct span *der, size_t n)
{
	fuzz_add(context, obs->outcome);
	for (size_t i = 0; i < n; i++) {
		struct span s = der[i];

		if (span_u8(&s) != 0x30 || s.n < 1)
			abort();
		fuzz_add(context, cert_id_of(der[i]).b[0]);
	}
}

static inline void fuzz_bad(void *context, size_t line, const char *what)
{
	fuzz_add(context, line);
	fuzz_add(context, strlen(what));
}

static inline struct fuzz_sums fuzz_import(const char *format, struct span bytes, size_t chunk)
{
	static const struct import_ops ops = {fuzz_target, fuzz_observation, fuzz_bad};
	struct fuzz_sums sums = {0};
	struct import *im;

	if (err_is(import_new(format, 0, &ops, &sums, &im)))
		abort();
	while (bytes.n) {
		struct err e =
		    import_push(im, span_take(&bytes, bytes.n < chunk ? bytes.n : chunk));

		if (err_is(e))
			break;
	}
	if (!err_is(import_end(im)))
		sums.counts = import_counts(im);
	import_free(im);
	return sums;
}

static inline void fuzz_both_ways(const char *format, const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);
	struct fuzz_sums whole = fuzz_import(format, bytes, SIZE_MAX);
	struct fuzz_sums pieces = fuzz_import(format, bytes, size ? 1 + data[0] % 64 : 1);

	if (whole.sum != pieces.sum ||
	    memcmp(&whole.counts, &pieces.counts, sizeof(whole.counts)) != 0)
		abort();
}
