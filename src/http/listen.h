/*
 * listen.h: where a server listens: "127.0.0.1:8440", "[::]:443", ":8440" (every address of both
 * families), "8440" (loopback). The warden opens it before privileges go.
 */
#pragma once

#include "inet/addr.h"

struct listen_place {
	struct addr addr;
	uint16_t port; /* 0: one that is free */
};

/* ERR_INPUT with the offset. */
must_use struct err listen_place_parse(struct span text, struct listen_place *ret_place);
/* Non-blocking, close-on-exec. */
must_use struct err listen_open(const struct listen_place *place, int *ret_fd);
/* Where it is bound to; with the port that was free. */
must_use struct err listen_bound(int fd, struct listen_place *ret_place);
