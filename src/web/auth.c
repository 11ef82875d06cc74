/*
 * auth.c: sessions and tokens at the door. The token against forged requests is made of the
 * session's secret, so that it needs no storage and ends with it. Another door (a header of a
 * trusted proxy, OpenID Connect) is one more row of `doors`.
 */
#include "web/auth.h"

#include "base/buf.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "store/store.h"
#include "web/web.h"

#include <stdio.h>
#include <string.h>

static const char cookie[] = "__Host-certscape";
static const char bearer[] = "Bearer ";

static void hex_text(struct span bytes, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.n; i++) {
		*text++ = digits[bytes.p[i] >> 4];
		*text++ = digits[bytes.p[i] & 15];
	}
	*text = '\0';
}

void auth_digest(const char *text, struct digest256 *ret_sha256)
{
	digest_sha256(span_str(text), ret_sha256->b);
}

struct err auth_secret(
    const char *prefix, char ret_text[AUTH_SECRET_MAX], struct digest256 *ret_sha256)
{
	uint8_t secret[32];
	struct err e = random_bytes(secret, sizeof(secret));

	if (err_is(e))
		return e;
	snprintf(ret_text, AUTH_SECRET_MAX, "%.8s", prefix);
	hex_text(span_of(secret, sizeof(secret)), ret_text + strlen(ret_text));
	auth_digest(ret_text, ret_sha256);
	return OK;
}

static void csrf_of(const char *session, char csrf[48])
{
	char text[AUTH_SECRET_MAX + 16];
	uint8_t digest[32];

	snprintf(text, sizeof(text), "csrf of %s", session);
	digest_sha256(span_str(text), digest);
	hex_text(span_of(digest, 20), csrf);
}

bool auth_same(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned different = 0;

	if (strlen(b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		different |= (unsigned)(a[i] ^ b[i]);
	return !different;
}

/* The doors: what was brought, if it was by this one. */

static const char *cookie_bring(struct web_call *c)
{
	const char *text = http_cookie(c->http, cookie);

	return text && *text ? text : NULL;
}

static const char *bearer_bring(struct web_call *c)
{
	const char *text = http_header(c->http, "Authorization");
	size_t n = sizeof(bearer) - 1;

	return text && strncmp(text, bearer, n) == 0 ? text + n : NULL;
}

static const struct door {
	enum credential_kind kind;
	const char *(*bring)(struct web_call *c);
	/* Who brings one that is over is nobody, not refused: a browser does so until it has logged
	 * in again. */
	bool lenient;
} doors[] = {
    {CREDENTIAL_TOKEN, bearer_bring, false},
    {CREDENTIAL_SESSION, cookie_bring, true},
};

static void user_of(struct web_call *c, const struct credential *credential, const char *secret)
{
	c->user.credential = *credential;
	c->user.role = credential->role;
	c->user.name = c->user.credential.user_name;
	if (credential->kind == CREDENTIAL_SESSION)
		csrf_of(secret, c->user.csrf);
}

bool auth_identify(struct web_call *c)
{
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		const char *secret = doors[i].bring(c);
		struct credential credential;
		struct digest256 sha256;
		struct err e;

		if (!secret)
			continue;
		auth_digest(secret, &sha256);
		e = store_credential_find(c->store, doors[i].kind, &sha256, c->now_ms, &credential);
		if (!err_is(e)) {
			user_of(c, &credential, secret);
			return true;
		}
		if (!err_is_refusal(e, REFUSAL_MISSING)) {
			web_failed(c, e);
			return false;
		}
		if (!doors[i].lenient) {
			web_error(c, WEB_UNAUTHENTICATED, "this token is unknown or has ended");
			return false;
		}
	}
	return true;
}

bool auth_is_person(struct web_call *c)
{
	if (c->user.credential.kind == CREDENTIAL_SESSION)
		return true;
	web_error(c, WEB_FORBIDDEN, "this takes a person who is logged in, not a token");
	return false;
}

static bool changes_something(const struct web_call *c)
{
	return c->match.route->method != HTTP_GET;
}

bool auth_permit(struct web_call *c)
{
	const struct route *route = c->match.route;
	const char *sent = http_header(c->http, "X-CSRF-Token");

	if (c->user.role < route->role) {
		if (c->user.role == ROLE_NONE)
			web_error(c, WEB_UNAUTHENTICATED, "log in first");
		else
			web_error(c, WEB_FORBIDDEN, "this takes the role %s, and %s is %s",
			    role_text(route->role), c->user.name, role_text(c->user.role));
		return false;
	}
	if (!changes_something(c) || !*c->user.csrf || (route->flags & ROUTE_NO_CSRF))
		return true;
	if (sent && auth_same(sent, c->user.csrf))
		return true;
	web_error(
	    c, WEB_FORBIDDEN, "the header X-CSRF-Token is missing or not that of the session");
	return false;
}

static void cookie_set(struct web_call *c, const char *value, int64_t max_age_s)
{
	char text[256];

	snprintf(text, sizeof(text), "%s=%s; Path=/; Max-Age=%lld; Secure; HttpOnly; SameSite=Lax",
	    cookie, value, (long long)max_age_s);
	http_add_header(c->http, "Set-Cookie", text);
}

struct err auth_begin(struct web_call *c, const struct user *user)
{
	struct credential session = {
	    .kind = CREDENTIAL_SESSION,
	    .role = user->role,
	    .user = user->id,
	    .created_ms = c->now_ms,
	    .expires_ms = c->now_ms + AUTH_SESSION_MS,
	    .idle_ms = AUTH_SESSION_IDLE_MS,
	    .used_ms = c->now_ms,
	};
	char secret[AUTH_SECRET_MAX];
	struct digest256 sha256;
	struct err e = auth_secret("", secret, &sha256);

	if (!err_is(e))
		e = store_credential_add(c->store, &session, &sha256);
	if (err_is(e))
		return e;
	snprintf(session.user_name, sizeof(session.user_name), "%s", user->name);
	user_of(c, &session, secret);
	cookie_set(c, secret, AUTH_SESSION_MS / 1000);
	return OK;
}

struct err auth_end(struct web_call *c)
{
	const struct credential *credential = &c->user.credential;

	if (credential->kind != CREDENTIAL_SESSION)
		return OK;
	cookie_set(c, "", 0);
	return store_credential_remove(c->store, credential->user, credential->id);
}
