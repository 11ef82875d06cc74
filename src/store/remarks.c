/*
 * remarks.c: two lookups a row, and none at all while nobody has said anything.
 */
#include "store/remarks.h"

#include "store/db.h"

static struct err nothing_said(struct store *s, bool *ret_nothing)
{
	static const char sql[] = "SELECT NOT EXISTS (SELECT 1 FROM endpoint_notes)"
				  " AND NOT EXISTS (SELECT 1 FROM certificate_notes)";
	struct stmt q = stmt_use(s, sql);

	*ret_nothing = stmt_row(&q) && stmt_get_int(&q, 0);
	return stmt_end(&q);
}

struct err remarking_init(
    struct remarking *r, struct store *s, int64_t now_s, store_row_fn *each, void *context)
{
	struct err e;

	*r = (struct remarking){.s = s, .each = each, .context = context, .e = OK};
	arena_init(&r->arena, ROW_BYTES_MAX);
	e = store_mutes_load(s, now_s * 1000, &r->mutes);
	if (!err_is(e))
		e = nothing_said(s, &r->nothing);
	r->nothing &= !err_is(e) && mutes_empty(r->mutes);
	return e;
}

void remarking_done(struct remarking *r)
{
	mutes_free(r->mutes);
	arena_done(&r->arena);
}

static bool has_tag(const char *const *tags, size_t n, const char *tag)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(tags[i], tag) == 0)
			return true;
	return false;
}

static bool is_muted(const struct remarking *r, const struct inventory_row *row,
    const struct cert_facts *leaf, const struct remarks *said)
{
	struct muteable of = {
	    .endpoint = &row->seen->endpoint,
	    .issuer = "",
	    .issuer_cn = "",
	    .n_tags = said->n_tags,
	    .tags = said->tags,
	    .since_s = row->first_seen_ms / 1000,
	    .first_ms = row->first_seen_ms / 1000 * 1000,
	};

	if (leaf) {
		of.certificate = &leaf->id;
		of.spki = &leaf->spki;
		of.issuer = leaf->issuer;
		of.issuer_cn = leaf->issuer_cn;
	}
	return mutes_find(r->mutes, &of) != NULL;
}

/* The endpoint's first. */
static bool said_join(struct arena *arena, const struct annotation *here,
    const struct annotation *there, struct remarks *ret)
{
	const char **tags = arena_alloc(arena, (here->n_tags + there->n_tags) * sizeof(*tags));
	struct remarks said = {
	    .owner = here->owner && *here->owner ? here->owner : there->owner,
	    .note = here->note && *here->note ? here->note : there->note,
	    .tags = tags,
	};

	if (!tags)
		return false;
	for (size_t i = 0; i < here->n_tags; i++)
		tags[said.n_tags++] = here->tags[i];
	for (size_t i = 0; i < there->n_tags; i++)
		if (!has_tag(here->tags, here->n_tags, there->tags[i]))
			tags[said.n_tags++] = there->tags[i];
	*ret = said;
	return true;
}

static struct err row_said(
    struct remarking *r, const struct inventory_row *row, struct remarks *ret_said, bool *ret_any)
{
	const struct cert_facts *leaf = row->chain ? row->chain->facts[0] : NULL;
	struct noted of = {.is_endpoint = true, .endpoint = row->seen->endpoint};
	struct annotation here = {.owner = "", .note = ""}, there = here;
	struct err e = store_note_get(r->s, &of, &r->arena, &here);

	if (!err_is(e) && leaf) {
		of = (struct noted){.certificate = leaf->id};
		e = store_note_get(r->s, &of, &r->arena, &there);
	}
	if (!err_is(e) && !said_join(&r->arena, &here, &there, ret_said))
		e = err_limit("too much is said of an endpoint");
	if (err_is(e))
		return e;
	ret_said->muted = is_muted(r, row, leaf, ret_said);
	*ret_any = here.at_ms || there.at_ms || ret_said->muted;
	return OK;
}

bool remark_row(void *context, const struct inventory_row *row)
{
	struct remarking *r = context;
	struct inventory_row with = *row;
	struct remarks said;
	bool any = false;

	if (r->nothing)
		return r->each(r->context, row);
	arena_reset(&r->arena);
	r->e = row_said(r, row, &said, &any);
	if (err_is(r->e))
		return false;
	with.remarks = any ? &said : NULL;
	return r->each(r->context, &with);
}
