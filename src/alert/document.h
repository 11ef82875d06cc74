/*
 * document.h: a row of the inventory as rules see it: an object with the fields of NDJSON, by their
 * names, and `_id`. Two things are simpler than there, because they end up in texts: `findings` are
 * the names of those that hold now, `chain` the SHA-256 of its certificates. notvalidafter has no
 * zone: so the seed of this inventory wrote it, and so older mails show it.
 *
 * A document is made for one pass, and may have things added: what is told of it is not in the
 * inventory only.
 */
#pragma once

#include "alert/rule.h"
#include "base/buf.h"
#include "observe/row.h"

/* Arena too small: what did not fit is missing, and arena->hit counts. */
struct doc *document_make(
    const struct inventory_row *row, const struct rule *rule, int64_t now_s, struct arena *arena);
/* "10.0.0.5:443", "[::1]:443/name": the endpoint. */
const char *document_id(const struct inventory_row *row, struct arena *arena);
/* The time that the rule goes by; INT64_MIN: it has none. */
int64_t document_time_ms(const struct inventory_row *row, enum field_id field, int64_t now_s);

/* The time of a match, as it stands in it; 0: it has none. */
int64_t document_match_ms(const struct doc *match, const struct rule *rule);

/* The field of the inventory that a rule means by this name; NULL: none. */
const struct field *document_field(const char *name);
/* A value by name, as ElastAlert2 looks: whole, without ".keyword", or as a path: "a.b[0]". */
const struct doc *document_get(const struct doc *document, const char *name);
/* The same; of an option of the rule, where the document has none and that is not empty. */
const struct doc *document_or_rule(
    const struct doc *document, const struct rule *rule, const char *name);
/* The value of a key as one text, in the arena; NULL: the document has none. A long one is cut and
 * ends in a hash: certificates have names as long as they like. */
const char *document_key(
    const struct doc *document, const struct rule_key *key, struct arena *arena);

/* Adds, or replaces. */
void document_put(
    struct doc *document, const char *key, const struct doc *value, struct arena *arena);
void document_put_text(
    struct doc *document, const char *key, const char *text, struct arena *arena);
void document_put_int(struct doc *document, const char *key, int64_t number, struct arena *arena);

/* A copy of all of it; NULL: no memory. */
struct doc *document_copy(const struct doc *value, struct arena *arena);

/* ISO 8601 as Python's: milliseconds only where there are some. */
const char *document_time_text(int64_t ms, struct arena *arena);
/* As JSON, in one line. */
void document_json(const struct doc *value, struct buf *out);
