/*
 * audit.c: the record of who did what. Rows are only added; `certscape db prune` takes the old ones
 * (prune.c). Texts come from requests and are cut, so that nobody fills the disk with one.
 */
#include "store/accounts.h"

#include "store/db.h"

#include <stdio.h>

/* Cut where a character begins. */
static const char *cut(const char *text, char short_text[AUDIT_TEXT_MAX])
{
	size_t n = strlen(text);

	if (n < AUDIT_TEXT_MAX)
		return text;
	n = AUDIT_TEXT_MAX - 1;
	while (n > 0 && ((uint8_t)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(short_text, text, n);
	short_text[n] = 0;
	return short_text;
}

struct err store_audit(struct store *s, const struct audit *audit)
{
	static const char sql[] = "INSERT INTO audit (at_ms, who, address, action, what, detail)"
				  " VALUES (?, ?, ?, ?, ?, ?)";
	const char *texts[] = {audit->who, audit->from, audit->action, audit->what, audit->detail};
	enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };
	char space[TEXTS][AUDIT_TEXT_MAX];
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, audit->at_ms);
	for (size_t i = 0; i < TEXTS; i++)
		stmt_text(&q, cut(texts[i] ? texts[i] : "", space[i]));
	return stmt_run(&q);
}

struct err store_audit_knows(
    struct store *s, const char *action, const char *who, const char *from, bool *ret_knows)
{
	static const char sql[] =
	    "SELECT 1 FROM audit WHERE who = ?2 COLLATE NOCASE AND address = ?3"
	    " AND action = ?1 AND action = 'login' LIMIT 1";
	struct stmt q = stmt_use(s, sql);
	bool knows;
	struct err e;

	stmt_text(&q, action);
	stmt_text(&q, who);
	stmt_text(&q, from);
	knows = stmt_row(&q);
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_knows = knows;
	return e;
}

struct err store_each_audit(
    struct store *s, int64_t before, size_t limit, store_audit_fn *each, void *context)
{
	static const char sql[] = "SELECT id, at_ms, who, address, action, what, detail FROM audit"
				  " WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	stmt_int(&q, before);
	stmt_int(&q, (int64_t)limit);
	while (more && stmt_row(&q)) {
		struct audit audit = {
		    .id = stmt_get_int(&q, 0),
		    .at_ms = stmt_get_int(&q, 1),
		    .who = stmt_get_text(&q, 2),
		    .from = stmt_get_text(&q, 3),
		    .action = stmt_get_text(&q, 4),
		    .what = stmt_get_text(&q, 5),
		    .detail = stmt_get_text(&q, 6),
		};

		more = each(context, &audit);
	}
	return stmt_end(&q);
}
