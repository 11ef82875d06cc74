/*
 * question.c: asking, and what people said of an answer.
 */
#include "store/question.h"

struct err question_open(struct question *q, struct store *s, const struct listing *listing)
{
	struct err e;

	*q = (struct question){
	    .s = s, .lens = {.now_s = listing->now_s, .word_text = listing->word_text}};
	e = store_mutes_load(s, listing->now_s * 1000, &q->mutes);
	if (!err_is(e))
		e = catalog_enter(s, &q->c);
	if (err_is(e))
		return e;
	q->lens.c = q->c;
	q->lens.mutes = q->mutes;
	q->lens.worst = &q->worst;
	return match_rows(&q->lens, listing, &q->rows);
}

void question_unlock(struct question *q)
{
	bits_done(&q->rows);
	free(q->worst);
	q->worst = NULL;
	if (q->c)
		catalog_leave(q->s, q->c);
	q->c = NULL;
}

void question_close(struct question *q)
{
	question_unlock(q);
	mutes_free(q->mutes);
	q->mutes = NULL;
}

static const char *copy(
    struct arena *arena, const struct question *q, enum dict_kind kind, uint32_t text)
{
	return text ? arena_str(arena, catalog_text(q->c, kind, text)) : "";
}

const struct remarks *remarks_of_cert(
    const struct question *q, const struct catalog_cert *cert, struct arena *arena)
{
	const struct said *said = cert->said ? &q->c->said.v[cert->said] : NULL;
	struct remarks r = {.owner = "", .note = "", .n_tags = said ? said->n_tags : 0};
	const char **tags = arena_alloc(arena, r.n_tags * sizeof(*tags));
	struct muteable of = {
	    .certificate = &cert->sha256,
	    .spki = &cert->spki,
	    .issuer = catalog_text(q->c, DICT_ISSUER_DN, cert->issuer_dn),
	    .issuer_cn = catalog_text(q->c, DICT_ISSUER, cert->issuer),
	    .n_tags = r.n_tags,
	    .tags = tags,
	    .since_s = cert->first_seen_s,
	    .first_ms = (int64_t)cert->first_seen_s * 1000,
	};

	if (!tags)
		return NULL;
	for (size_t i = 0; i < r.n_tags; i++)
		tags[i] = copy(arena, q, DICT_TAG, q->c->tags.v[said->tags_at + i]);
	r.tags = tags;
	r.muted = !mutes_empty(q->mutes) && mutes_find(q->mutes, &of);
	if (said) {
		r.owner = copy(arena, q, DICT_OWNER, said->owner);
		r.note = copy(arena, q, DICT_NOTE, said->note);
	}
	return said || r.muted ? arena_dup(arena, &r, sizeof(r)) : NULL;
}

struct err question_count(const struct question *q, struct listing_count *ret_count)
{
	struct bits endpoints = {0}, leaves = {0};
	size_t at = 0, i;
	struct err e = OK;

	if (!bits_init(&endpoints, q->c->endpoints.n) || !bits_init(&leaves, q->c->certs.n)) {
		e = err_limit("no memory to count");
		goto out;
	}
	while (bits_next(&q->rows, &at, &i)) {
		const struct catalog_row *row = &q->c->rows.v[i];
		uint32_t leaf = row->leaf;

		bits_add(&endpoints, row->endpoint);
		if (leaf)
			bits_add(&leaves, leaf - 1);
	}
	*ret_count = (struct listing_count){
	    .rows = bits_count(&q->rows),
	    .endpoints = bits_count(&endpoints),
	    .certificates = bits_count(&leaves),
	};
out:
	bits_done(&endpoints);
	bits_done(&leaves);
	return e;
}
