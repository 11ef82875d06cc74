#include "import/lines.h"

#include "import/limits.h"

#include "lib/test.h"

/* The lines of a text pushed in chunks, joined by "|", each with its number. */
static void check_lines(const char *text, size_t chunk, const char *expected)
{
	struct lines l;
	struct span rest = span_str(text), line;
	struct buf out;

	lines_init(&l);
	buf_init(&out, 4096);
	while (rest.n) {
		struct span in = span_take(&rest, rest.n < chunk ? rest.n : chunk);

		while (lines_next(&l, &in, &line))
			buf_printf(&out, "%zu:%.*s|", l.number, (int)line.n, (const char *)line.p);
	}
	if (lines_last(&l, &line))
		buf_printf(&out, "%zu:%.*s.", l.number, (int)line.n, (const char *)line.p);
	CHECK_STR(buf_text(&out), expected);
	buf_done(&out);
	lines_done(&l);
}

static void however_they_are_cut(void)
{
	for (size_t chunk = 1; chunk < 20; chunk++) {
		check_lines("one\r\ntwo\n\nlast", chunk, "1:one|2:two|3:|4:last.");
		check_lines("one\n", chunk, "1:one|");
		check_lines("", chunk, "");
	}
}

static void one_that_is_too_long_is_given_once_as_bad(void)
{
	static char text[IMPORT_TOKEN_MAX + 100];

	memset(text, 'x', sizeof(text));
	memcpy(text + sizeof(text) - 6, "\nab\nc", 6);
	for (size_t chunk = 1000; chunk < sizeof(text) + 1000; chunk += sizeof(text)) {
		struct lines l;
		struct span rest = span_of(text, sizeof(text) - 1), line;
		size_t n = 0;

		lines_init(&l);
		while (rest.n) {
			struct span in = span_take(&rest, rest.n < chunk ? rest.n : chunk);

			while (lines_next(&l, &in, &line)) {
				n++;
				CHECK_EQ(line.bad, n == 1);
				CHECK(n != 2 || span_is(line, "ab"));
			}
		}
		CHECK_EQ(n, 2);
		CHECK(lines_last(&l, &line) && span_is(line, "c") && l.number == 3);
		lines_done(&l);
	}
}

int main(void)
{
	RUN(however_they_are_cut);
	RUN(one_that_is_too_long_is_given_once_as_bad);
	return test_done();
}
