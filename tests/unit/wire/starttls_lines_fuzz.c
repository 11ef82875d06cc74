#include "wire/starttls/lines.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct line_rule rules[] = {
    {LINES_FIRST, "2##-", "first\r\n", LINES_FIRST},
    {LINES_FIRST, "220", "next\r\n", 1},
    {1, "ok", NULL, LINES_TLS},
    {1, "", "again\r\n", 1},
    {0},
};

/* It eats whole lines only, and once it has ended it eats nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lines lines = {0};
	struct span in = span_of(data, size);
	struct buf out;
	enum want want;

	buf_init(&out, 65536);
	want = lines_step(&lines, rules, &in, &out);
	if (want == WANT_READ && in.n && memchr(in.p, '\n', in.n))
		abort();
	if (want != WANT_READ) {
		size_t left = in.n;

		if (lines_step(&lines, rules, &in, &out) != want || in.n != left)
			abort();
	}
	lines_mention(span_of(data, size), "ftp");
	buf_done(&out);
	return 0;
}
