/*
 * route_users.c: users, as administrators see them, and one's own tokens for programs.
 *
 * Users are changed on the log-in lane: what makes a new password's text takes its time.
 */
#include "base/time.h"
#include "store/store.h"
#include "web/auth.h"
#include "web/limits.h"
#include "web/password.h"

#include <stdio.h>

/* Users. */

static void user_write(struct jsonw *w, const struct user *user)
{
	jsonw_object(w);
	web_put_text(w, "name", user->name);
	web_put_text(w, "role", role_text((enum role)user->role));
	web_put_bool(w, "disabled", user->disabled);
	web_put_time(w, "created", user->created_ms);
	web_put_time(w, "last_login", user->login_ms);
	jsonw_end_object(w);
}

static bool user_row(void *context, const struct user *user)
{
	user_write(context, user);
	return true;
}

static void users_get(struct web_call *c)
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = store_each_user(c->store, user_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

/* A role's name; what is not there leaves *ret_role as it is. */
static bool role_get(
    struct web_call *c, const struct doc *body, enum web_need need, uint8_t *ret_role)
{
	const char *text = NULL;

	if (!web_text(c, body, "role", need, 32, &text))
		return false;
	if (!text)
		return true;
	*ret_role = (uint8_t)role_find(span_str(text));
	if (*ret_role)
		return true;
	web_error(c, WEB_INVALID, "\"role\" must be viewer, operator or admin");
	return false;
}

/* As it is in the store now. */
static void user_answer(struct web_call *c, unsigned status, const char *name)
{
	char password[PASSWORD_TEXT_MAX];
	struct user user;
	struct err e = store_user_find(c->store, name, &user, password);

	if (err_is(e))
		return web_failed(c, e);
	user_write(web_json(c, status), &user);
}

static struct err user_store(struct web_call *c, struct user *user, const char *password)
{
	struct err e = store_begin(c->store);

	if (err_is(e))
		return e;
	e = store_user_add(c->store, user, password, false);
	if (!err_is(e))
		e = web_audit(c, "user.add", user->name, role_text((enum role)user->role));
	return web_batch_end(c, e);
}

static void users_post(struct web_call *c)
{
	const struct doc *body = web_body(c);
	struct user user = {.created_ms = c->now_ms};
	char text[SCRYPT_TEXT_MAX];
	const char *name, *password;
	struct err e;

	if (!body || !web_text(c, body, "name", WEB_NEEDED, WEB_LOGIN_NAME_MAX, &name) ||
	    !role_get(c, body, WEB_NEEDED, &user.role) ||
	    !password_get(c, body, "password", WEB_NEEDED, &password) ||
	    !web_bool(c, body, "disabled", WEB_OPTIONAL, &user.disabled))
		return;
	snprintf(user.name, sizeof(user.name), "%s", name);
	e = user_name_check(span_str(name));
	if (!err_is(e))
		e = password_hash(password, text);
	if (!err_is(e))
		e = user_store(c, &user, text);
	if (err_is(e))
		return web_failed(c, e);
	user_answer(c, 201, user.name);
}

/* What was changed, for the record. */
static const char *change_words(const struct user_change *change, char text[64])
{
	snprintf(text, 64, "%s%s%s", change->role ? role_text((enum role)change->role) : "",
	    change->disabled < 0 ? ""
	    : change->disabled	 ? " disabled"
				 : " enabled",
	    change->password ? " password" : "");
	return *text == ' ' ? text + 1 : text;
}

static struct err user_change(
    struct web_call *c, const char *name, const struct user_change *change)
{
	char words[64];
	struct err e = store_begin(c->store);

	if (err_is(e))
		return e;
	e = store_user_change(c->store, name, change);
	if (!err_is(e))
		e = web_audit(c, "user.change", name, change_words(change, words));
	return web_batch_end(c, e);
}

static void users_put(struct web_call *c)
{
	const struct doc *body = web_body(c);
	const char *name = web_path(c, "name"), *password;
	struct user_change change = {.session_kept = c->user.credential.id};
	char text[SCRYPT_TEXT_MAX];
	const struct doc *disabled = NULL;
	struct err e = OK;

	if (!body || !role_get(c, body, WEB_OPTIONAL, &change.role) ||
	    !password_get(c, body, "password", WEB_OPTIONAL, &password) ||
	    !web_member(c, body, "disabled", DOC_BOOL, WEB_OPTIONAL, &disabled))
		return;
	change.disabled = disabled ? disabled->integer != 0 : -1;
	change.password = password ? text : NULL;
	if (password)
		e = password_hash(password, text);
	if (!err_is(e))
		e = user_change(c, name, &change);
	if (err_is(e))
		return web_failed(c, e);
	user_answer(c, 200, name);
}

static void users_delete(struct web_call *c)
{
	const char *name = web_path(c, "name");
	struct err e = store_begin(c->store);

	if (!err_is(e)) {
		e = store_user_remove(c->store, name);
		if (!err_is(e))
			e = web_audit(c, "user.remove", name, "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

/* Tokens. */

static void token_write(struct jsonw *w, const struct credential *token, const char *secret)
{
	jsonw_object(w);
	web_put_number(w, "id", token->id);
	web_put_text(w, "name", token->name);
	web_put_text(w, "role", role_text((enum role)token->role));
	web_put_time(w, "expires", token->expires_ms);
	web_put_time(w, "created", token->created_ms);
	web_put_time(w, "last_used", token->used_ms > token->created_ms ? token->used_ms : 0);
	if (secret)
		web_put_text(w, "token", secret);
	jsonw_end_object(w);
}

static bool token_row(void *context, const struct credential *token)
{
	token_write(context, token, NULL);
	return true;
}

static void tokens_get(struct web_call *c)
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = store_each_credential(
	    c->store, CREDENTIAL_TOKEN, c->user.credential.user, token_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

static bool token_get(struct web_call *c, const struct doc *body, struct credential *token)
{
	const char *name;

	token->role = ROLE_VIEWER;
	if (!web_text(c, body, "name", WEB_NEEDED, CREDENTIAL_NAME_MAX - 1, &name) ||
	    !role_get(c, body, WEB_OPTIONAL, &token->role) ||
	    !web_time(c, body, "expires", WEB_OPTIONAL, &token->expires_ms))
		return false;
	snprintf(token->name, sizeof(token->name), "%s", name);
	if (!*name)
		web_error(c, WEB_INVALID, "a token has a name");
	else if (token->role > c->user.role)
		web_error(c, WEB_FORBIDDEN, "a token may no more than its owner");
	else if (token->expires_ms && token->expires_ms <= c->now_ms)
		web_error(c, WEB_INVALID, "\"expires\" is over already");
	else
		return true;
	return false;
}

static struct err token_store(
    struct web_call *c, struct credential *token, const struct digest256 *sha256)
{
	struct err e = store_begin(c->store);

	if (err_is(e))
		return e;
	e = store_credential_add(c->store, token, sha256);
	if (!err_is(e))
		e = web_audit(c, "token.add", token->name, role_text((enum role)token->role));
	return web_batch_end(c, e);
}

static void tokens_post(struct web_call *c)
{
	const struct doc *body = web_body(c);
	struct credential token = {.kind = CREDENTIAL_TOKEN,
	    .user = c->user.credential.user,
	    .created_ms = c->now_ms,
	    .used_ms = c->now_ms};
	char secret[AUTH_SECRET_MAX];
	struct digest256 sha256;
	struct err e;

	if (!body || !auth_is_person(c) || !token_get(c, body, &token))
		return;
	e = auth_secret(AUTH_TOKEN_PREFIX, secret, &sha256);
	if (!err_is(e))
		e = token_store(c, &token, &sha256);
	if (err_is(e))
		return web_failed(c, e);
	token_write(web_json(c, 201), &token, secret);
}

static void tokens_delete(struct web_call *c)
{
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_credential_remove(c->store, c->user.credential.user, id);
		if (!err_is(e))
			e = web_audit(c, "token.remove", web_path(c, "id"), "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

const struct route route_users[] = {
    {HTTP_GET, "/users", ROLE_ADMIN, LANE_READ, 0, users_get},
    {HTTP_POST, "/users", ROLE_ADMIN, LANE_LOGIN, 0, users_post},
    {HTTP_PUT, "/users/{name}", ROLE_ADMIN, LANE_LOGIN, 0, users_put},
    {HTTP_DELETE, "/users/{name}", ROLE_ADMIN, LANE_WRITE, 0, users_delete},
    {HTTP_GET, "/tokens", ROLE_VIEWER, LANE_READ, 0, tokens_get},
    {HTTP_POST, "/tokens", ROLE_VIEWER, LANE_WRITE, ROUTE_SECRET, tokens_post},
    {HTTP_DELETE, "/tokens/{id}", ROLE_VIEWER, LANE_WRITE, 0, tokens_delete},
    {0},
};
