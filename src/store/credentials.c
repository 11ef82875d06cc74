/*
 * credentials.c: sessions and tokens. A session is a token that ends when nobody uses it: one
 * table, one lookup, by the SHA-256 of what was shown (256 random bits have no dictionary, so no
 * salt and no slow hash). Looking one up only reads; that it was used is written down once a
 * minute, so that a busy page is no writer.
 */
#include "store/accounts.h"

#include "store/db.h"

bool credential_is_stale(const struct credential *c, int64_t now_ms)
{
	return now_ms - c->used_ms >= CREDENTIAL_USED_MS;
}

static struct err credential_count(
    struct store *s, int64_t user, enum credential_kind kind, int64_t *ret_n)
{
	static const char sql[] = "SELECT count(*) FROM credentials WHERE user = ? AND kind = ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, user);
	stmt_int(&q, kind);
	if (stmt_row(&q))
		*ret_n = stmt_get_int(&q, 0);
	return stmt_end(&q);
}

static struct err session_oldest_end(struct store *s, int64_t user)
{
	static const char sql[] =
	    "DELETE FROM credentials WHERE id ="
	    " (SELECT id FROM credentials WHERE user = ? AND kind = ? ORDER BY used_ms LIMIT 1)";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, user);
	stmt_int(&q, CREDENTIAL_SESSION);
	return stmt_run(&q);
}

/* A login always finds room; who makes tokens tidies up. */
static struct err room_make(struct store *s, const struct credential *c)
{
	int64_t n = 0;
	struct err e = credential_count(s, c->user, (enum credential_kind)c->kind, &n);

	if (err_is(e))
		return e;
	if (c->kind == CREDENTIAL_SESSION)
		return n < SESSIONS_PER_USER_MAX ? OK : session_oldest_end(s, c->user);
	return n < TOKENS_PER_USER_MAX ? OK : err_limit("a user has at most 64 tokens");
}

static struct err credential_insert(
    struct store *s, struct credential *c, const struct digest256 *sha256)
{
	static const char sql[] =
	    "INSERT INTO credentials"
	    " (kind, sha256, user, role, name, created_ms, expires_ms, idle_ms, used_ms)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, c->kind);
	stmt_digest(&q, sha256);
	stmt_int(&q, c->user);
	stmt_int(&q, c->role);
	stmt_text(&q, c->name);
	stmt_int(&q, c->created_ms);
	stmt_int(&q, c->expires_ms);
	stmt_int(&q, c->idle_ms);
	stmt_int(&q, c->used_ms);
	e = stmt_run(&q);
	if (!err_is(e))
		c->id = sqlite3_last_insert_rowid(s->db);
	return e;
}

struct err store_credential_add(
    struct store *s, struct credential *c, const struct digest256 *sha256)
{
	bool began = false;
	struct err e = db_write_begin(s, &began);

	if (err_is(e))
		return e;
	e = room_make(s, c);
	if (!err_is(e))
		e = credential_insert(s, c, sha256);
	return db_write_end(s, began, e);
}

/* A token made by an operator who is a viewer now is a viewer's. */
#define CREDENTIAL_SELECT                                                                          \
	"SELECT c.id, c.kind, min(c.role, u.role), c.user, u.name, c.name, c.created_ms,"          \
	" c.expires_ms, c.idle_ms, c.used_ms FROM credentials c JOIN users u ON u.id = c.user "

static struct credential credential_get(struct stmt *q)
{
	struct credential c = {
	    .id = stmt_get_int(q, 0),
	    .kind = (uint8_t)stmt_get_int(q, 1),
	    .role = (uint8_t)stmt_get_int(q, 2),
	    .user = stmt_get_int(q, 3),
	    .created_ms = stmt_get_int(q, 6),
	    .expires_ms = stmt_get_int(q, 7),
	    .idle_ms = stmt_get_int(q, 8),
	    .used_ms = stmt_get_int(q, 9),
	};

	stmt_get_chars(q, 4, c.user_name, sizeof(c.user_name));
	stmt_get_chars(q, 5, c.name, sizeof(c.name));
	return c;
}

struct err store_credential_find(struct store *s, enum credential_kind kind,
    const struct digest256 *sha256, int64_t now_ms, struct credential *ret_credential)
{
	static const char sql[] =
	    CREDENTIAL_SELECT "WHERE c.sha256 = ?1 AND c.kind = ?2 AND NOT u.disabled"
			      " AND (c.expires_ms = 0 OR ?3 < c.expires_ms)"
			      " AND (c.idle_ms = 0 OR ?3 < c.used_ms + c.idle_ms)";
	struct stmt q = stmt_use(s, sql);
	bool found;
	struct err e;

	stmt_digest(&q, sha256);
	stmt_int(&q, kind);
	stmt_int(&q, now_ms);
	found = stmt_row(&q);
	if (found)
		*ret_credential = credential_get(&q);
	e = stmt_end(&q);
	return err_is(e) || found ? e : err_refused(REFUSAL_MISSING, "no such session or token");
}

struct err store_credential_used(struct store *s, int64_t id, int64_t now_ms)
{
	static const char sql[] =
	    "UPDATE credentials SET used_ms = ?2 WHERE id = ?1 AND used_ms < ?2";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, id);
	stmt_int(&q, now_ms);
	return stmt_run(&q);
}

struct err store_credential_remove(struct store *s, int64_t user, int64_t id)
{
	static const char sql[] = "DELETE FROM credentials WHERE id = ? AND user = ?";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, id);
	stmt_int(&q, user);
	e = stmt_run(&q);
	if (err_is(e) || db_changes(s))
		return e;
	return err_refused(REFUSAL_MISSING, "no such session or token");
}

struct err store_sessions_end(struct store *s, int64_t user, int64_t except)
{
	static const char sql[] = "DELETE FROM credentials WHERE user = ? AND kind = ? AND id <> ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, user);
	stmt_int(&q, CREDENTIAL_SESSION);
	stmt_int(&q, except);
	return stmt_run(&q);
}

struct err store_credentials_sweep(struct store *s, int64_t now_ms)
{
	static const char sql[] =
	    "DELETE FROM credentials WHERE (expires_ms <> 0 AND expires_ms <= ?1)"
	    " OR (idle_ms <> 0 AND used_ms + idle_ms <= ?1)";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, now_ms);
	return stmt_run(&q);
}

struct err store_each_credential(struct store *s, enum credential_kind kind, int64_t user,
    store_credential_fn *each, void *context)
{
	static const char sql[] =
	    CREDENTIAL_SELECT "WHERE c.kind = ?1 AND (?2 = 0 OR c.user = ?2) ORDER BY c.id DESC";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	stmt_int(&q, kind);
	stmt_int(&q, user);
	while (more && stmt_row(&q)) {
		struct credential c = credential_get(&q);

		more = each(context, &c);
	}
	return stmt_end(&q);
}
