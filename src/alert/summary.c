/*
 * summary.c: a table of text, in lines of + and - or in Markdown. ElastAlert2's breaks lines at 80
 * columns; ours are as wide as what they show.
 */
#include "alert/summary.h"

#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pyrepr.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT_TEXT_MAX = 24 };

struct row {
	char **cells; /* one a field */
	uint64_t count;
};

struct table {
	size_t n_columns; /* the fields, and the count */
	size_t n_rows;
	struct row *rows;
	char **cells; /* of all rows */
	size_t *widths;
};

static char *cell_text(const struct doc *match, const char *field)
{
	struct buf text;
	char *copy;

	buf_init(&text, FORMAT_TEXT_MAX);
	pystr_put(&text, document_get(match, field));
	copy = strdup(buf_text(&text));
	buf_done(&text);
	return copy;
}

static bool same_row(char *const *a, char *const *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!a[i] || !b[i] || strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static void add_row(struct table *t, const struct rule_texts *fields, const struct doc *match)
{
	struct row *row = &t->rows[t->n_rows];

	row->cells = t->cells + t->n_rows * fields->n;
	row->count = 1;
	for (size_t i = 0; i < fields->n; i++)
		row->cells[i] = cell_text(match, fields->v[i]);
	for (size_t k = 0; k < t->n_rows; k++)
		if (same_row(t->rows[k].cells, row->cells, fields->n)) {
			t->rows[k].count++;
			for (size_t i = 0; i < fields->n; i++)
				free(row->cells[i]);
			return;
		}
	t->n_rows++;
}

/* The most frequent first; what is as frequent stays as it came. */
static void sort(struct table *t)
{
	for (size_t i = 1; i < t->n_rows; i++) {
		struct row row = t->rows[i];
		size_t to = i;

		for (; to > 0 && t->rows[to - 1].count < row.count; to--)
			t->rows[to] = t->rows[to - 1];
		t->rows[to] = row;
	}
}

static size_t shown(const struct table *t, uint32_t max)
{
	return max && max < t->n_rows ? max : t->n_rows;
}

static void put_ruler(const struct table *t, char line, struct buf *out)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		buf_str(out, "+");
		buf_fill(out, (uint8_t)line, t->widths[i] + 2);
	}
	buf_str(out, "+\n");
}

static void put_cell(
    const struct table *t, size_t column, const char *text, bool centred, struct buf *out)
{
	size_t left = t->widths[column] - text_width(span_str(text));

	buf_str(out, "| ");
	buf_fill(out, ' ', centred ? left / 2 : 0);
	buf_str(out, text);
	buf_fill(out, ' ', (centred ? left - left / 2 : left) + 1);
}

static void widen(size_t *width, const char *text)
{
	size_t n = text_width(span_str(text));

	if (n > *width)
		*width = n;
}

static void put_ascii(const struct table *t, const struct rule *rule, struct buf *out)
{
	const struct rule_texts *fields = &rule->summary_fields;
	size_t rows = shown(t, rule->summary_rows);
	char count[COUNT_TEXT_MAX];

	put_ruler(t, '-', out);
	for (size_t i = 0; i < fields->n; i++)
		put_cell(t, i, fields->v[i], true, out);
	put_cell(t, fields->n, "count", true, out);
	buf_str(out, "|\n");
	put_ruler(t, '=', out);
	for (size_t k = 0; k < rows; k++) {
		for (size_t i = 0; i < fields->n; i++)
			put_cell(t, i, t->rows[k].cells[i], false, out);
		snprintf(count, sizeof(count), "%" PRIu64, t->rows[k].count);
		put_cell(t, fields->n, count, false, out);
		buf_str(out, "|\n");
		put_ruler(t, '-', out);
	}
	buf_str(out, "\n");
}

static void put_markdown(const struct table *t, const struct rule *rule, struct buf *out)
{
	const struct rule_texts *fields = &rule->summary_fields;
	size_t rows = shown(t, rule->summary_rows);

	for (size_t i = 0; i < fields->n; i++)
		buf_printf(out, "| %s ", fields->v[i]);
	buf_str(out, "| count |\n");
	for (size_t i = 0; i <= fields->n; i++)
		buf_str(out, "|-----");
	buf_str(out, "|\n");
	for (size_t k = 0; k < rows; k++) {
		for (size_t i = 0; i < fields->n; i++)
			buf_printf(out, "| %s ", t->rows[k].cells[i]);
		buf_printf(out, "| %" PRIu64 " |\n", t->rows[k].count);
	}
	buf_str(out, "\n");
}

static void measure(struct table *t, const struct rule_texts *fields)
{
	char count[COUNT_TEXT_MAX];

	for (size_t i = 0; i < fields->n; i++)
		widen(&t->widths[i], fields->v[i]);
	widen(&t->widths[fields->n], "count");
	for (size_t k = 0; k < t->n_rows; k++) {
		for (size_t i = 0; i < fields->n; i++)
			widen(&t->widths[i], t->rows[k].cells[i]);
		snprintf(count, sizeof(count), "%" PRIu64, t->rows[k].count);
		widen(&t->widths[fields->n], count);
	}
}

static void put_head(const struct rule *rule, struct buf *out)
{
	struct doc item = {.kind = DOC_TEXT};

	buf_printf(out, "%s%s", rule->summary_prefix, rule->summary_prefix[0] ? "\n" : "");
	buf_str(out, "Aggregation resulted in the following data for summary_table_fields ==> [");
	for (size_t i = 0; i < rule->summary_fields.n; i++) {
		item.text = rule->summary_fields.v[i];
		pyrepr_put(out, &item);
		buf_str(out, ", ");
	}
	buf_str(out, "'count']:\n\n");
}

void summary_put(
    const struct rule *rule, const struct doc *const *matches, size_t n, struct buf *out)
{
	const struct rule_texts *fields = &rule->summary_fields;
	struct table t = {.n_columns = fields->n + 1};

	if (fields->n == 0)
		return;
	t.cells = calloc((n + 1) * fields->n, sizeof(*t.cells));
	t.rows = calloc(n + 1, sizeof(*t.rows));
	t.widths = calloc(t.n_columns, sizeof(*t.widths));
	if (t.cells && t.rows && t.widths) {
		for (size_t i = 0; i < n; i++)
			add_row(&t, fields, matches[i]);
		if (rule->summary_rows)
			sort(&t);
		measure(&t, fields);
		put_head(rule, out);
		(strcmp(rule->summary_type, "markdown") == 0 ? put_markdown : put_ascii)(
		    &t, rule, out);
		if (rule->summary_rows)
			buf_printf(out, "Showing top %u rows\n", rule->summary_rows);
		buf_str(out, rule->summary_suffix);
	}
	for (size_t k = 0; k < t.n_rows; k++)
		for (size_t i = 0; i < fields->n; i++)
			free(t.rows[k].cells[i]);
	free(t.cells);
	free(t.rows);
	free(t.widths);
}
