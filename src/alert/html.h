/*
 * html.h: the few pieces of HTML that a mail is made of. Mail clients know tables and style
 * attributes, and little else; colours are such that both a white and a black ground go with them.
 */
#pragma once

#include "base/buf.h"

/* Text, with what HTML means something by escaped. Control characters become U+FFFD. */
void html_text(struct buf *b, struct span text);
/* Of a severity: "#b3261e". */
const char *html_colour(uint8_t severity);
/* Head and beginning of the body with a title and a mark in this colour ("#b3261e"). */
void html_begin(struct buf *b, struct span title, const char *colour);
void html_end(struct buf *b, struct span footer);
void html_paragraph(struct buf *b, struct span text);
/* A link that looks like a button; nothing without a URL. */
void html_link(struct buf *b, struct span url, const char *text);
/* A table: begin, then cells, row by row, end. */
void html_table(struct buf *b);
void html_row(struct buf *b);
void html_cell(struct buf *b, struct span text, bool is_head);
void html_end_row(struct buf *b);
void html_end_table(struct buf *b);
