/*
 * flight_fixture.h: hellos and key shares that are always the same, so that a server's flight
 * that was recorded once (record_flights.py) can be read again for ever. The first byte of a
 * recording says which hello it answered: variant, keys << 3, pace << 5. The rest is what the
 * server sent.
 */
#pragma once

#include "wire/flight.h"
#include "wire/key_shares.h"

#include <stdlib.h>

static inline struct key_shares *fixed_shares(void)
{
	static const size_t sizes[KEX_GROUPS] = {32, 32, 48, 48, 56};
	static struct key_shares *shares;
	static uint8_t secrets[KEX_GROUPS][56];
	struct span s[KEX_GROUPS];

	for (size_t g = 0; g < KEX_GROUPS; g++) {
		memset(secrets[g], (int)(0x11 * (g + 1)), sizes[g]);
		s[g] = span_of(secrets[g], sizes[g]);
	}
	if (!shares && err_is(key_shares_from(s, &shares)))
		abort();
	return shares;
}

static inline struct hello_spec fixed_spec(uint8_t variant, uint8_t keys)
{
	struct hello_spec spec = {
	    .variant = variant, .keys = keys, .name = "server.example", .alpn = hello_alpn_web};

	memset(spec.fresh.random, 0x42, sizeof(spec.fresh.random));
	memset(spec.fresh.session_id, 0x24, sizeof(spec.fresh.session_id));
	return spec;
}
