/*
 * facts.c: struct cert to struct cert_facts. All texts of a certificate are written into one buffer
 * and copied to the arena at once; until then they are offsets, because a buffer moves as it grows.
 */
#include "verdict/facts.h"
#include "verdict/limits.h"
#include "x509/name.h"
#include "x509/sigalg.h"

static const uint8_t kinds[KEY_TYPE_MAX] = {
    [KEY_TYPE_NONE] = KEY_NONE,
    [KEY_TYPE_RSA] = KEY_RSA,
    [KEY_TYPE_EC] = KEY_EC,
    [KEY_TYPE_ED25519] = KEY_ED25519,
    [KEY_TYPE_ED448] = KEY_ED448,
    [KEY_TYPE_DSA] = KEY_DSA,
    [KEY_TYPE_MLDSA] = KEY_MLDSA,
    [KEY_TYPE_OTHER] = KEY_OTHER,
};

typedef void text_writer(const struct cert *c, struct buf *out);

/* The texts, in the order in which they are written. */
enum { SUBJECT, SUBJECT_CN, ISSUER, ISSUER_CN, SERIAL, SIG_ALG, KEY, TEXTS };

static void put_serial(const struct cert *c, struct buf *out)
{
	struct span serial = c->serial;

	if (serial.n > FACTS_SERIAL_MAX)
		serial.n = FACTS_SERIAL_MAX;
	buf_hex(out, serial);
}

static void put_sig_alg(const struct cert *c, struct buf *out)
{
	struct sigalg alg;

	if (sigalg_parse(c->signed_with, &alg))
		buf_str(out, alg.name);
}

static void put_subject(const struct cert *c, struct buf *out)
{
	name_text(c->subject, out);
}

static void put_subject_cn(const struct cert *c, struct buf *out)
{
	name_cn(c->subject, out);
}

static void put_issuer(const struct cert *c, struct buf *out)
{
	name_text(c->issuer, out);
}

static void put_issuer_cn(const struct cert *c, struct buf *out)
{
	name_cn(c->issuer, out);
}

static void put_key(const struct cert *c, struct buf *out)
{
	buf_str(out, c->key.text);
}

static text_writer *const writers[TEXTS] = {
    [SUBJECT] = put_subject,
    [SUBJECT_CN] = put_subject_cn,
    [ISSUER] = put_issuer,
    [ISSUER_CN] = put_issuer_cn,
    [SERIAL] = put_serial,
    [SIG_ALG] = put_sig_alg,
    [KEY] = put_key,
};

/* One text, terminated; a buffer that is full holds its beginning, whole characters. */
static void put_field(struct buf *out, struct buf *field)
{
	buf_span(out, buf_view(field));
	buf_be(out, 0, 1);
	buf_reset(field);
}

static void put_texts(const struct cert *c, struct buf *out, struct buf *field, size_t at[TEXTS])
{
	for (size_t i = 0; i < TEXTS; i++) {
		at[i] = out->n;
		writers[i](c, field);
		put_field(out, field);
	}
}

static size_t put_sans(const struct cert *c, struct buf *out, struct buf *field)
{
	struct span rest = c->ext.san;
	struct general name;
	size_t n = 0;

	while (n < FACTS_SANS_MAX && out->n < FACTS_TEXT_MAX && general_next(&rest, &name)) {
		general_text(&name, field);
		put_field(out, field);
		n++;
	}
	return n;
}

static const char *const *sans_list(const char *texts, size_t n, struct arena *arena)
{
	const char **list = arena_alloc(arena, n * sizeof(*list));

	for (size_t i = 0; list && i < n; i++) {
		list[i] = texts;
		texts += strlen(texts) + 1;
	}
	return list;
}

static void fill_numbers(struct cert_facts *f, const struct cert *c, struct verifier *verifier)
{
	memcpy(f->id.b, c->id, sizeof(f->id.b));
	memcpy(f->spki.b, c->key_id, sizeof(f->spki.b));
	f->not_before_s = c->not_before_s;
	f->not_after_s = c->not_after_s;
	f->key_kind = kinds[c->key.type];
	f->key_bits = c->key.bits;
	f->is_ca = cert_is_ca(c);
	f->self_issued = cert_is_self_issued(c);
	f->self_signed = f->self_issued && verify_signed(verifier, c, c) == SIGNED_YES;
	f->unparsed = c->flaws != 0;
}

const struct cert_facts *facts_of(
    const struct cert *c, struct verifier *verifier, struct arena *arena)
{
	struct cert_facts *f = arena_alloc(arena, sizeof(*f));
	size_t at[TEXTS], sans_at, n_sans;
	const char *texts = NULL;
	struct buf out, field;

	buf_init(&field, FACTS_FIELD_MAX);
	buf_init(&out, FACTS_TEXT_MAX + FACTS_FIELD_MAX + 1);
	put_texts(c, &out, &field, at);
	sans_at = out.n;
	n_sans = put_sans(c, &out, &field);
	if (!out.full)
		texts = arena_dup(arena, out.p, out.n);
	buf_done(&field);
	buf_done(&out);
	if (!f || !texts)
		return NULL;
	f->n_sans = n_sans;
	fill_numbers(f, c, verifier);
	f->subject = texts + at[SUBJECT];
	f->subject_cn = texts + at[SUBJECT_CN];
	f->issuer = texts + at[ISSUER];
	f->issuer_cn = texts + at[ISSUER_CN];
	f->serial = texts + at[SERIAL];
	f->sig_alg = texts + at[SIG_ALG];
	f->key_text = texts + at[KEY];
	f->sans = sans_list(texts + sans_at, f->n_sans, arena);
	return f->sans ? f : NULL;
}
