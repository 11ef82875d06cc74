/*
 * build.h: making a tree, within the limits: for json.c and yaml.c only.
 */
#pragma once

#include "doc/doc.h"

struct doc_build {
	struct arena *arena;
	struct doc_error *error;
	size_t values; /* so far, those that aliases name counted each time */
};

/* One more value; ERR_LIMIT at a maximum. depth is 1 for the document itself. */
must_use struct err doc_build_value(struct doc_build *b, enum doc_kind kind, struct doc_place at,
    unsigned depth, struct doc **ret_doc);
/* So many values more. */
must_use struct err doc_build_count(struct doc_build *b, size_t n, struct doc_place at);
/* The arena has no room. */
must_use struct err doc_full(struct doc_build *b);
must_use struct err doc_too_large(struct doc_error *error);

/* What is within an array or object, in its order. */
struct doc_chain {
	struct doc *parent;
	struct doc *last;
};

void doc_chain_add(struct doc_chain *chain, struct doc *item);
/* With its key, which is copied; refuses one that is there. */
must_use struct err doc_chain_key(struct doc_build *b, struct doc_chain *chain, const char *key,
    struct doc_place at, struct doc *value);
