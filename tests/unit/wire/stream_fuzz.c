/* The first byte says how: bit 0 with a toy cipher from the start, bit 1 sealed, bit 7 a listener,
 * the rest the pace. Behind each piece that a listener hears stands a byte: odd, and so many
 * bytes and a half were lost. */
#include "wire/stream.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

/* The last byte is the type; 0xff is no key of ours. */
static bool toy_open(void *context, struct span header, struct span sealed, uint8_t *ret_plain,
    size_t *ret_n, uint8_t *ret_type)
{
	(void)context;
	touch(header);
	if (sealed.n == 0 || sealed.p[sealed.n - 1] == 0xff)
		return false;
	memcpy(ret_plain, sealed.p, sealed.n);
	*ret_n = sealed.n - 1;
	*ret_type = sealed.p[sealed.n - 1];
	return true;
}

static enum stream_event drain(struct stream *s, struct span part)
{
	enum stream_event event;
	struct stream_item item;

	while ((event = stream_next(s, &part, &item)) > STREAM_MORE && event <= STREAM_DATA) {
		touch(item.body);
		touch(item.whole);
	}
	if (event == STREAM_MORE && part.n > 0)
		abort(); /* it said that it took everything */
	return event;
}

static void begin(struct stream *s, uint8_t how)
{
	stream_init(s, 1000);
	if ((how & 1) && !stream_unlock(s, toy_open, NULL))
		abort();
	s->sealed = how & 2;
	s->skim = how & 0x80;
}

static enum stream_event lose(struct stream *s, uint8_t how, size_t n)
{
	struct stream_item item;

	if (stream_gap(s, n))
		return drain(s, span_of(NULL, 0));
	if (stream_rest(s, &item)) {
		if (!item.cut)
			abort();
		touch(item.body);
	}
	sink += (unsigned)stream_held(s);
	stream_done(s);
	begin(s, how);
	return STREAM_MORE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	uint8_t how = span_u8(&in);
	size_t step = how >> 2 & 31 ? how >> 2 & 31 : SIZE_MAX;
	enum stream_event event = STREAM_MORE;
	struct stream s;

	begin(&s, how);
	while (in.n > 0 && event <= STREAM_DATA) {
		uint8_t lost;

		event = drain(&s, span_take(&in, step < in.n ? step : in.n));
		lost = how & 0x80 ? span_u8(&in) : 0;
		if (lost & 1 && event == STREAM_MORE)
			event = lose(&s, how, lost >> 1);
	}
	stream_done(&s);
	return 0;
}
