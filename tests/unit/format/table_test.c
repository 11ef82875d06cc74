#include "format/table.h"

#include "base/text.h"

#include "rows.h"

/* Both rows of rows.h at a width. */
static void check_table(const struct style *style, const char *expected)
{
	struct observation seen = row_seen(), refused = row_refused();
	struct inventory_row full = row_of(&seen), bare = {.seen = &refused};
	struct table *t = NULL;
	struct buf out;

	buf_init(&out, 1 << 16);
	CHECK(!err_is(table_new(style, &t)));
	table_row(t, &full, &out);
	table_row(t, &bare, &out);
	CHECK_EQ(out.n, 0);
	table_end(t, &out);
	CHECK_STR(buf_text(&out), expected);
	table_free(t);
	buf_done(&out);
}

static void a_wide_terminal_shows_all(void)
{
	check_table(&(struct style){.width = 80, .now_s = NOW_S},
	    "ENDPOINT      NAME    ISSUER  EXPIRES              FINDINGS\n"
	    "10.0.0.1:443  a.test  Lab CA  2026-06-09  in 12 d  expiring, name-mismatch\n"
	    "10.0.0.2:993                                       (refused)\n");
	check_table(&(struct style){.width = 0, .now_s = NOW_S + 13 * 86400},
	    "ENDPOINT      NAME    ISSUER  EXPIRES              FINDINGS\n"
	    "10.0.0.1:443  a.test  Lab CA  2026-06-09  1 d ago  expired, name-mismatch\n"
	    "10.0.0.2:993                                       (refused)\n");
}

static void a_narrow_one_does_without(void)
{
	check_table(&(struct style){.width = 60, .now_s = NOW_S},
	    "ENDPOINT      NAME    EXPIRES              FINDINGS\n"
	    "10.0.0.1:443  a.test  2026-06-09  in 12 d  expiring, name-m…\n"
	    "10.0.0.2:993                               (refused)\n");
	check_table(&(struct style){.width = 40, .now_s = NOW_S},
	    "ENDPOINT      EXPIRES     FINDINGS\n"
	    "10.0.0.1:443  2026-06-09  expiring, nam…\n"
	    "10.0.0.2:993              (refused)\n");
	check_table(&(struct style){.width = 9, .now_s = NOW_S}, "ENDPOINT\n"
								 "10.0.0.1…\n"
								 "10.0.0.2…\n");
}

static void colours_come_only_when_asked_for(void)
{
	check_table(&(struct style){.width = 80, .colour = true, .now_s = NOW_S},
	    "\033[1mENDPOINT      NAME    ISSUER  EXPIRES              FINDINGS\033[0m\n"
	    "10.0.0.1:443  a.test  Lab CA  2026-06-09  in 12 d  "
	    "\033[31mexpiring, name-mismatch\033[0m\n"
	    "10.0.0.2:993                                       (refused)\n");
}

static void no_row_no_table(void)
{
	struct table *t = NULL;
	struct buf out;

	buf_init(&out, 100);
	CHECK(!err_is(table_new(&(struct style){0}, &t)));
	table_end(t, &out);
	CHECK_EQ(out.n, 0);
	table_free(t);
	buf_done(&out);
}

static void each_line_fits_whatever_is_in_it(void)
{
	static const char *const names[] = {"\xe4\xb8\xad\xe6\x96\x87\xe8\xaf\x81\xe4\xb9\xa6",
	    "\x1b[31mred\x07", "\xff\xfe", "e\xcc\x81", "www.a-very-long-name.example.com"};

	for (unsigned width = 1; width < 100; width++) {
		struct table *t = NULL;
		struct buf out;
		struct span rest, line;

		buf_init(&out, 1 << 16);
		CHECK(!err_is(table_new(&(struct style){.width = width, .now_s = NOW_S}, &t)));
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			struct observation seen = row_seen();
			struct inventory_row row = row_of(&seen);

			snprintf(seen.endpoint.name, NAME_MAX_LEN, "%s", names[i]);
			table_row(t, &row, &out);
		}
		table_end(t, &out);
		rest = buf_view(&out);
		while (span_line(&rest, &line)) {
			CHECK(text_width(line) <= width);
			CHECK(!memchr(line.p, 0x1b, line.n));
			CHECK(text_is_utf8(line));
		}
		table_free(t);
		buf_done(&out);
	}
}

static void rows_stream_once_the_widths_are_known(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);
	struct table *t = NULL;
	struct buf out;
	size_t lines = 0;

	buf_init(&out, 1 << 20);
	CHECK(!err_is(table_new(&(struct style){.width = 80, .now_s = NOW_S}, &t)));
	for (int i = 0; i < 1000; i++)
		table_row(t, &row, &out);
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	CHECK_EQ(lines, 1001);
	table_free(t);
	buf_done(&out);
}

int main(void)
{
	RUN(a_wide_terminal_shows_all);
	RUN(a_narrow_one_does_without);
	RUN(colours_come_only_when_asked_for);
	RUN(no_row_no_table);
	RUN(each_line_fits_whatever_is_in_it);
	RUN(rows_stream_once_the_widths_are_known);
	return test_done();
}
