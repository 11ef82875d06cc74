/*
 * Fragments of eight datagrams in any order: what becomes whole must be what plain marks, byte for
 * byte, make of the same fragments. A case is rows of 6 bytes: which datagram and whether more
 * follow, offset in blocks (of the last datagram: in 255ths of the longest), length, what to fill
 * it with, milliseconds that pass.
 */
#include "sensor/defrag.h"
#include "sensor/limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DATAGRAMS = 8, LONG = 7, BYTES = 65536 };

static struct model {
	bool whole;
	int64_t since_us;
	size_t total, extent, n;
	bool has[BYTES];
	uint8_t bytes[BYTES];
} models[DATAGRAMS];

static bool is_complete(const struct model *m)
{
	for (size_t i = 0; i < m->total; i++)
		if (!m->has[i])
			return false;
	return m->total > 0;
}

/* The rules once more, slowly. */
static bool expect(struct model *m, const struct fragment *f)
{
	size_t n = f->more ? f->bytes.n & ~(size_t)7 : f->bytes.n, end = f->offset + n;

	if (n == 0 || end > 65535)
		return false;
	if (m->n && f->time_us - m->since_us > (m->whole ? DEFRAG_ECHO_US : DEFRAG_WAIT_US))
		*m = (struct model){0};
	if (m->whole)
		return false;
	if (!m->n)
		m->since_us = f->time_us;
	m->n++;
	if (!f->more && (m->total ? m->total != end : m->extent > end))
		return false;
	if (!f->more)
		m->total = end;
	for (size_t i = f->offset; i < end && !(m->total && i >= m->total); i++) {
		if (!m->has[i])
			m->bytes[i] = f->bytes.p[i - f->offset];
		m->has[i] = true;
		if (m->extent <= i)
			m->extent = i + 1;
	}
	m->whole = is_complete(m);
	if (m->whole)
		m->since_us = f->time_us;
	return m->whole;
}

static void push(struct defrag *d, struct span *row, int64_t *time_us)
{
	uint8_t which = span_u8(row), fill[256];
	struct fragment f = {.id = which & 7, .more = which >> 4 & 1};
	struct datagram whole = {0};
	struct model *m = &models[f.id];
	bool expected;

	f.v6 = f.id & 1;
	f.protocol = f.v6 ? which : 6;
	f.offset = (uint16_t)(span_u8(row) * 8);
	if (f.id == LONG)
		f.offset = (uint16_t)(f.offset * 8191 / (255 * 8) * 8);
	f.bytes = span_of(fill, span_u8(row));
	memset(fill, span_u8(row), sizeof(fill));
	*time_us += (int64_t)span_u16(row) * 1000;
	f.time_us = *time_us;
	expected = expect(m, &f);
	if (defrag_push(d, &f, &whole) != expected)
		abort();
	if (expected && !span_eq(whole.bytes, span_of(m->bytes, m->total)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct siphash_key key = {{5, 6}};
	struct span in = span_of(data, size);
	struct defrag *d;
	int64_t time_us = 0;

	memset(models, 0, sizeof(models));
	if (err_is(defrag_new(&key, &d)))
		abort();
	while (in.n >= 6)
		push(d, &in, &time_us);
	if (defrag_held(d) > DATAGRAMS * 65535 || defrag_lost(d) > size / 6)
		abort();
	defrag_free(d);
	return 0;
}
