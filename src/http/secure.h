/*
 * secure.h: what a server needs for TLS: a certificate, its key, and which TLS it speaks.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

struct ssl_ctx_st;

/* PEM: the chain, leaf first, and its key. Shared by the connections, which keep it alive. */
must_use struct err secure_context_new(
    struct span certificate, struct span key, struct ssl_ctx_st **ret_context);
void secure_context_free(struct ssl_ctx_st *context);
