/*
 * dict.c: a table of texts with open addressing. Nothing is taken out: a text that no row has any
 * more stays until the whole inventory is read anew.
 */
#include "store/dict.h"

#include "base/text.h"
#include "base/vec.h"

#include <string.h>

static size_t slot_of(
    const struct dict *d, const struct siphash_key *key, const char *text, size_t n)
{
	size_t at = siphash(key, text, n) & (d->n_slots - 1);

	while (d->slots[at] && strcmp(dict_text(d, d->slots[at] - 1), text) != 0)
		at = (at + 1) & (d->n_slots - 1);
	return at;
}

/* At most half of the slots are used. */
static bool slots_room(struct dict *d, const struct siphash_key *key)
{
	size_t n = d->n_slots ? d->n_slots * 2 : 64;
	uint32_t *old = d->slots;

	if ((d->n + 1) * 2 <= d->n_slots)
		return true;
	d->slots = calloc(n, sizeof(*d->slots));
	if (!d->slots) {
		d->slots = old;
		return false;
	}
	d->n_slots = n;
	for (uint32_t i = 0; i < d->n; i++) {
		const char *text = dict_text(d, i);

		d->slots[slot_of(d, key, text, strlen(text))] = i + 1;
	}
	free(old);
	return true;
}

static bool text_room(struct dict *d, size_t n)
{
	size_t cap = d->cap_text ? d->cap_text : 4096;
	char *text;

	if (n > UINT32_MAX - d->n_text)
		return false;
	while (cap < d->n_text + n)
		cap += cap / 2;
	if (cap == d->cap_text)
		return true;
	text = realloc(d->text, cap);
	if (!text)
		return false;
	d->text = text;
	d->cap_text = cap;
	return true;
}

static bool entry_room(struct dict *d)
{
	struct dict_entry *entries =
	    vec_room(d->entries, d->n, &d->cap, sizeof(*entries), UINT32_MAX - 1);

	if (!entries)
		return false;
	d->entries = entries;
	return true;
}

uint64_t text_head(const char *text)
{
	uint64_t head = 0;
	size_t n = strnlen(text, 8);

	for (size_t i = 0; i < 8; i++)
		head = head << 8 | (i < n ? text_lower((uint8_t)text[i]) : 0);
	return head;
}

static uint32_t text_add(struct dict *d, const struct siphash_key *key, const char *text, size_t n)
{
	size_t slot;

	if (!slots_room(d, key) || !text_room(d, n + 1) || !entry_room(d)) {
		d->full = true;
		return 0;
	}
	slot = slot_of(d, key, text, n);
	if (d->slots[slot])
		return d->slots[slot] - 1;
	memcpy(d->text + d->n_text, text, n + 1);
	d->entries[d->n] = (struct dict_entry){text_head(text), (uint32_t)d->n_text};
	d->n_text += n + 1;
	d->slots[slot] = (uint32_t)d->n + 1;
	return (uint32_t)d->n++;
}

uint32_t dict_add(struct dict *d, const struct siphash_key *key, const char *text)
{
	size_t n = strlen(text);

	if (d->n == 0)
		text_add(d, key, "", 0);
	return n ? text_add(d, key, text, n) : 0;
}

void dict_done(struct dict *d)
{
	free(d->text);
	free(d->entries);
	free(d->slots);
	*d = (struct dict){0};
}
