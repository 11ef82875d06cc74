/*
 * trust.c: a hash table of CA certificates by their subject's name. Nothing is verified when a
 * bundle is read: 140 roots are walked in a millisecond, and of those a network uses five. A bundle
 * may hold intermediates too: they are no ends of a path, unless the bundle lacks what they lead
 * to, and then whoever gave it meant them.
 */
#include "x509/trust.h"
#include "base/arena.h"
#include "x509/limits.h"
#include "x509/pem.h"

#include <stdlib.h>

enum { BUCKETS = 4096 };

struct trust {
	struct verifier *verifier;
	struct arena arena;
	size_t n_given;
	size_t n_known;
	uint32_t epoch;
	struct trusted *buckets[BUCKETS];
};

struct err trust_new(struct trust **ret_trust)
{
	struct trust *t = calloc(1, sizeof(*t));
	struct err e;

	if (!t)
		return err_limit("out of memory");
	arena_init(&t->arena, TRUST_BYTES_MAX);
	e = verifier_new(&t->verifier);
	if (err_is(e)) {
		trust_free(t);
		return e;
	}
	*ret_trust = t;
	return OK;
}

void trust_free(struct trust *t)
{
	if (!t)
		return;
	verifier_free(t->verifier);
	arena_done(&t->arena);
	free(t);
}

static struct trusted *same_name(struct trusted *c, uint64_t name)
{
	while (c && c->cert.subject_name != name)
		c = c->next;
	return c;
}

/* Where it stands already; else NULL, and how many of the network's have its name. */
static struct trusted *find_same(const struct trust *t, const struct cert *c, size_t *ret_known)
{
	uint64_t name = c->subject_name;
	struct trusted *at = same_name(t->buckets[name % BUCKETS], name);

	*ret_known = 0;
	for (; at; at = same_name(at->next, name)) {
		if (span_eq(at->cert.der, c->der))
			return at;
		*ret_known += !at->given;
	}
	return NULL;
}

static void list_push(struct trust *t, struct trusted *c)
{
	struct trusted **at = &t->buckets[c->cert.subject_name % BUCKETS];

	while (!c->given && *at && (*at)->given) /* those of bundles stand first */
		at = &(*at)->next;
	c->next = *at;
	*at = c;
}

static void list_remove(struct trust *t, struct trusted *c)
{
	struct trusted **at = &t->buckets[c->cert.subject_name % BUCKETS];

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
}

static struct err add_new(struct trust *t, const struct cert *c, bool given)
{
	struct trusted *fresh = arena_alloc(&t->arena, sizeof(*fresh));
	struct span copy = arena_span(&t->arena, c->der);

	if (!fresh || copy.bad)
		return err_limit("no room for another CA certificate");
	cert_parse(copy, &fresh->cert);
	fresh->given = given;
	list_push(t, fresh);
	return OK;
}

static struct err add_root(struct trust *t, const struct cert *c)
{
	size_t n_known;
	struct trusted *old = find_same(t, c, &n_known);
	struct err e;

	if (old && old->given)
		return OK;
	if (old) { /* it was known, now it is believed */
		list_remove(t, old);
		old->given = true;
		list_push(t, old);
		t->n_known--;
	} else {
		e = add_new(t, c, true);
		if (err_is(e))
			return e;
	}
	t->n_given++;
	t->epoch++;
	return OK;
}

static bool is_usable(const struct cert *c)
{
	static const uint32_t fatal = FLAW_FRAME | FLAW_SUBJECT | FLAW_ISSUER | FLAW_KEY;

	return !(c->flaws & fatal);
}

struct err trust_add_roots(
    struct trust *t, struct span bundle, size_t *ret_added, size_t *ret_skipped)
{
	size_t added = 0, skipped = 0;
	enum pem_found found;
	struct err e = OK;
	struct cert c;
	struct buf der;

	buf_init(&der, CERT_BYTES_MAX);
	while (!err_is(e) && (found = pem_next(&bundle, &der)) != PEM_END) {
		if (found == PEM_CERT)
			cert_parse(buf_view(&der), &c);
		if (found == PEM_BAD || !is_usable(&c)) {
			skipped++;
			continue;
		}
		e = add_root(t, &c);
		added++;
	}
	buf_done(&der);
	if (err_is(e))
		return e;
	*ret_added = added;
	*ret_skipped = skipped;
	return OK;
}

struct err trust_add_known(struct trust *t, struct span der)
{
	size_t n_same;
	struct cert c;
	struct err e;

	cert_parse(der, &c);
	if (!is_usable(&c) || !cert_is_ca(&c) || der.n > CERT_BYTES_MAX)
		return OK;
	if (find_same(t, &c, &n_same) || n_same >= KNOWN_SAME_NAME_MAX || t->n_known >= KNOWN_MAX)
		return OK;
	e = add_new(t, &c, false);
	if (err_is(e)) /* full: what it would have told goes untold */
		return OK;
	t->n_known++;
	t->epoch++;
	return OK;
}

bool trust_is_empty(const struct trust *t)
{
	return t->n_given == 0;
}

uint32_t trust_epoch(const struct trust *t)
{
	return t->epoch;
}

const struct trusted *trust_first(const struct trust *t, uint64_t name)
{
	return same_name(t->buckets[name % BUCKETS], name);
}

const struct trusted *trust_next(const struct trusted *c)
{
	return same_name(c->next, c->cert.subject_name);
}

bool trust_is_anchor(const struct trust *t, const struct trusted *c)
{
	const struct trusted *issuer;

	if (!c->given || cert_is_self_issued(&c->cert))
		return c->given;
	issuer = trust_first(t, c->cert.issuer_name);
	return !issuer || !issuer->given;
}

const struct trusted *trust_anchor_of(const struct trust *t, const struct cert *c)
{
	const struct trusted *at = trust_first(t, c->subject_name);

	while (at && !(span_eq(at->cert.key.spki, c->key.spki) && trust_is_anchor(t, at)))
		at = trust_next(at);
	return at;
}

struct verifier *trust_verifier(const struct trust *t)
{
	return t->verifier;
}
