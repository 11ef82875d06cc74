/*
 * cert_csv.c: a column is a name and what writes its text. What people look for first stands first:
 * when it ends, whose it is, what is wrong; the fingerprint comes last.
 */
#include "web/cert_csv.h"

#include "base/time.h"
#include "format/csv.h"
#include "verdict/table.h"
#include "web/put.h"

enum { CELL_MAX = 1 << 20 }; /* a list of ten thousand names */

/* A row that is written; text: its cell. */
struct line {
	const struct listed_cert *cert;
	int64_t now_s;
	struct buf *text;
};

static void time_put(struct buf *text, int64_t seconds)
{
	char shown[TIME_TEXT_MAX];

	buf_str(text, time_text(seconds, shown));
}

static void list_put(struct buf *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(text, "%s%s", i ? " " : "", words[i]);
}

static void not_after(const struct line *l)
{
	time_put(l->text, l->cert->facts->not_after_s);
}

static void left(const struct line *l)
{
	buf_printf(l->text, "%lld", (long long)days_left(l->cert->facts->not_after_s, l->now_s));
}

static void subject(const struct line *l)
{
	buf_str(l->text, name_of(l->cert->facts->subject_cn, l->cert->facts->subject));
}

static void issuer(const struct line *l)
{
	buf_str(l->text, name_of(l->cert->facts->issuer_cn, l->cert->facts->issuer));
}

static void names(const struct line *l)
{
	list_put(l->text, l->cert->facts->sans, l->cert->facts->n_sans);
}

static void endpoints(const struct line *l)
{
	buf_printf(l->text, "%llu", (unsigned long long)l->cert->endpoints);
}

static void first_endpoint(const struct line *l)
{
	char shown[ENDPOINT_TEXT_MAX];

	buf_str(l->text, endpoint_text(&l->cert->first_endpoint, shown));
}

static void severity(const struct line *l)
{
	buf_str(l->text, severity_text(l->cert->severity));
}

static void findings(const struct line *l)
{
	for (size_t i = 0; i < l->cert->n_findings; i++) {
		const struct finding_row *what = finding_by_id(l->cert->findings[i].finding.id);

		buf_printf(l->text, "%s%s", i ? " " : "", what ? what->name : "unknown");
	}
}

static void owner(const struct line *l)
{
	if (l->cert->remarks && l->cert->remarks->owner)
		buf_str(l->text, l->cert->remarks->owner);
}

static void tags(const struct line *l)
{
	if (l->cert->remarks)
		list_put(l->text, l->cert->remarks->tags, l->cert->remarks->n_tags);
}

static void note(const struct line *l)
{
	if (l->cert->remarks && l->cert->remarks->note)
		buf_str(l->text, l->cert->remarks->note);
}

static void key(const struct line *l)
{
	buf_str(l->text, l->cert->facts->key_text);
}

static void not_before(const struct line *l)
{
	time_put(l->text, l->cert->facts->not_before_s);
}

static void sha256(const struct line *l)
{
	buf_hex(l->text, span_of(l->cert->facts->id.b, sizeof(l->cert->facts->id.b)));
}

static const struct column {
	const char *name;
	void (*put)(const struct line *l);
} columns[] = {
    {"not_after", not_after},
    {"days_left", left},
    {"subject", subject},
    {"issuer", issuer},
    {"names", names},
    {"endpoints", endpoints},
    {"first_endpoint", first_endpoint},
    {"severity", severity},
    {"findings", findings},
    {"owner", owner},
    {"tags", tags},
    {"note", note},
    {"key", key},
    {"not_before", not_before},
    {"sha256", sha256},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

void cert_csv_header(struct buf *out)
{
	for (size_t i = 0; i < COLUMNS; i++)
		buf_printf(out, "%s%s", i ? "," : "", columns[i].name);
	buf_str(out, "\r\n");
}

void cert_csv_row(const struct listed_cert *cert, int64_t now_s, struct buf *out)
{
	struct buf text;
	struct line line = {.cert = cert, .now_s = now_s, .text = &text};

	buf_init(&text, CELL_MAX);
	for (size_t i = 0; i < COLUMNS; i++) {
		buf_reset(&text);
		columns[i].put(&line);
		if (i)
			buf_str(out, ",");
		csv_cell(buf_text(&text), out);
	}
	buf_str(out, "\r\n");
	buf_done(&text);
}
