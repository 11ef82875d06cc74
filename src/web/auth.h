/*
 * auth.h: who asks, and whether they may. A browser brings its session in a cookie, and with what
 * changes something a header that no foreign page can know or set; a program brings an API token.
 * Both are 256 random bits of which the store has only the SHA-256.
 */
#pragma once

#include "web/call.h"

struct user;

enum {
	AUTH_SECRET_MAX = 8 + 64 + 1, /* a prefix and 64 hex digits, terminated */
	AUTH_SESSION_IDLE_MS = 12 * 60 * 60 * 1000,
};
static const int64_t AUTH_SESSION_MS = 7 * 24 * 60 * 60 * 1000ll;

/* What API tokens begin with, so that they are known when they are found in a place where they do
 * not belong. */
#define AUTH_TOKEN_PREFIX "cst_"

/* Fills c->user. false: it was answered, because what was brought is no longer, or never was,
 * good. */
bool auth_identify(struct web_call *c);
/* The route's role, and against forged requests; false: it was answered. */
bool auth_permit(struct web_call *c);

/* A person at a page, not a program with a token: for what a token must not do, lest it outlive
 * itself. false: it was answered. */
bool auth_is_person(struct web_call *c);
/* Compared in the same time, wherever they differ. */
bool auth_same(const char *a, const char *b);

/* A new secret, at most 8 bytes of prefix, and what the store may know of it. */
must_use struct err auth_secret(
    const char *prefix, char ret_text[AUTH_SECRET_MAX], struct digest256 *ret_sha256);
/* Likewise of one that somebody brings. */
void auth_digest(const char *text, struct digest256 *ret_sha256);

/* Begins a session: in the store, as the answer's cookie, and as c->user. */
must_use struct err auth_begin(struct web_call *c, const struct user *user);
/* Ends the one that c was asked with. */
must_use struct err auth_end(struct web_call *c);
