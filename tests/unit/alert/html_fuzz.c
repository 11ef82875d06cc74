/* What a stranger's text becomes in a mail: letters, and line ends, and no mark-up of its own. */
#include "alert/html.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_page(struct buf *b, struct span text, uint8_t severity)
{
	buf_init(b, 1 << 20);
	html_begin(b, text, html_colour(severity));
	html_paragraph(b, text);
	html_link(b, text, "Show");
	html_table(b);
	html_row(b);
	html_cell(b, text, true);
	html_cell(b, text, false);
	html_end_row(b);
	html_end_table(b);
	html_end(b, text);
}

static size_t count(const struct buf *b, const char *what)
{
	struct span rest = buf_view(b);
	const uint8_t *at;
	size_t n = 0;

	for (; (at = memmem(rest.p, rest.n, what, strlen(what))); n++)
		span_take(&rest, (size_t)(at - rest.p) + 1);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const marks[] = {"<", ">", "\"", "'"};
	struct buf page, plain, escaped;

	if (size == 0 || size > 4096)
		return 0;
	put_page(&page, span_of(data, size), data[0]);
	put_page(&plain, span_str("x"), data[0]);
	buf_init(&escaped, 1 << 20);
	html_text(&escaped, span_of(data, size));
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		/* The text stands in it seven times; <br> is the one element that it may be. */
		size_t ours = strchr("<>", marks[i][0]) ? 7 * count(&escaped, "<br>") : 0;

		if (count(&page, marks[i]) != count(&plain, marks[i]) + ours)
			abort();
	}
	if (!text_is_utf8(buf_view(&page)))
		abort();
	buf_done(&page);
	buf_done(&plain);
	buf_done(&escaped);
	return 0;
}
