/*
 * zeek_seen.h: what was logged already: keys with the time until which they are not logged again. A
 * table of fixed size: where it is full an old key goes, and a line may come twice. Time is packet
 * time.
 */
#pragma once

#include "base/err.h"
#include "format/zeek.h"

enum { ZEEK_SEEN_MAX = 1 << 17 }; /* 4 MiB; x509.log's busiest networks show 50,000 a day */

struct zeek_seen;

must_use struct err zeek_seen_new(struct zeek_seen **ret_seen);
void zeek_seen_free(struct zeek_seen *s);
/* Whether the key was told within its time; if not it is now, for hold_s. */
bool zeek_seen(
    struct zeek_seen *s, const uint8_t key[ZEEK_KEY_SIZE], int64_t now_us, uint32_t hold_s);
/* What was to be told now came to nothing: next time it is told. */
void zeek_seen_forget(struct zeek_seen *s, const uint8_t key[ZEEK_KEY_SIZE], int64_t now_us);
