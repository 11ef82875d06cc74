/*
 * csv.c: a cell of strangers' text is two dangers. To the spreadsheet: what begins with = + - @ is
 * run as a formula, so it gets an apostrophe, which spreadsheets do not show. To the terminal that
 * the file is looked at on: control characters become U+FFFD. RFC 4180 for the rest.
 */
#include "format/csv.h"

#include "base/text.h"
#include "format/getter.h"
#include "verdict/table.h"

enum { CELL_MAX = 1 << 20 }; /* a list of ten thousand names */

static bool is_formula(struct span cell)
{
	return cell.n && memchr("=+-@\t\r", cell.p[0], 6);
}

/* Nothing in it that needs a thought. */
static bool is_plain(struct span cell)
{
	for (size_t i = 0; i < cell.n; i++)
		if (cell.p[i] < 0x20 || cell.p[i] > 0x7e || cell.p[i] == '"' || cell.p[i] == ',')
			return false;
	return !is_formula(cell);
}

static void put_careful(struct span cell, struct buf *out)
{
	struct buf safe;
	bool quote;

	buf_init(&safe, CELL_MAX);
	if (is_formula(cell))
		buf_str(&safe, "'");
	text_safe(&safe, cell);
	quote = safe.n && (memchr(safe.p, '"', safe.n) || memchr(safe.p, ',', safe.n));
	if (quote)
		buf_str(out, "\"");
	for (size_t i = 0; i < safe.n; i++) {
		if (safe.p[i] == '"')
			buf_str(out, "\"");
		buf_put(out, &safe.p[i], 1);
	}
	if (quote)
		buf_str(out, "\"");
	buf_done(&safe);
}

static void put_cell(struct span cell, struct buf *out)
{
	if (is_plain(cell))
		buf_span(out, cell);
	else
		put_careful(cell, out);
}

void csv_cell(const char *text, struct buf *out)
{
	put_cell(span_str(text), out);
}

/* Every field there is, in the order of the table. */
static size_t all_fields(enum field_id ids[FIELD_MAX])
{
	size_t n;
	const struct field *fields = field_table(&n);

	for (size_t i = 0; i < n; i++)
		ids[i] = fields[i].id;
	return n;
}

void csv_header_of(const enum field_id *fields, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? "," : "", field_by_id(fields[i])->name);
	buf_str(out, "\r\n");
}

void csv_header(struct buf *out)
{
	enum field_id ids[FIELD_MAX];

	csv_header_of(ids, all_fields(ids), out);
}

static void join(struct buf *text, const char *word)
{
	if (text->n)
		buf_str(text, " ");
	buf_str(text, word);
}

/* Those that hold now. */
static void join_findings(const struct inventory_row *row, int64_t now_s, struct buf *text)
{
	const struct finding *f;

	for (size_t k = 0; (f = row_finding(row, k)); k++) {
		const struct finding_row *what = finding_by_id(f->id);

		if (finding_holds(f, now_s) && what)
			join(text, what->name);
	}
}

static void join_chain(const struct chain_verdict *chain, struct buf *text)
{
	for (size_t i = 0; chain && i < chain->n_certs; i++) {
		join(text, "");
		buf_hex(text, span_of(chain->facts[i]->id.b, sizeof(chain->facts[i]->id.b)));
	}
}

static void cell_text(
    const struct inventory_row *row, const struct value *v, int64_t now_s, struct buf *text)
{
	char addr[ADDR_TEXT_MAX], time[TIME_TEXT_MAX];

	switch (v->type) {
	case VALUE_TEXT:
		buf_str(text, v->text);
		break;
	case VALUE_NUMBER:
		buf_printf(text, "%lld", (long long)v->number);
		break;
	case VALUE_BOOL:
		buf_str(text, v->number ? "true" : "false");
		break;
	case VALUE_TIME:
		buf_str(text, value_time_text(v, time));
		break;
	case VALUE_ADDRESS:
		buf_str(text, addr_text(&v->addr, addr));
		break;
	case VALUE_LIST:
		for (size_t i = 0; i < v->n; i++)
			join(text, v->list[i]);
		break;
	case VALUE_FINDINGS:
		join_findings(row, now_s, text);
		break;
	case VALUE_CHAIN:
		join_chain(row->chain, text);
		break;
	}
}

void csv_row_of(const struct inventory_row *row, const enum field_id *fields, size_t n,
    int64_t now_s, struct buf *out)
{
	struct buf text;

	buf_init(&text, CELL_MAX);
	for (size_t i = 0; i < n; i++) {
		struct value v;

		value_get(row, fields[i], now_s, &v);
		buf_reset(&text);
		if (v.present)
			cell_text(row, &v, now_s, &text);
		if (i)
			buf_str(out, ",");
		put_cell(buf_view(&text), out);
	}
	buf_done(&text);
	buf_str(out, "\r\n");
}

void csv_row(const struct inventory_row *row, int64_t now_s, struct buf *out)
{
	enum field_id ids[FIELD_MAX];

	csv_row_of(row, ids, all_fields(ids), now_s, out);
}
