/*
 * dict.h: texts by number, each once: a million endpoints have a few hundred thousand host names
 * and a few hundred issuers. What is asked of a text is asked once of each text, not of each row.
 */
#pragma once

#include "base/siphash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

struct dict_entry {
	uint64_t head; /* its first 8 bytes in lower case, as a number: they sort alike */
	uint32_t at; /* where it begins */
};

struct dict {
	char *text; /* all of them, terminated, one behind the other */
	size_t n_text, cap_text;
	struct dict_entry *entries;
	size_t n, cap;
	uint32_t *slots; /* number + 1; 0 free */
	size_t n_slots; /* 0 or a power of two */
	bool full; /* one was not taken: no memory; it has the number 0 */
};

/* The number of "" is 0. */
uint32_t dict_add(struct dict *d, const struct siphash_key *key, const char *text);
void dict_done(struct dict *d);

static inline const char *dict_text(const struct dict *d, uint32_t number)
{
	return number < d->n ? d->text + d->entries[number].at : "";
}

static inline uint64_t dict_head(const struct dict *d, uint32_t number)
{
	return number < d->n ? d->entries[number].head : 0;
}

uint64_t text_head(const char *text);
