/*
 * accounts.h: who may ask, and who asked what. Users; credentials, which are the sessions of
 * browsers and the tokens of programs; the record of what was done.
 *
 * No secret ever comes here: of a password its scrypt text (crypto/scrypt.h), of a session or token
 * the SHA-256. Who has read the store can log in as nobody.
 *
 * Each call that writes is a transaction of its own, or part of the batch that is open. ERR_INPUT
 * says why by its detail (store/refusal.h).
 */
#pragma once

#include "observe/chain.h"
#include "store/refusal.h"

struct store;

/* Stable numbers: they are stored. A higher one may all that a lower one may. */
enum role {
	ROLE_NONE,
	ROLE_VIEWER = 1, /* looks */
	ROLE_OPERATOR = 2, /* scans, annotates, mutes, writes rules */
	ROLE_ADMIN = 3, /* users, channels, settings */
	ROLE_MAX,
};

const char *role_text(enum role role); /* "viewer" */
enum role role_find(struct span text); /* ROLE_NONE: there is no such */

enum {
	USER_NAME_MAX = 65, /* 64 characters, terminated */
	PASSWORD_TEXT_MAX = 256,
	CREDENTIAL_NAME_MAX = 65,
	AUDIT_TEXT_MAX = 256,
};

struct user {
	int64_t id; /* given by the store */
	char name[USER_NAME_MAX]; /* as it was first written; "A" and "a" are the same user */
	uint8_t role; /* enum role */
	bool disabled;
	int64_t created_ms;
	int64_t login_ms; /* the last; 0: never */
};

/* A letter or digit, then letters, digits and . _ - @ +. ERR_INPUT with the character. */
must_use struct err user_name_check(struct span name);

must_use struct err store_has_users(struct store *s, bool *ret_has);
/* password "": this user has none, and comes in by another door (a proxy's word). Fills user->id.
 * only_first: refused (TAKEN) where there are users. */
must_use struct err store_user_add(
    struct store *s, struct user *user, const char *password, bool only_first);
/* MISSING: no such user. */
must_use struct err store_user_find(
    struct store *s, const char *name, struct user *ret_user, char ret_password[PASSWORD_TEXT_MAX]);
must_use struct err store_user_logged_in(struct store *s, int64_t user, int64_t now_ms);

struct user_change {
	uint8_t role; /* ROLE_NONE: stays */
	int8_t disabled; /* -1: stays */
	const char *password; /* NULL: stays */
	int64_t session_kept; /* of a new password: the session that goes on; 0: none */
};

/* Who is disabled, or is given another password, is logged out everywhere; who is disabled loses
 * the tokens too. FORBIDDEN: nobody would be left who may administer. */
must_use struct err store_user_change(
    struct store *s, const char *name, const struct user_change *change);
/* With all credentials. FORBIDDEN as above. */
must_use struct err store_user_remove(struct store *s, const char *name);

typedef bool store_user_fn(void *context, const struct user *user);

must_use struct err store_each_user(struct store *s, store_user_fn *each, void *context);

enum credential_kind {
	CREDENTIAL_SESSION = 1, /* of a browser: a cookie */
	CREDENTIAL_TOKEN = 2, /* of a program: Authorization: Bearer */
};

struct credential {
	int64_t id; /* given by the store */
	uint8_t kind; /* enum credential_kind */
	uint8_t role; /* what it may; never more than its user's role at the time of use */
	int64_t user;
	char user_name[USER_NAME_MAX];
	char name[CREDENTIAL_NAME_MAX]; /* what its owner calls a token */
	int64_t created_ms;
	int64_t expires_ms; /* 0: never */
	int64_t idle_ms; /* ends when it was not used for so long; 0: never */
	int64_t used_ms; /* the last time, to the minute */
};

/* Whether the time of its last use is to be written down: at most once a minute. */
bool credential_is_stale(const struct credential *c, int64_t now_ms);

/* Fills c->id. LIMIT where a user has CREDENTIALS_PER_USER_MAX. */
must_use struct err store_credential_add(
    struct store *s, struct credential *c, const struct digest256 *sha256);
/* Reads only. MISSING: none such, or it has ended, or its user is disabled. */
must_use struct err store_credential_find(struct store *s, enum credential_kind kind,
    const struct digest256 *sha256, int64_t now_ms, struct credential *ret_credential);
must_use struct err store_credential_used(struct store *s, int64_t id, int64_t now_ms);
/* One of this user; MISSING where it is another's. */
must_use struct err store_credential_remove(struct store *s, int64_t user, int64_t id);
/* All sessions of a user but `except` (0: none). */
must_use struct err store_sessions_end(struct store *s, int64_t user, int64_t except);
/* Those that have ended by themselves. */
must_use struct err store_credentials_sweep(struct store *s, int64_t now_ms);

typedef bool store_credential_fn(void *context, const struct credential *credential);

/* Of a user (0: of all), the newest first. */
must_use struct err store_each_credential(struct store *s, enum credential_kind kind, int64_t user,
    store_credential_fn *each, void *context);

/* Who did what, to what, from where. Texts are cut at AUDIT_TEXT_MAX. */
struct audit {
	int64_t id; /* given by the store; rising */
	int64_t at_ms;
	const char *who; /* a user's name; "" for nobody known */
	const char *from; /* an address; "" for this program */
	const char *action; /* "user.add" */
	const char *what; /* the name or number of the thing */
	const char *detail;
};

must_use struct err store_audit(struct store *s, const struct audit *audit);

/* Has this been done under this name from this address? Of the action "login" only, which is
 * indexed. */
must_use struct err store_audit_knows(
    struct store *s, const char *action, const char *who, const char *from, bool *ret_knows);

typedef bool store_audit_fn(void *context, const struct audit *audit);

/* The newest first; below `before` (0: from the newest). */
must_use struct err store_each_audit(
    struct store *s, int64_t before, size_t limit, store_audit_fn *each, void *context);
