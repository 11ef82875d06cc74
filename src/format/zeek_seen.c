/*
 * zeek_seen.c: sets of eight places. Keys are cut digests, so their first bytes are as good as a
 * hash. Zeek's tables expire by creation: what is seen again does not live longer.
 */
#include "format/zeek_seen.h"

#include <stdlib.h>

enum { WAYS = 8, SETS = ZEEK_SEEN_MAX / WAYS };

struct place {
	uint8_t key[ZEEK_KEY_SIZE];
	int64_t since_us, until_us; /* until 0: empty */
};

struct zeek_seen {
	struct place sets[SETS][WAYS];
};

struct err zeek_seen_new(struct zeek_seen **ret_seen)
{
	struct zeek_seen *s = calloc(1, sizeof(*s));

	if (!s)
		return err_limit("out of memory");
	*ret_seen = s;
	return OK;
}

void zeek_seen_free(struct zeek_seen *s)
{
	free(s);
}

/* Captures may be read one after the other in any order: a time before the key's is not within. */
static bool holds(const struct place *p, const uint8_t key[ZEEK_KEY_SIZE], int64_t now_us)
{
	return p->until_us > now_us && p->since_us <= now_us &&
	       memcmp(p->key, key, ZEEK_KEY_SIZE) == 0;
}

static struct place *set_of(struct zeek_seen *s, const uint8_t key[ZEEK_KEY_SIZE])
{
	struct span first = span_of(key, 4);

	return s->sets[span_be(&first, 4) % SETS];
}

bool zeek_seen(
    struct zeek_seen *s, const uint8_t key[ZEEK_KEY_SIZE], int64_t now_us, uint32_t hold_s)
{
	struct place *set = set_of(s, key), *oldest = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (holds(&set[i], key, now_us))
			return true;
		if (set[i].until_us < oldest->until_us)
			oldest = &set[i];
	}
	memcpy(oldest->key, key, ZEEK_KEY_SIZE);
	oldest->since_us = now_us;
	oldest->until_us = now_us + (int64_t)hold_s * 1000000;
	return false;
}

void zeek_seen_forget(struct zeek_seen *s, const uint8_t key[ZEEK_KEY_SIZE], int64_t now_us)
{
	struct place *set = set_of(s, key);

	for (size_t i = 0; i < WAYS; i++)
		if (holds(&set[i], key, now_us))
			set[i].until_us = 0;
}
