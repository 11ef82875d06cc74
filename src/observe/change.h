/*
 * change.h: what history tells of an endpoint. A change is made where an observation is stored, in
 * the same transaction; changes have one sequence, so that every consumer keeps one cursor.
 */
#pragma once

#include "observe/chain.h"
#include "observe/endpoint.h"

/* Stable numbers: they are stored. Texts in change.c. */
enum change_kind {
	CHANGE_NONE,
	CHANGE_NEW = 1, /* a chain where there was none, or one more beside the others */
	CHANGE_RENEWED_SAME_KEY = 2, /* a new leaf, the old public key */
	CHANGE_RENEWED_NEW_KEY = 3, /* same names, same issuer, new key */
	CHANGE_REPLACED = 4, /* another certificate altogether */
	CHANGE_ISSUER_CHANGED = 5, /* same names, another issuer */
	CHANGE_VANISHED =
	    6, /* two completed runs covered the endpoint and saw none of its chains */
	CHANGE_RETURNED = 7, /* seen again after it had vanished; `after` may be another chain */
	CHANGE_CHAIN = 8, /* the same leaf in another chain */
	CHANGE_MAX,
};

struct change {
	uint64_t sequence; /* from 1, rising; gaps are possible */
	uint64_t run; /* 0 outside a run */
	int64_t at_ms; /* when the evidence was seen; milliseconds since the epoch */
	enum change_kind kind;
	struct endpoint endpoint;
	struct digest256 before; /* chain ids; zero where there is none */
	struct digest256 after;
};

const char *change_text(enum change_kind kind); /* "renewed-same-key" */
