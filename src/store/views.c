/*
 * views.c: saved views: the state of the page under a name. What the state means is the page's
 * business. A view is its maker's; shared ones everybody sees, and only the maker changes.
 */
#include "store/notes.h"

#include "base/text.h"
#include "store/db.h"

static struct err view_check(const struct view *view)
{
	size_t n = strlen(view->name);

	if (n == 0 || n >= VIEW_NAME_MAX)
		return err_input(0, "the name of a view has 1 to 128 bytes");
	if (strlen(view->state) >= VIEW_STATE_MAX)
		return err_input(0, "a view is at most 4096 bytes long");
	if (!text_is_utf8(span_str(view->name)) || !text_is_utf8(span_str(view->state)))
		return err_input(0, "a view is no UTF-8");
	return OK;
}

static struct err views_full(struct store *s, int64_t user)
{
	static const char sql[] = "SELECT count(*) FROM views WHERE user = ?";
	struct stmt q = stmt_use(s, sql);
	bool full;
	struct err e;

	stmt_int(&q, user);
	full = stmt_row(&q) && stmt_get_int(&q, 0) >= VIEWS_PER_USER_MAX;
	e = stmt_end(&q);
	return err_is(e) || !full ? e : err_limit("a user has at most 256 views");
}

struct err store_view_add(struct store *s, struct view *view)
{
	static const char sql[] =
	    "INSERT INTO views (user, name, state, shared) VALUES (?, ?, ?, ?)";
	struct err e = view_check(view);
	struct stmt q;

	if (!err_is(e))
		e = views_full(s, view->user);
	if (err_is(e))
		return e;
	q = stmt_use(s, sql);
	stmt_int(&q, view->user);
	stmt_text(&q, view->name);
	stmt_text(&q, view->state);
	stmt_int(&q, view->shared);
	e = stmt_run(&q);
	if (!err_is(e))
		view->id = sqlite3_last_insert_rowid(s->db);
	return e;
}

/* Why nothing was written: it is not there, or it is another's. */
static struct err view_refused(struct store *s, int64_t id)
{
	static const char sql[] = "SELECT 1 FROM views WHERE id = ? AND shared";
	struct stmt q = stmt_use(s, sql);
	bool is_there;
	struct err e;

	stmt_int(&q, id);
	is_there = stmt_row(&q);
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	return is_there ? err_refused(REFUSAL_FORBIDDEN, "this view is somebody else's")
			: err_refused(REFUSAL_MISSING, "no such view");
}

struct err store_view_change(struct store *s, const struct view *view)
{
	static const char sql[] =
	    "UPDATE views SET name = ?3, state = ?4, shared = ?5 WHERE id = ?1 AND user = ?2";
	struct err e = view_check(view);
	struct stmt q;

	if (err_is(e))
		return e;
	q = stmt_use(s, sql);
	stmt_int(&q, view->id);
	stmt_int(&q, view->user);
	stmt_text(&q, view->name);
	stmt_text(&q, view->state);
	stmt_int(&q, view->shared);
	e = stmt_run(&q);
	return err_is(e) || db_changes(s) ? e : view_refused(s, view->id);
}

struct err store_view_remove(struct store *s, int64_t user, int64_t id)
{
	static const char sql[] = "DELETE FROM views WHERE id = ?1 AND user = ?2";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, id);
	stmt_int(&q, user);
	e = stmt_run(&q);
	return err_is(e) || db_changes(s) ? e : view_refused(s, id);
}

struct err store_each_view(struct store *s, int64_t user, store_view_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT v.id, v.name, v.state, v.shared, v.user, u.name FROM views v"
	    " JOIN users u ON u.id = v.user WHERE v.user = ?1 OR v.shared"
	    " ORDER BY v.name COLLATE NOCASE, v.id";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	stmt_int(&q, user);
	while (more && stmt_row(&q)) {
		struct view view = {
		    .id = stmt_get_int(&q, 0),
		    .name = stmt_get_text(&q, 1),
		    .state = stmt_get_text(&q, 2),
		    .shared = stmt_get_int(&q, 3) != 0,
		    .user = stmt_get_int(&q, 4),
		    .by = stmt_get_text(&q, 5),
		};

		more = each(context, &view);
	}
	return stmt_end(&q);
}
