/*
 * The first byte: bit 0 any record will do, the rest the size of pieces. What is found, and where,
 * must not depend on how the bytes were cut.
 */
#include "sensor/look.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where TLS begins; the size of all where it does not. */
static size_t find(struct span in, bool any, size_t piece, enum look_result *ret_what)
{
	struct look l = {.any = any};
	size_t all = in.n;

	*ret_what = LOOK_MORE;
	while (in.n > 0 && *ret_what == LOOK_MORE) {
		struct span part = span_take(&in, piece < in.n ? piece : in.n);

		*ret_what = look_push(&l, &part);
		if (l.n > LOOK_HOLD || (*ret_what == LOOK_MORE && part.n > 0))
			abort();
		if (*ret_what == LOOK_TLS || *ret_what == LOOK_SSLV2)
			return all - in.n - part.n - look_held(&l).n;
	}
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	uint8_t how = span_u8(&in);
	size_t piece = (size_t)(how >> 1) + 1;
	enum look_result what[2];
	size_t at[2];

	if (in.bad)
		return 0;
	at[0] = find(in, how & 1, SIZE_MAX, &what[0]);
	at[1] = find(in, how & 1, piece, &what[1]);
	if (at[0] != at[1])
		abort();
	return 0;
}
