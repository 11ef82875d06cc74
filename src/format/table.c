/*
 * table.c: the widths are those of the first rows, as far as the terminal has room: while it has
 * not, the column that suffers least gets narrower, and in the end the last columns go. Everything
 * in a cell but its colour comes from strangers, so it passes base/text on its way.
 */
#include "format/table.h"

#include "base/text.h"
#include "format/getter.h"
#include "format/words.h"
#include "verdict/table.h"

#include <stdlib.h>

enum {
	COLUMN_ENDPOINT,
	COLUMN_NAME,
	COLUMN_ISSUER,
	COLUMN_DATE,
	COLUMN_LEFT,
	COLUMN_FINDINGS,
	COLUMNS
};

enum {
	HELD_ROWS = 500, /* enough to know how wide things are here */
	CELLS_MAX = 512, /* bytes of a row's text; no terminal is so wide */
	GAP = 2,
};

static const struct column {
	const char *title;
	unsigned min; /* narrower is useless */
	unsigned keep; /* where there is too little room, the lowest gives way first */
	bool right;
} columns[COLUMNS] = {
    [COLUMN_ENDPOINT] = {.title = "ENDPOINT", .min = 15, .keep = 5},
    [COLUMN_NAME] = {.title = "NAME", .min = 12, .keep = 2},
    [COLUMN_ISSUER] = {.title = "ISSUER", .min = 8, .keep = 0},
    [COLUMN_DATE] = {.title = "EXPIRES", .min = 10, .keep = 3},
    [COLUMN_LEFT] = {.title = "", .min = 8, .keep = 1, .right = true},
    [COLUMN_FINDINGS] = {.title = "FINDINGS", .min = 10, .keep = 4},
};

struct line {
	uint8_t severity;
	struct {
		uint16_t at, n; /* in text */
	} cells[COLUMNS];
	uint16_t n;
	char text[CELLS_MAX];
};

struct table {
	struct style style;
	bool laid_out; /* widths stand, the header is written */
	size_t widths[COLUMNS]; /* 0: not shown */
	size_t n_held;
	struct line held[HELD_ROWS];
};

struct err table_new(const struct style *style, struct table **ret_table)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return err_limit("no memory for a table");
	t->style = *style;
	*ret_table = t;
	return OK;
}

void table_free(struct table *t)
{
	free(t);
}

/* Cells. */

/* What does not fit is cut: the column is narrower anyway. */
static void put_part(struct line *line, unsigned column, const char *text)
{
	size_t n = strlen(text), room = CELLS_MAX - line->n;

	if (n > room)
		n = room;
	memcpy(line->text + line->n, text, n);
	if (!line->cells[column].n)
		line->cells[column].at = line->n;
	line->n = (uint16_t)(line->n + n);
	line->cells[column].n = (uint16_t)(line->cells[column].n + n);
}

static struct span cell(const struct line *line, unsigned column)
{
	return span_of(line->text + line->cells[column].at, line->cells[column].n);
}

/* What a person calls it: the name that was asked for, else the certificate's own. */
static const char *name_of(const struct inventory_row *row)
{
	const struct cert_facts *leaf = row_leaf(row);

	if (row->seen->endpoint.name[0])
		return row->seen->endpoint.name;
	if (!leaf)
		leaf = row->inferred;
	if (leaf && leaf->subject_cn[0])
		return leaf->subject_cn;
	if (leaf && leaf->n_sans)
		return leaf->sans[0];
	if (leaf && leaf->subject[0])
		return leaf->subject;
	return row->seen->hostname;
}

static void fill_findings(struct line *line, const struct inventory_row *row, int64_t now_s)
{
	const struct finding *f;
	bool first = true;

	for (size_t k = 0; (f = row_finding(row, k)); k++) {
		const struct finding_row *what = finding_by_id(f->id);

		if (!finding_holds(f, now_s) || !what)
			continue;
		if (!first)
			put_part(line, COLUMN_FINDINGS, ", ");
		put_part(line, COLUMN_FINDINGS, what->name);
		first = false;
	}
	line->severity = row_severity(row, now_s);
}

static void fill_leaf(struct line *line, const struct cert_facts *leaf, int64_t now_s)
{
	char text[TIME_TEXT_MAX];

	put_part(line, COLUMN_ISSUER, leaf->issuer_cn[0] ? leaf->issuer_cn : leaf->issuer);
	put_part(line, COLUMN_DATE, time_date_text(leaf->not_after_s, text));
	put_part(line, COLUMN_LEFT, until_text(leaf->not_after_s, now_s, text));
}

/* Why there is no certificate stands where the findings would. */
static void fill_outcome(struct line *line, const struct inventory_row *row, int64_t now_s)
{
	bool unreachable = row->seen->outcome == OUTCOME_UNREACHABLE;
	struct value v;

	value_get(row, FIELD_OUTCOME, now_s, &v);
	put_part(line, COLUMN_FINDINGS, "(");
	put_part(line, COLUMN_FINDINGS, v.text);
	value_get(row, unreachable ? FIELD_ERROR : FIELD_ALERT, now_s, &v);
	if (v.present)
		put_part(line, COLUMN_FINDINGS, ": ");
	put_part(line, COLUMN_FINDINGS, v.text);
	put_part(line, COLUMN_FINDINGS, ")");
}

