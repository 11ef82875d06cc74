/*
 * route_session.c: coming in and going out: the first administrator by the link that was printed,
 * log-in, log-out, another password for oneself.
 *
 * Whether a user exists is told by nothing: not by the answer, not by the time it takes (scrypt
 * runs for nobody, too), not by who has to wait. And who came in from an address before is not kept
 * out by others who guess at the name from elsewhere.
 */
#include "crypto/random.h"
#include "crypto/scrypt.h"
#include "store/store.h"
#include "web/auth.h"
#include "web/limits.h"
#include "web/password.h"
#include "web/throttle.h"
#include "web/web.h"

#include <stdio.h>

static const char login_action[] = "login";

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void session_write(struct web_call *c, unsigned status, bool has_users)
{
	struct jsonw *w = web_json(c, status);

	jsonw_object(w);
	jsonw_key(w, "user");
	if (c->user.role == ROLE_NONE) {
		jsonw_null(w);
	} else {
		jsonw_object(w);
		web_put_text(w, "name", c->user.name);
		web_put_text(w, "role", role_text(c->user.role));
		jsonw_end_object(w);
	}
	web_put_text(w, "csrf", *c->user.csrf ? c->user.csrf : NULL);
	web_put_bool(w, "setup", !has_users);
	web_put_text(w, "version", CERTSCAPE_VERSION);
	web_put_text(w, "store", base_name(web_config(c->web)->store));
	web_put_time(w, "now", c->now_ms);
	jsonw_end_object(w);
}

static void session_get(struct web_call *c)
{
	bool has = false;
	struct err e = store_has_users(c->store, &has);

	if (err_is(e))
		return web_failed(c, e);
	session_write(c, 200, has);
}

/* Slowing down. */

static bool wait_told(struct web_call *c, unsigned wait_s)
{
	char text[16];

	if (wait_s == 0)
		return false;
	snprintf(text, sizeof(text), "%u", wait_s);
	http_set_header(c->http, "Retry-After", text);
	web_error(c, WEB_SLOW_DOWN, "too many tries: again in %u s", wait_s);
	return true;
}

/* true: it was answered. */
static bool must_wait(struct web_call *c, const char *name)
{
	struct throttle *t = web_throttle(c->web);
	struct addr from = http_peer(c->http);
	char text[ADDR_TEXT_MAX];
	unsigned wait_s = throttle_name_wait(t, name, c->now_ms);
	bool known = false;
	struct err e = OK;

	if (wait_told(c, throttle_addr_wait(t, &from, c->now_ms)))
		return true;
	if (wait_s)
		e = store_audit_knows(c->store, login_action, name, addr_text(&from, text), &known);
	if (err_is(e)) {
		web_failed(c, e);
		return true;
	}
	return !known && wait_told(c, wait_s);
}

static void guessed_wrong(struct web_call *c, const char *action, const char *name)
{
	struct addr from = http_peer(c->http);
	struct err e = web_audit(c, action, name, "");

	throttle_failed(web_throttle(c->web), &from, name, c->now_ms);
	if (err_is(e))
		web_failed(c, e);
}

/* Coming in. */

/* A batch: the session, when, from where; and the password's text with the costs of today. */
static struct err come_in(struct web_call *c, const struct user *user, const char *action,
    const struct user_change *change)
{
	struct err e = OK;

	if (change)
		e = store_user_change(c->store, user->name, change);
	if (!err_is(e))
		e = auth_begin(c, user);
	if (!err_is(e))
		e = store_user_logged_in(c->store, user->id, c->now_ms);
	return err_is(e) ? e : web_audit(c, action, user->name, "");
}

static void login_as(
    struct web_call *c, const struct user *user, const char *password, bool make_anew)
{
	char text[SCRYPT_TEXT_MAX];
	struct user_change change = {.disabled = -1, .password = text};
	struct err e = make_anew ? password_hash(password, text) : OK;

	if (!err_is(e))
		e = store_begin(c->store);
	if (!err_is(e))
		e = web_batch_end(c, come_in(c, user, login_action, make_anew ? &change : NULL));
	if (err_is(e))
		return web_failed(c, e);
	session_write(c, 200, true);
}

