/*
 * doc.h: a document as a tree of values, each with the line and column where it stands: the body
 * of a request (JSON), a rule (YAML). Who reads the tree says what is wrong with it by doc_fail, so
 * that a person is told where.
 *
 *	const struct doc *port = doc_get(doc, "port");
 *	if (!doc_int(port, &number))
 *		return doc_fail(error, doc_or(port, doc), "port: a number is expected");
 *
 * A tree lies in its arena and is never changed. Every accessor takes NULL for "not there".
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

enum doc_kind {
	DOC_NULL,
	DOC_BOOL,
	DOC_INT,
	DOC_REAL,
	DOC_TEXT,
	DOC_ARRAY,
	DOC_OBJECT,
	DOC_KINDS,
};

/* Both from 1; columns are characters. */
struct doc_place {
	uint32_t line, column;
};

struct doc {
	enum doc_kind kind;
	struct doc_place at;
	/* Of a scalar, of any kind: as it was written, without quotes and escapes; terminated, and
	 * no NUL within. NULL of arrays and objects. */
	const char *text;
	int64_t integer; /* DOC_INT; DOC_BOOL: 0 or 1 */
	double real; /* DOC_REAL; DOC_INT: the same number */
	const char *tag; /* YAML: "!file" and other tags of one mark, on a text; else NULL */
	/* In an object: the name of this value, and where that stands; else NULL. */
	const char *key;
	struct doc_place key_at;
	size_t n; /* of arrays and objects */
	const struct doc *first, *next; /* the first within; the next beside, in written order */
};

enum { DOC_ERROR_TEXT_MAX = 200 };

struct doc_error {
	struct doc_place at;
	char text[DOC_ERROR_TEXT_MAX];
};

/*
 * One whole document. Refused: what is no UTF-8, a key twice in one object, what is larger or
 * deeper than limits.h says. ERR_INPUT (at: the line) or ERR_LIMIT, with a sentence in error.
 */
must_use struct err doc_from_json(
    struct span text, struct arena *arena, const struct doc **ret_doc, struct doc_error *error);
/*
 * YAML 1.1 as PyYAML's safe loader reads it: yes, on, 0x1f, 1_000, 010, 1:30, ~, .inf, anchors,
 * `<<`. Times stay texts; a tag of the user's own (!file) stays as `tag` of a text, others are
 * refused. An empty document is DOC_NULL.
 */
must_use struct err doc_from_yaml(
    struct span text, struct arena *arena, const struct doc **ret_doc, struct doc_error *error);

bool doc_is(const struct doc *d, enum doc_kind kind);
/* The value of a key of an object; NULL: none, or no object. */
const struct doc *doc_get(const struct doc *object, const char *key);
/* The text of a DOC_TEXT; NULL for all else. */
const char *doc_text(const struct doc *d);
/* false, and nothing written, where it is none. A real that is an int's value is no int. */
bool doc_int(const struct doc *d, int64_t *ret_number);
bool doc_real(const struct doc *d, double *ret_number); /* an int, too */
bool doc_bool(const struct doc *d, bool *ret_yes);
/* The first of an array or object, then ->next; NULL: empty, or neither. */
const struct doc *doc_first(const struct doc *d);
/* The first that is there: for the place of an error. */
const struct doc *doc_or(const struct doc *d, const struct doc *other);

const char *doc_kind_text(enum doc_kind kind); /* "an object" */

/* ERR_INPUT; the place is d's (NULL: 1:1). */
must_use struct err doc_fail(struct doc_error *error, const struct doc *d, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
must_use struct err doc_fail_at(struct doc_error *error, struct doc_place at, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

struct jsonw;

/* The tree as JSON again: numbers as they were written (those of JSON; YAML's are not all numbers
 * there). */
void doc_write(struct jsonw *w, const struct doc *d);
