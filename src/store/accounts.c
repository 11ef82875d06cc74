/*
 * accounts.c: users. One rule holds over all others: somebody who is not disabled may administer,
 * or nobody could ever again let one in. It is asked after the change, in its transaction, and
 * takes the change back; so no two changes at once can break it together.
 */
#include "store/accounts.h"

#include "base/text.h"
#include "store/db.h"

#include <stdio.h>

static const char *const role_texts[ROLE_MAX] = {
    [ROLE_NONE] = "none",
    [ROLE_VIEWER] = "viewer",
    [ROLE_OPERATOR] = "operator",
    [ROLE_ADMIN] = "admin",
};

const char *role_text(enum role role)
{
	return role < ROLE_MAX ? role_texts[role] : role_texts[ROLE_NONE];
}

enum role role_find(struct span text)
{
	for (unsigned i = ROLE_VIEWER; i < ROLE_MAX; i++)
		if (span_is(text, role_texts[i]))
			return (enum role)i;
	return ROLE_NONE;
}

static bool is_name_char(uint8_t c, size_t at)
{
	uint8_t low = text_lower(c);

	if ((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9'))
		return true;
	return at > 0 && c != 0 && strchr("._-@+", c);
}

struct err user_name_check(struct span name)
{
	if (name.n == 0)
		return err_input(0, "a user has a name");
	if (name.n >= USER_NAME_MAX)
		return err_input(USER_NAME_MAX - 1, "a user name has at most 64 characters");
	for (size_t i = 0; i < name.n; i++)
		if (!is_name_char(name.p[i], i))
			return err_input(i,
			    "a user name is letters, digits and . _ - @ +, and begins with a "
			    "letter or digit");
	return OK;
}

static struct err count(struct store *s, const char *sql, int64_t *ret_n)
{
	struct stmt q = stmt_use(s, sql);
	int64_t n = 0;
	struct err e;

	if (stmt_row(&q))
		n = stmt_get_int(&q, 0);
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_n = n;
	return e;
}

static struct err users_count(struct store *s, int64_t *ret_n)
{
	static const char sql[] = "SELECT count(*) FROM users";

	return count(s, sql, ret_n);
}

struct err store_has_users(struct store *s, bool *ret_has)
{
	int64_t n = 0;
	struct err e = users_count(s, &n);

	if (!err_is(e))
		*ret_has = n > 0;
	return e;
}

static struct err admin_left(struct store *s)
{
	static const char sql[] = "SELECT count(*) FROM users WHERE role >= 3 AND NOT disabled";
	int64_t n = 0;
	struct err e = count(s, sql, &n);

	if (err_is(e) || n > 0)
		return e;
	return err_refused(REFUSAL_FORBIDDEN, "the last administrator cannot be taken away");
}

static struct err user_insert(struct store *s, struct user *user, const char *password)
{
	static const char sql[] =
	    "INSERT INTO users (name, role, disabled, password, created_ms, login_ms)"
	    " VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_text(&q, user->name);
	stmt_int(&q, user->role);
	stmt_int(&q, user->disabled);
	stmt_text(&q, password);
	stmt_int(&q, user->created_ms);
	e = stmt_run(&q);
	if (err_is(e))
		return e;
	if (db_changes(s) == 0)
		return err_refused(REFUSAL_TAKEN, "there is a user of this name");
	user->id = sqlite3_last_insert_rowid(s->db);
	return OK;
}

static struct err user_add(
    struct store *s, struct user *user, const char *password, bool only_first)
{
	int64_t n = 0;
	struct err e = users_count(s, &n);

	if (err_is(e))
		return e;
	if (only_first && n > 0)
		return err_refused(REFUSAL_TAKEN, "there are users already");
	if (n >= USERS_MAX)
		return err_limit("there are as many users as there may be");
	return user_insert(s, user, password);
}

struct err store_user_add(struct store *s, struct user *user, const char *password, bool only_first)
{
	bool began = false;
	struct err e = user_name_check(span_str(user->name));

	if (err_is(e))
		return e;
	if (user->role == ROLE_NONE || user->role >= ROLE_MAX)
		return err_input(0, "a role is viewer, operator or admin");
	e = db_write_begin(s, &began);
	if (err_is(e))
		return e;
	return db_write_end(s, began, user_add(s, user, password, only_first));
}

#define USER_COLUMNS "id, name, role, disabled, created_ms, login_ms"

static struct user user_get(struct stmt *q)
{
	struct user user = {
	    .id = stmt_get_int(q, 0),
	    .role = (uint8_t)stmt_get_int(q, 2),
	    .disabled = stmt_get_int(q, 3) != 0,
	    .created_ms = stmt_get_int(q, 4),
	    .login_ms = stmt_get_int(q, 5),
	};

	stmt_get_chars(q, 1, user.name, sizeof(user.name));
	return user;
}

struct err store_user_find(
    struct store *s, const char *name, struct user *ret_user, char ret_password[PASSWORD_TEXT_MAX])
{
	static const char sql[] = "SELECT " USER_COLUMNS ", password FROM users WHERE name = ?";
	struct stmt q = stmt_use(s, sql);
	bool found;
	struct err e;

	stmt_text(&q, name);
	found = stmt_row(&q);
	if (found) {
		*ret_user = user_get(&q);
		stmt_get_chars(&q, 6, ret_password, PASSWORD_TEXT_MAX);
	}
	e = stmt_end(&q);
	return err_is(e) || found ? e : err_refused(REFUSAL_MISSING, "no such user");
}

struct err store_user_logged_in(struct store *s, int64_t user, int64_t now_ms)
{
	static const char sql[] = "UPDATE users SET login_ms = ?2 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, user);
	stmt_int(&q, now_ms);
	return stmt_run(&q);
}

/* Those of all kinds up to this one. */
static struct err credentials_end(
    struct store *s, int64_t user, enum credential_kind last, int64_t except)
{
	static const char sql[] =
	    "DELETE FROM credentials WHERE user = ? AND kind <= ? AND id <> ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, user);
	stmt_int(&q, last);
	stmt_int(&q, except);
	return stmt_run(&q);
}

static struct err user_update(struct store *s, int64_t id, const struct user_change *change)
{
	static const char sql[] =
	    "UPDATE users SET role = iif(?2 = 0, role, ?2),"
	    " disabled = iif(?3 < 0, disabled, ?3), password = iif(?4, ?5, password)"
	    " WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, id);
	stmt_int(&q, change->role);
	stmt_int(&q, change->disabled);
	stmt_int(&q, change->password != NULL);
	stmt_text(&q, change->password);
	return stmt_run(&q);
}

static struct err user_change(struct store *s, const char *name, const struct user_change *change)
{
	char password[PASSWORD_TEXT_MAX];
	struct user user;
	struct err e = store_user_find(s, name, &user, password);

	if (!err_is(e))
		e = user_update(s, user.id, change);
	if (!err_is(e) && (change->disabled > 0 || change->password))
		e = credentials_end(s, user.id,
		    change->disabled > 0 ? CREDENTIAL_TOKEN : CREDENTIAL_SESSION,
		    change->session_kept);
	return err_is(e) ? e : admin_left(s);
}

static struct err user_remove(struct store *s, const char *name)
{
	static const char *const texts[] = {
	    "DELETE FROM credentials WHERE user = ?",
	    "DELETE FROM views WHERE user = ?",
	    "DELETE FROM users WHERE id = ?",
	};
	char password[PASSWORD_TEXT_MAX];
	struct user user;
	struct err e = store_user_find(s, name, &user, password);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !err_is(e); i++) {
		struct stmt q = stmt_use(s, texts[i]);

		stmt_int(&q, user.id);
		e = stmt_run(&q);
	}
	return err_is(e) ? e : admin_left(s);
}

/* What a change has done before it is refused is taken back, in an open batch too. */
static struct err savepoint(struct store *s, struct err e)
{
	struct err end;

	if (err_is(e))
		(void)!sqlite3_exec(s->db, "ROLLBACK TO account", NULL, NULL, NULL);
	end = db_exec(s, "RELEASE account");
	return err_is(e) ? e : end;
}

struct err store_user_change(struct store *s, const char *name, const struct user_change *change)
{
	bool began = false;
	struct err e = OK;

	if (change->role >= ROLE_MAX)
		return err_input(0, "a role is viewer, operator or admin");
	e = db_write_begin(s, &began);
	if (err_is(e))
		return e;
	e = db_exec(s, "SAVEPOINT account");
	if (!err_is(e))
		e = savepoint(s, user_change(s, name, change));
	return db_write_end(s, began, e);
}

struct err store_user_remove(struct store *s, const char *name)
{
	bool began = false;
	struct err e = db_write_begin(s, &began);

	if (err_is(e))
		return e;
	e = db_exec(s, "SAVEPOINT account");
	if (!err_is(e))
		e = savepoint(s, user_remove(s, name));
	return db_write_end(s, began, e);
}

struct err store_each_user(struct store *s, store_user_fn *each, void *context)
{
	static const char sql[] = "SELECT " USER_COLUMNS " FROM users ORDER BY name";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	while (more && stmt_row(&q)) {
		struct user user = user_get(&q);

		more = each(context, &user);
	}
	return stmt_end(&q);
}
