/*
 * The same file in one piece and in small uneven ones: the same frames either way. The first byte
 * of the input is the size of a piece.
 */
#include "link/capfile.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file of 64 KiB may unpack to 64 MiB: that much of it is enough. */
enum { FRAMES_MAX = 4096 };

struct seen {
	uint64_t frames, sum;
	uint64_t offset;
	uint32_t error;
	bool cut;
};

static void note(struct seen *seen, const struct frame *f)
{
	if (f->wire_n < f->bytes.n || f->time_us < 0 || f->time_us > INT64_C(253402300799999999))
		abort();
	seen->frames++;
	seen->sum = seen->sum * 31 + (uint64_t)f->time_us + f->wire_n + f->link;
	for (size_t i = 0; i < f->bytes.n; i++)
		seen->sum = seen->sum * 31 + f->bytes.p[i];
}

static bool pull(struct capfile *c, struct seen *seen)
{
	struct frame frame;
	bool have = true;

	while (seen->frames < FRAMES_MAX) {
		struct err e = capfile_next(c, &frame, &have);

		seen->error = e.code;
		if (err_is(e) || !have)
			return !err_is(e);
		note(seen, &frame);
	}
	return false;
}

static struct seen look(const uint8_t *data, size_t size, size_t piece)
{
	struct capfile *c = NULL;
	struct seen seen = {0};
	size_t n = 1;

	if (err_is(capfile_new(&c)))
		return seen;
	while (n > 0) {
		size_t room;
		uint8_t *p = capfile_room(c, &room);

		n = piece < size ? piece : size;
		if (n > room)
			n = room;
		if (room == 0)
			abort();
		if (n > 0)
			memcpy(p, data, n);
		data += n;
		size -= n;
		capfile_wrote(c, n);
		if (!pull(c, &seen))
			break;
	}
	seen.offset = capfile_offset(c);
	seen.cut = capfile_is_cut(c);
	capfile_free(c);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, pieces;

	if (size < 1)
		return 0;
	whole = look(data + 1, size - 1, SIZE_MAX);
	pieces = look(data + 1, size - 1, (size_t)data[0] + 1);
	if (whole.frames != pieces.frames || whole.sum != pieces.sum || whole.error != pieces.error)
		abort();
	if (!whole.error && (whole.offset != pieces.offset || whole.cut != pieces.cut))
		abort();
	return 0;
}
