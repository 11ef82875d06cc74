/*
 * html.c: HTML for mail clients, of which many take no style sheet: every element carries its own.
 * color-scheme says that we mind neither light nor dark; no colour of text or ground is set but for
 * the mark and the link, so what the reader chose holds.
 */
#include "alert/html.h"

#include "base/text.h"
#include "observe/finding.h"

#define FONT "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
#define CELL "padding:3px 14px 3px 0;text-align:left;vertical-align:top;font-size:14px"

/* What stands for a character that HTML means something by; NULL: itself. */
static const char *entity(uint32_t rune)
{
	static const struct {
		uint32_t rune;
		const char *text;
	} table[] = {
	    {'<', "&lt;"},
	    {'>', "&gt;"},
	    {'&', "&amp;"},
	    {'"', "&quot;"},
	    {'\'', "&#39;"},
	    {'\n', "<br>"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].rune == rune)
			return table[i].text;
	return NULL;
}

void html_text(struct buf *b, struct span text)
{
	while (text.n) {
		uint32_t rune = text_next(&text);
		const char *instead = entity(rune);

		if (instead)
			buf_str(b, instead);
		else
			text_put(b, text_is_control(rune) ? TEXT_REPLACEMENT : rune);
	}
}

void html_begin(struct buf *b, struct span title, const char *colour)
{
	buf_str(b, "<!DOCTYPE html><html><head><meta charset=\"utf-8\">"
		   "<meta name=\"viewport\" content=\"width=device-width\">"
		   "<meta name=\"color-scheme\" content=\"light dark\">"
		   "<meta name=\"supported-color-schemes\" content=\"light dark\"><title>");
	html_text(b, title);
	buf_printf(b,
	    "</title></head><body style=\"margin:0;padding:16px;" FONT
	    "\"><h1 style=\"margin:0 0 12px;padding:2px 0 2px 12px;border-left:6px solid %s;"
	    "font-size:18px;line-height:1.35\">",
	    colour);
	html_text(b, title);
	buf_str(b, "</h1>\n");
}

void html_end(struct buf *b, struct span footer)
{
	buf_str(b, "<p style=\"margin:20px 0 0;font-size:12px;opacity:.7\">");
	html_text(b, footer);
	buf_str(b, "</p></body></html>\n");
}

void html_paragraph(struct buf *b, struct span text)
{
	buf_str(b, "<p style=\"margin:0 0 12px;font-size:14px;line-height:1.45\">");
	html_text(b, text);
	buf_str(b, "</p>\n");
}

void html_link(struct buf *b, struct span url, const char *text)
{
	if (!url.n)
		return;
	buf_str(b, "<p style=\"margin:16px 0\"><a href=\"");
	html_text(b, url);
	buf_str(b, "\" style=\"display:inline-block;padding:8px 14px;border-radius:6px;"
		   "background:#1f5fbf;color:#ffffff;text-decoration:none;font-size:14px\">");
	html_text(b, span_str(text));
	buf_str(b, "</a></p>\n");
}

void html_table(struct buf *b)
{
	buf_str(b, "<table style=\"border-collapse:collapse;margin:0 0 14px;" FONT "\">\n");
}

void html_row(struct buf *b)
{
	buf_str(b, "<tr>");
}

void html_cell(struct buf *b, struct span text, bool is_head)
{
	buf_str(b, is_head ? "<th style=\"" CELL ";opacity:.75;font-weight:600\">"
			   : "<td style=\"" CELL "\">");
	html_text(b, text);
	buf_str(b, is_head ? "</th>" : "</td>");
}

void html_end_row(struct buf *b)
{
	buf_str(b, "</tr>\n");
}

void html_end_table(struct buf *b)
{
	buf_str(b, "</table>\n");
}

const char *html_colour(uint8_t severity)
{
	static const char *const colours[SEVERITY_MAX] = {
	    [SEVERITY_NONE] = "#5f6b7a",
	    [SEVERITY_INFO] = "#2e7d4f",
	    [SEVERITY_LOW] = "#5f6b7a",
	    [SEVERITY_MEDIUM] = "#b7791f",
	    [SEVERITY_HIGH] = "#c2410c",
	    [SEVERITY_CRITICAL] = "#b3261e",
	};

	return colours[severity < SEVERITY_MAX ? severity : SEVERITY_NONE];
}