static void fill_line(struct line *line, const struct inventory_row *row, int64_t now_s)
{
	const struct cert_facts *leaf = row_leaf(row);
	char where[ADDR_TEXT_MAX + 8];

	*line = (struct line){0};
	put_part(line, COLUMN_ENDPOINT,
	    addr_port_text(&row->seen->endpoint.addr, row->seen->endpoint.port, where));
	put_part(line, COLUMN_NAME, name_of(row));
	if (leaf)
		fill_leaf(line, leaf, now_s);
	else
		fill_outcome(line, row, now_s);
	fill_findings(line, row, now_s);
}

/* Lines. */

static void put_cell(const struct table *t, unsigned column, struct span text, struct buf *out)
{
	size_t width = t->widths[column], used = text_width(text);

	if (columns[column].right && used < width)
		buf_fill(out, ' ', width - used);
	used = text_clip(out, text, width);
	if (!columns[column].right && used < width)
		buf_fill(out, ' ', width - used);
}

/* Without blanks at the end. */
static void put_cells(const struct table *t, const struct line *line, struct buf *out)
{
	const char *colour = colour_of(&t->style, line->severity);
	bool first = true;

	for (unsigned i = 0; i < COLUMNS; i++) {
		bool coloured = i == COLUMN_FINDINGS && *colour;

		if (!t->widths[i])
			continue;
		if (!first)
			buf_fill(out, ' ', GAP);
		first = false;
		if (coloured)
			buf_str(out, colour);
		put_cell(t, i, cell(line, i), out);
		if (coloured)
			buf_str(out, colour_off(&t->style));
	}
	while (out->n && out->p[out->n - 1] == ' ')
		out->n--;
}

static void put_line(const struct table *t, const struct line *line, struct buf *out)
{
	put_cells(t, line, out);
	buf_str(out, "\n");
}

static void put_header(const struct table *t, struct buf *out)
{
	struct line titles = {0};

	for (unsigned i = 0; i < COLUMNS; i++)
		put_part(&titles, i, columns[i].title);
	buf_str(out, colour_bold(&t->style));
	put_cells(t, &titles, out);
	buf_printf(out, "%s\n", colour_off(&t->style));
}

/* Widths. */

static size_t total_width(const struct table *t)
{
	size_t width = 0;

	for (unsigned i = 0; i < COLUMNS; i++)
		if (t->widths[i])
			width += t->widths[i] + (width ? GAP : 0);
	return width;
}

/* The shown column that gives way first, of those above their minimum if `narrow`; COLUMNS:
 * none. */
static unsigned first_to_yield(const struct table *t, bool narrow)
{
	unsigned found = COLUMNS;

	for (unsigned i = 0; i < COLUMNS; i++) {
		if (!t->widths[i] || (narrow && t->widths[i] <= columns[i].min))
			continue;
		if (found == COLUMNS || columns[i].keep < columns[found].keep)
			found = i;
	}
	return found;
}

/* Takes what is too much from the columns that can bear it; false if that is not enough. */
static bool narrow(struct table *t)
{
	while (total_width(t) > t->style.width) {
		size_t excess = total_width(t) - t->style.width, room;
		unsigned i = first_to_yield(t, true);

		if (i == COLUMNS)
			return false;
		room = t->widths[i] - columns[i].min;
		t->widths[i] -= room < excess ? room : excess;
	}
	return true;
}

/* Does without one column after the other until the rest fits; the endpoint stays. */
static void fit(struct table *t, size_t natural[COLUMNS])
{
	for (;;) {
		unsigned i;

		memcpy(t->widths, natural, sizeof(t->widths));
		if (narrow(t))
			return;
		i = first_to_yield(t, false);
		if (i == COLUMN_ENDPOINT)
			break;
		natural[i] = 0;
	}
	t->widths[COLUMN_ENDPOINT] = t->style.width;
}

static void measure(const struct table *t, size_t ret_widths[COLUMNS])
{
	for (unsigned i = 0; i < COLUMNS; i++) {
		ret_widths[i] = strlen(columns[i].title);
		for (size_t k = 0; k < t->n_held; k++) {
			size_t width = text_width(cell(&t->held[k], i));

			if (width > ret_widths[i])
				ret_widths[i] = width;
		}
	}
}

static void lay_out(struct table *t, struct buf *out)
{
	size_t natural[COLUMNS];

	measure(t, natural);
	if (t->style.width)
		fit(t, natural);
	else
		memcpy(t->widths, natural, sizeof(t->widths));
	put_header(t, out);
	for (size_t k = 0; k < t->n_held; k++)
		put_line(t, &t->held[k], out);
	t->laid_out = true;
}

void table_row(struct table *t, const struct inventory_row *row, struct buf *out)
{
	struct line line;

	fill_line(&line, row, t->style.now_s);
	if (t->laid_out) {
		put_line(t, &line, out);
		return;
	}
	t->held[t->n_held++] = line;
	if (t->n_held == HELD_ROWS)
		lay_out(t, out);
}

void table_end(struct table *t, struct buf *out)
{
	if (!t->laid_out && t->n_held)
		lay_out(t, out);
}
