/*
 * departures.h: clients that finish a TLS 1.3 handshake and leave without a word. Once is nothing
 * (a health check, a closed tab); a client that does it again and again with one server and never
 * says anything does not like the certificate: GnuTLS judges it only after it has finished. Data in
 * between ends the streak. A connection during which the client talked to the same server on
 * another one is none of it, however many of them there are: browsers connect in reserve.
 */
#pragma once

#include "base/err.h"
#include "base/siphash.h"
#include "observe/endpoint.h"

struct departures;

enum {
	DEPARTURES_TELL = 3, /* the third in a row is told */
	DEPARTURES_MAX = 65536, /* pairs of client and endpoint that left, and as many that spoke;
				   the oldest is forgotten */
};

must_use struct err departures_new(
    const struct siphash_key *key, struct departures **ret_departures);
void departures_free(struct departures *d);

/* It left a connection that had begun then. Returns the length of its streak, 0 for a reserve.
 * What it said later is no excuse: captures may be read newest first. */
uint32_t departures_left(struct departures *d, const struct addr *client,
    const struct endpoint *server, int64_t began_us, int64_t left_us);
/* It said something. */
void departures_spoke(
    struct departures *d, const struct addr *client, const struct endpoint *server, int64_t now_us);
