#include "lab.h"

#include "store/accounts.h"

enum { HOUR_MS = 3600 * 1000 };

static const int64_t start_ms = 1000000000;

static struct digest256 digest(uint8_t b)
{
	return (struct digest256){{b}};
}

static int64_t user_of(struct store *s, const char *name, enum role role)
{
	struct user user = {.role = (uint8_t)role};

	snprintf(user.name, sizeof(user.name), "%s", name);
	CHECK(went_well(store_user_add(s, &user, "p", false), s));
	return user.id;
}

static int64_t session(struct store *s, int64_t user, uint8_t b)
{
	struct digest256 sha256 = digest(b);
	struct credential c = {.kind = CREDENTIAL_SESSION,
	    .role = ROLE_ADMIN,
	    .user = user,
	    .created_ms = start_ms,
	    .used_ms = start_ms + b,
	    .expires_ms = start_ms + 7 * 24 * HOUR_MS,
	    .idle_ms = 12 * HOUR_MS};

	CHECK(went_well(store_credential_add(s, &c, &sha256), s));
	return c.id;
}

static int64_t token(struct store *s, int64_t user, uint8_t b, enum role role, int64_t expires_ms)
{
	struct digest256 sha256 = digest(b);
	struct credential c = {.kind = CREDENTIAL_TOKEN,
	    .role = (uint8_t)role,
	    .user = user,
	    .name = "backup",
	    .created_ms = start_ms,
	    .used_ms = start_ms,
	    .expires_ms = expires_ms};

	CHECK(went_well(store_credential_add(s, &c, &sha256), s));
	return c.id;
}

/* The role with which it is found; ROLE_NONE: it is not. */
static enum role found(struct store *s, enum credential_kind kind, uint8_t b, int64_t now_ms)
{
	struct digest256 sha256 = digest(b);
	struct credential c = {0};
	struct err e = store_credential_find(s, kind, &sha256, now_ms, &c);

	CHECK(!err_is(e) || err_is_refusal(e, REFUSAL_MISSING));
	return (enum role)c.role;
}

static void a_session_ends_idle_and_in_the_end(void)
{
	struct store *s = lab_store();
	int64_t id = session(s, user_of(s, "ann", ROLE_ADMIN), 1), at = start_ms + 1;

	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, at + 12 * HOUR_MS - 1), ROLE_ADMIN);
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, at + 12 * HOUR_MS), ROLE_NONE);
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 1, at), ROLE_NONE); /* of the other kind */
	for (int i = 1; i <= 16; i++) { /* in use for a week */
		CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, at + 10 * i * HOUR_MS), ROLE_ADMIN);
		CHECK(went_well(store_credential_used(s, id, at + 10 * i * HOUR_MS), s));
	}
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, start_ms + 7 * 24 * HOUR_MS - 1), ROLE_ADMIN);
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, start_ms + 7 * 24 * HOUR_MS), ROLE_NONE);
	CHECK(went_well(store_credentials_sweep(s, start_ms + 7 * 24 * HOUR_MS), s));
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, at), ROLE_NONE);
	store_close(s);
}

/* The clock of another thread may be behind: no use makes it older. */
static void its_last_use_only_rises(void)
{
	struct store *s = lab_store();
	int64_t id = session(s, user_of(s, "ann", ROLE_ADMIN), 1);
	struct digest256 sha256 = digest(1);
	struct credential c = {0};

	CHECK(went_well(store_credential_used(s, id, start_ms + 90000), s));
	CHECK(went_well(store_credential_used(s, id, start_ms + 80000), s));
	CHECK(went_well(
	    store_credential_find(s, CREDENTIAL_SESSION, &sha256, start_ms + 90000, &c), s));
	CHECK_EQ(c.used_ms, start_ms + 90000);
	CHECK(!credential_is_stale(&c, start_ms + 149999));
	CHECK(credential_is_stale(&c, start_ms + 150000));
	store_close(s);
}

static void a_token_is_never_more_than_its_owner(void)
{
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann", ROLE_ADMIN), bob = user_of(s, "bob", ROLE_OPERATOR);
	struct user_change less = {.role = ROLE_VIEWER, .disabled = -1};

	token(s, ann, 1, ROLE_VIEWER, 0);
	token(s, bob, 2, ROLE_ADMIN, start_ms + 10);
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 1, start_ms), ROLE_VIEWER);
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 2, start_ms), ROLE_OPERATOR);
	CHECK(went_well(store_user_change(s, "bob", &less), s));
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 2, start_ms), ROLE_VIEWER);
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 2, start_ms + 10), ROLE_NONE);
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 1, INT64_MAX), ROLE_VIEWER);
	store_close(s);
}

