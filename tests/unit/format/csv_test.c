#include "format/csv.h"

#include "query/field.h"

#include "rows.h"

static void check_cell(const char *text, const char *expected)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	csv_cell(text, &out);
	CHECK_STR(buf_text(&out), expected);
	buf_done(&out);
}

static void quotes_stand_where_rfc_4180_wants_them(void)
{
	check_cell("plain text", "plain text");
	check_cell("a,b", "\"a,b\"");
	check_cell("say \"a\"", "\"say \"\"a\"\"\"");
	check_cell("", "");
}

static void no_cell_is_a_formula(void)
{
	check_cell("=1+1", "'=1+1");
	check_cell("+1", "'+1");
	check_cell("-1", "'-1");
	check_cell("@SUM(A1)", "'@SUM(A1)");
	check_cell("\t=1", "'\xef\xbf\xbd=1");
	check_cell("\r=1", "'\xef\xbf\xbd=1");
	check_cell("=cmd|'/c calc'!A1,\"x\"", "\"'=cmd|'/c calc'!A1,\"\"x\"\"\"");
	check_cell("a=b", "a=b");
}

static void nothing_in_a_cell_moves_the_cursor_or_ends_the_line(void)
{
	check_cell("a\nb\x1b[2J\xff", "a\xef\xbf\xbd"
				      "b\xef\xbf\xbd[2J\xef\xbf\xbd");
}

static size_t count(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static void the_header_names_every_field(void)
{
	size_t n;
	struct buf out;

	field_table(&n);
	buf_init(&out, 1 << 16);
	csv_header(&out);
	CHECK_EQ(count(buf_text(&out), ','), n - 1);
	CHECK(strncmp(buf_text(&out),
		  "timestamp,ip,hostname,port,notvalidafter,subject,issuer,SANs,", 60) == 0);
	CHECK(memcmp(out.p + out.n - 2, "\r\n", 2) == 0);
	buf_done(&out);
}

static void a_row_has_a_cell_for_each(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);
	struct buf out;
	const char *text;

	buf_init(&out, 1 << 16);
	csv_row(&row, NOW_S, &out);
	text = buf_text(&out);
	CHECK(strncmp(text, "2026-05-28T20:26:39.123Z,10.0.0.1,web.example.com,443,", 54) == 0);
	CHECK(strstr(text, ",www.example.com 10.0.0.1,") != NULL);
	CHECK(strstr(text, ",\"CN=www.example.com,O=\"\"Ex, Inc\"\"\",") != NULL);
	CHECK(strstr(text, ",high,expiring name-mismatch,") != NULL);
	CHECK(strstr(text, ",true,false,false,1eaf0000") != NULL);
	CHECK(strstr(text, "00 ca0000") != NULL);
	CHECK(memcmp(out.p + out.n - 2, "\r\n", 2) == 0);
	buf_done(&out);
}

static void without_a_certificate_the_cells_are_empty(void)
{
	struct observation seen = row_refused();
	struct inventory_row row = {.seen = &seen};
	struct buf out;
	size_t n;

	field_table(&n);
	buf_init(&out, 1 << 16);
	csv_row(&row, NOW_S, &out);
	CHECK(strncmp(buf_text(&out),
		  "2026-05-28T20:26:39.000Z,10.0.0.2,,993,,,,,,tcp,imaps,,scan,refused,", 68) == 0);
	CHECK_EQ(count(buf_text(&out), ','), n - 1);
	buf_done(&out);
}

int main(void)
{
	RUN(quotes_stand_where_rfc_4180_wants_them);
	RUN(no_cell_is_a_formula);
	RUN(nothing_in_a_cell_moves_the_cursor_or_ends_the_line);
	RUN(the_header_names_every_field);
	RUN(a_row_has_a_cell_for_each);
	RUN(without_a_certificate_the_cells_are_empty);
	return test_done();
}