static void login_post(struct web_call *c)
{
	const struct doc *body = web_body(c);
	const char *name, *password;
	char stored[PASSWORD_TEXT_MAX] = "";
	struct user user = {0};
	bool same = false;
	struct err e;

	if (!body || !web_text(c, body, "name", WEB_NEEDED, WEB_LOGIN_NAME_MAX, &name) ||
	    !web_text(c, body, "password", WEB_NEEDED, WEB_PASSWORD_MAX, &password) ||
	    must_wait(c, name))
		return;
	e = store_user_find(c->store, name, &user, stored);
	if (!err_is(e) || err_is_refusal(e, REFUSAL_MISSING))
		e = scrypt_check(span_str(password), stored, &same);
	if (err_is(e))
		return web_failed(c, e);
	if (same && !user.disabled)
		return login_as(c, &user, password, scrypt_is_old(stored));
	guessed_wrong(c, "login-failed", name);
	if (!c->status)
		web_error(c, WEB_UNAUTHENTICATED, "the name or the password is wrong");
}

static void setup_user(struct web_call *c, const char *name, const char *password)
{
	struct user user = {.role = ROLE_ADMIN, .created_ms = c->now_ms};
	char text[SCRYPT_TEXT_MAX];
	struct err e = user_name_check(span_str(name));

	if (!err_is(e))
		e = password_hash(password, text);
	if (err_is(e))
		return web_failed(c, e);
	snprintf(user.name, sizeof(user.name), "%s", name);
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_user_add(c->store, &user, text, true);
		if (!err_is(e))
			e = come_in(c, &user, "setup", NULL);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	session_write(c, 201, true);
}

static void setup_post(struct web_call *c)
{
	const char *wanted = web_config(c->web)->setup_token;
	const struct doc *body = web_body(c);
	const char *token, *name, *password;
	bool has = true;
	struct err e;

	if (!body || !web_text(c, body, "token", WEB_NEEDED, 128, &token) ||
	    !web_text(c, body, "name", WEB_NEEDED, WEB_LOGIN_NAME_MAX, &name) ||
	    !password_get(c, body, "password", WEB_NEEDED, &password) || must_wait(c, ""))
		return;
	e = store_has_users(c->store, &has);
	if (err_is(e))
		return web_failed(c, e);
	if (has)
		return web_error(c, WEB_CONFLICT, "the service is set up already: log in");
	if (wanted && auth_same(token, wanted))
		return setup_user(c, name, password);
	guessed_wrong(c, "setup-failed", "");
	if (!c->status)
		web_error(c, WEB_FORBIDDEN,
		    "this link is not the one that `certscape serve` has printed last");
}

/* Going out. */

static void logout_post(struct web_call *c)
{
	struct err e = auth_end(c);

	if (!err_is(e))
		e = web_audit(c, "logout", c->user.name, "");
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

static void password_set(struct web_call *c, const char *password)
{
	char text[SCRYPT_TEXT_MAX];
	struct user_change change = {
	    .disabled = -1, .password = text, .session_kept = c->user.credential.id};
	struct err e = password_hash(password, text);

	if (!err_is(e))
		e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_user_change(c->store, c->user.name, &change);
		if (!err_is(e))
			e = web_audit(c, "password", c->user.name, "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

static void password_put(struct web_call *c)
{
	const struct doc *body = web_body(c);
	char stored[PASSWORD_TEXT_MAX] = "";
	const char *old, *new;
	struct user user;
	bool same = false;
	struct err e;

	if (!body || !auth_is_person(c) ||
	    !web_text(c, body, "old", WEB_NEEDED, WEB_PASSWORD_MAX, &old) ||
	    !password_get(c, body, "new", WEB_NEEDED, &new) || must_wait(c, c->user.name))
		return;
	e = store_user_find(c->store, c->user.name, &user, stored);
	if (!err_is(e))
		e = scrypt_check(span_str(old), stored, &same);
	if (err_is(e))
		return web_failed(c, e);
	if (same)
		return password_set(c, new);
	guessed_wrong(c, "password-failed", c->user.name);
	if (!c->status)
		web_error(c, WEB_FORBIDDEN, "the old password is another one");
}

const struct route route_session[] = {
    {HTTP_GET, "/session", ROLE_NONE, LANE_READ, ROUTE_SECRET, session_get},
    {HTTP_POST, "/setup", ROLE_NONE, LANE_LOGIN, ROUTE_NO_CSRF | ROUTE_SECRET, setup_post},
    {HTTP_POST, "/login", ROLE_NONE, LANE_LOGIN, ROUTE_NO_CSRF | ROUTE_SECRET, login_post},
    {HTTP_POST, "/logout", ROLE_VIEWER, LANE_WRITE, 0, logout_post},
    {HTTP_PUT, "/account/password", ROLE_VIEWER, LANE_LOGIN, 0, password_put},
    {0},
};
