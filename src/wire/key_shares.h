/*
 * key_shares.h: our half of every TLS 1.3 key agreement: a key pair per group, made once per worker
 * at most and offered in each hello. They keep no secret: whatever they decrypt is a certificate
 * that its server shows to anybody.
 */
#pragma once

#include "base/err.h"
#include "crypto/hmac.h"
#include "crypto/kex.h"

struct key_shares {
	struct kex *by_group[KEX_GROUPS];
	struct hmac hmac; /* scratch for key schedules */
};

must_use struct err key_shares_new(struct key_shares **ret);
/* From given private keys, one per enum kex_group, so that a recorded flight can be read again. */
must_use struct err key_shares_from(const struct span secrets[KEX_GROUPS], struct key_shares **ret);
void key_shares_free(struct key_shares *s);

/* group by its TLS number. NULL: none of ours, or libcrypto cannot make it. */
struct kex *key_shares_find(struct key_shares *s, uint16_t group);
