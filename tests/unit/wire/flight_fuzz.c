/* The format of the recordings: see flight_fixture.h. Pace 0 is all at once. */
#include "flight_fixture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

static void check(const struct flight_result *r, enum want want)
{
	if (want != WANT_READ && r->end == FLIGHT_OPEN)
		abort();
	if ((r->end == FLIGHT_CERT) != (r->n_certs > 0) || r->n_certs > FLIGHT_CERTS_MAX)
		abort();
	for (size_t i = 0; i < r->n_certs; i++)
		touch(r->certs[i]);
	touch(r->ocsp);
	touch(r->first);
	touch(span_str(r->alpn));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t paces[8] = {SIZE_MAX, 1, 2, 3, 5, 64, 500, 1448};
	struct span in = span_of(data, size);
	uint8_t how = span_u8(&in);
	size_t step = paces[how >> 5];
	struct hello_spec spec = fixed_spec(how & 7, how >> 3 & 3);
	enum want want = WANT_READ;
	struct flight *f = NULL;
	struct buf out;

	buf_init(&out, 1 << 18);
	if (!err_is(flight_new(&spec, fixed_shares(), &out, &f))) {
		while (in.n > 0 && want == WANT_READ)
			want = flight_push(f, span_take(&in, step < in.n ? step : in.n), &out);
		check(flight_result(f), want);
		flight_eof(f);
		check(flight_result(f), WANT_DONE);
	}
	flight_free(f);
	buf_done(&out);
	return 0;
}