static void who_is_disabled_is_out_at_once(void)
{
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann", ROLE_ADMIN), bob = user_of(s, "bob", ROLE_OPERATOR);

	session(s, ann, 1);
	session(s, bob, 2);
	token(s, bob, 3, ROLE_OPERATOR, 0);
	CHECK(went_well(store_user_change(s, "bob", &(struct user_change){.disabled = 1}), s));
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 2, start_ms), ROLE_NONE);
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 3, start_ms), ROLE_NONE);
	CHECK(went_well(store_user_change(s, "bob", &(struct user_change){.disabled = 0}), s));
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 2, start_ms), ROLE_NONE); /* and stays so */
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, start_ms), ROLE_ADMIN);
	store_close(s);
}

static void a_new_password_ends_sessions_and_keeps_tokens(void)
{
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann", ROLE_ADMIN);
	struct user_change word = {.disabled = -1, .password = "q"};

	session(s, ann, 1);
	token(s, ann, 2, ROLE_ADMIN, 0);
	CHECK(went_well(store_user_change(s, "ann", &word), s));
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, start_ms), ROLE_NONE);
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 2, start_ms), ROLE_ADMIN);
	store_close(s);
}

static void one_ends_only_its_own(void)
{
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann", ROLE_ADMIN), bob = user_of(s, "bob", ROLE_VIEWER);
	int64_t kept = session(s, ann, 1), id;

	session(s, ann, 2);
	session(s, bob, 3);
	id = token(s, ann, 4, ROLE_ADMIN, 0);
	CHECK(err_is_refusal(store_credential_remove(s, bob, id), REFUSAL_MISSING));
	CHECK(went_well(store_sessions_end(s, ann, kept), s));
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, start_ms), ROLE_ADMIN);
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 2, start_ms), ROLE_NONE);
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 3, start_ms), ROLE_VIEWER);
	CHECK(went_well(store_credential_remove(s, ann, id), s));
	CHECK_EQ(found(s, CREDENTIAL_TOKEN, 4, start_ms), ROLE_NONE);
	CHECK(went_well(store_user_remove(s, "bob"), s));
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 3, start_ms), ROLE_NONE);
	lab_sound(s);
	store_close(s);
}

static bool one_more(void *context, const struct credential *c)
{
	(void)c;
	++*(size_t *)context;
	return true;
}

/* Sessions make room for the next, tokens do not. */
static void there_are_only_so_many(void)
{
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann", ROLE_ADMIN);
	struct credential more = {.kind = CREDENTIAL_TOKEN, .user = ann, .role = ROLE_VIEWER};
	struct digest256 sha256 = digest(255);
	size_t sessions = 0, tokens = 0;

	for (uint8_t i = 0; i < SESSIONS_PER_USER_MAX + 2; i++)
		session(s, ann, i);
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 0, start_ms), ROLE_NONE);
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 1, start_ms), ROLE_NONE);
	CHECK_EQ(found(s, CREDENTIAL_SESSION, 2, start_ms), ROLE_ADMIN);
	for (uint8_t i = 0; i < TOKENS_PER_USER_MAX; i++)
		token(s, ann, 100 + i, ROLE_VIEWER, 0);
	CHECK_EQ(err_class(store_credential_add(s, &more, &sha256)), ERR_LIMIT);
	CHECK(went_well(store_each_credential(s, CREDENTIAL_SESSION, ann, one_more, &sessions), s));
	CHECK(went_well(store_each_credential(s, CREDENTIAL_TOKEN, 0, one_more, &tokens), s));
	CHECK_EQ(sessions, SESSIONS_PER_USER_MAX);
	CHECK_EQ(tokens, TOKENS_PER_USER_MAX);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(a_session_ends_idle_and_in_the_end);
	RUN(its_last_use_only_rises);
	RUN(a_token_is_never_more_than_its_owner);
	RUN(who_is_disabled_is_out_at_once);
	RUN(a_new_password_ends_sessions_and_keeps_tokens);
	RUN(one_ends_only_its_own);
	RUN(there_are_only_so_many);
	lab_drop();
	return test_done();
}
