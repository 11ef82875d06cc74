/*
 * attribute.h: where each field of a search lies in the catalog: of which kind of thing it is (so
 * that it is asked of 300,000 certificates instead of a million rows), and how it is read.
 */
#pragma once

#include "store/catalog.h"
#include "store/functions.h"
#include "store/listing.h"

enum thing { OF_ROW, OF_ENDPOINT, OF_CHAIN, OF_CERT };

enum how {
	AS_NUMBER,
	AS_WORD, /* a number that stands for a word */
	AS_SHARED, /* a text of a dictionary */
	AS_TEXT,
	AS_LIST, /* texts */
	AS_TAGS, /* the list whose texts are a dictionary's */
	AS_ADDRESS,
	AS_FINDINGS,
};

/* The catalog, and what else an answer depends on. */
struct lens {
	const struct catalog *c;
	int64_t now_s;
	field_word_fn *word_text;
	const struct mutes *mutes;
	uint8_t **worst; /* by chain, what holds at worst: made when it is first asked for */
};

static const int64_t NO_NUMBER = INT64_MIN;

enum { SCRATCH_MAX = 80 }; /* a digest in hex, an address */

struct attribute {
	enum field_id field;
	enum thing of;
	enum how how;
	int64_t (*number)(const struct lens *v, size_t i); /* AS_NUMBER, AS_WORD; or NO_NUMBER */
	uint32_t (*shared)(const struct lens *v, size_t i); /* AS_SHARED */
	enum dict_kind dict;
	const char *(*text)(const struct lens *v, size_t i, char scratch[SCRATCH_MAX]);
	/* The k-th of AS_LIST; NULL after the last. */
	const char *(*item)(const struct lens *v, size_t i, size_t k, char scratch[SCRATCH_MAX]);
};

/* NULL: it cannot be searched for. */
const struct attribute *attribute_of(enum field_id field);
/* How many things of a kind there are. */
size_t things_n(const struct catalog *c, enum thing of);

/* The thing of a row; false where it has none (a row without a certificate). */
static inline bool thing_of_row(const struct catalog *c, enum thing of, size_t row, size_t *ret_i)
{
	const struct catalog_row *r = &c->rows.v[row];

	switch (of) {
	case OF_ENDPOINT:
		*ret_i = r->endpoint;
		return true;
	case OF_CHAIN:
		*ret_i = r->chain;
		return true;
	case OF_CERT:
		*ret_i = r->leaf - 1;
		return r->leaf != 0;
	case OF_ROW:
		break;
	}
	*ret_i = row;
	return true;
}

/* One of these tags is the endpoint's, or its certificate's. */
bool lens_has_tag(const struct lens *v, size_t row, const struct bits *tags);
const char *attribute_word(const struct lens *v, enum field_id field, int64_t number);
/* The worst of what holds. */
uint8_t lens_severity(const struct lens *v, const struct catalog_row *row);

struct held {
	uint16_t id;
	uint8_t severity; /* the worst it is found with */
};

enum { HELD_MAX = CHAIN_FINDINGS_MAX + OBSERVATION_FINDINGS_MAX };

/* What holds, of the chain and of the endpoint, each id once. */
size_t lens_held(const struct lens *v, const struct catalog_row *row, struct held held[HELD_MAX]);
bool lens_has_finding(
    const struct lens *v, const struct catalog_row *row, uint16_t id, int64_t at_s);
/* The endpoint's, else its certificate's. */
uint32_t lens_owner(const struct lens *v, size_t row);

void catalog_endpoint_get(const struct catalog *c, size_t i, struct endpoint *ret_endpoint);

static inline bool catalog_finding_holds(const struct catalog_finding *f, int64_t at_s)
{
	return f->since_s <= at_s && at_s < f->until_s;
}
