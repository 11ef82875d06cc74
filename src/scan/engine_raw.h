/*
 * engine_raw.h: the engine that sends SYNs as packets and remembers nothing of them: a network as
 * fast as it can take. What it cannot reach so (loopback, tunnels without hardware addresses) it
 * has a connect engine for.
 */
#pragma once

#include "base/siphash.h"
#include "scan/ceilings.h"
#include "scan/engine.h"
#include "scan/pace.h"
#include "scan/raw_links.h"
#include "scan/recapture.h"

/* What a connection of the receiver's costs of the pace, in packets that we send: measured are 5.5
 * a TLS connection (SYN, its ACK, a hello, one or two ACKs of what comes, the end). */
enum { ENGINE_PACKETS_A_TALK = 6 };

struct engine_raw_config {
	struct engine_config walk; /* also of the connect engine */
	struct raw_links *links; /* the engine's from here on */
	struct siphash_key key;
	struct pace_limits pace; /* of this worker */
	struct ceilings_limits ceilings;
	bool (*is_usual)(uint16_t port); /* TLS lives on it */
	double coverage; /* 0 to 1: no further pass once so much is estimated to be found */
};

must_use struct err engine_raw_new(struct loop *loop, struct budget *budget,
    const struct engine_raw_config *config, const struct engine_ops *ops, void *context,
    struct engine **ret_engine);
