/*
 * A conversation: a byte that says who and what (bit 0 the side; bits 1 and 2: bytes, bytes, gap,
 * end), two bytes of length, and the bytes. It is played twice, the second time byte by byte: what
 * is told must be the same.
 */
#include "sensor/dissect.h"

#include "base/buf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;
static uint32_t seen;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

static void touch_side(const struct session_side *side)
{
	touch(side->hello);
	for (size_t i = 0; i < side->n_certs; i++)
		touch(side->certs[i]);
}

static void on_event(void *context, enum session_event event, const struct session *s)
{
	struct buf *out = context;

	if (seen & (1u << event | 1u << SESSION_END))
		abort();
	seen |= 1u << event;
	touch_side(&s->client);
	touch_side(&s->server);
	touch(s->ocsp);
	touch(s->sct);
	touch(s->cert_request);
	buf_printf(out, "%d %s %s %zu %zu %d %u %u|", event, s->history, s->alpn, s->server.n_certs,
	    s->client.n_certs, s->server.certs_cut, s->flags, s->sealed_certificate_n);
}

static void say(struct dissect *d, enum dissect_side side, struct span bytes, size_t piece)
{
	while (bytes.n > 0)
		dissect_bytes(
		    d, side, span_take(&bytes, bytes.n < piece || !piece ? bytes.n : piece));
}

static void play(struct span in, size_t piece, struct buf *out)
{
	static const struct dissect_ops ops = {on_event};
	static const struct session_side side = {.port = 1};
	struct dissect *d;

	seen = 0;
	if (err_is(dissect_new(&side, &side, (const uint64_t[]){1, 2}, &ops, out, &d)))
		abort();
	while (in.n > 0) {
		uint8_t command = span_u8(&in);
		enum dissect_side who = command & 1;
		size_t n = span_u16(&in);

		dissect_time(d, 1, 1);
		if ((command >> 1 & 3) == 2)
			dissect_gap(d, who, (uint32_t)n);
		else if ((command >> 1 & 3) == 3)
			dissect_end(d, who, n % 3);
		else
			say(d, who, span_take(&in, n < in.n ? n : in.n), piece);
	}
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_TIMEOUT);
	sink += (unsigned)dissect_held(d) + dissect_wants(d, SIDE_TCP_SERVER);
	dissect_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once, bytewise;

	buf_init(&once, 1 << 16);
	buf_init(&bytewise, 1 << 16);
	play(span_of(data, size), 0, &once);
	play(span_of(data, size), 1, &bytewise);
	if (!span_eq(buf_view(&once), buf_view(&bytewise)))
		abort();
	buf_done(&once);
	buf_done(&bytewise);
	return 0;
}
