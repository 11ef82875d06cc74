/*
 * lab.h: a store in a folder of its own, and certificates, chains and observations made of a few
 * words, for the tests of the store. No certificate here is real: the store believes the facts.
 */
#pragma once

#include "store/db.h"
#include "verdict/table.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/test.h"

static char lab_folder[64], lab_path[96];

static inline void lab_make(void)
{
	snprintf(lab_folder, sizeof(lab_folder), "/tmp/certscape-store.XXXXXX");
	if (!mkdtemp(lab_folder))
		exit(1);
	snprintf(lab_path, sizeof(lab_path), "%s/certscape.db", lab_folder);
}

static inline void lab_clear(void)
{
	DIR *dir = opendir(lab_folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static inline void lab_drop(void)
{
	lab_clear();
	rmdir(lab_folder);
}

/* Says what went wrong, so that a failed CHECK can be understood. */
static inline bool went_well(struct err e, struct store *s)
{
	char text[256];

	if (err_is(e))
		printf("# %s (%s)\n", err_text(e, text, sizeof(text)), s ? store_detail(s) : "");
	return !err_is(e);
}

static inline struct store *lab_open(void)
{
	struct store *s = NULL;

	CHECK(went_well(store_open(lab_path, STORE_WRITE, &s), NULL));
	if (!s)
		exit(1);
	CHECK(went_well(db_exec(s, "PRAGMA foreign_keys = ON"), s));
	return s;
}

/* A new, empty store; it does not wait for the disk, as far as nobody turns off the power. */
static inline struct store *lab_store(void)
{
	struct store *s;

	lab_clear();
	s = lab_open();
	CHECK(went_well(db_exec(s, "PRAGMA synchronous = OFF"), s));
	return s;
}

enum { LAB_TEXT = 64, LAB_SANS = 4 };

/* What a test says of a leaf; its bytes are all of it, so the same words are the same
 * certificate. */
struct lab_cert {
	const char *name; /* subject and one SAN; "a,b" is two SANs */
	const char *issuer;
	const char *key; /* two certificates with the same have the same public key */
	const char *serial;
	enum key_kind kind;
	int64_t not_after_s;
	bool is_ca;
};

/* A chain of up to CHAIN_CERTS_MAX made of them; memory is the arena's. */
static inline struct chain_verdict *lab_chain(
    struct arena *a, const struct lab_cert *certs, size_t n)
{
	struct chain_verdict *v = arena_alloc(a, sizeof(*v));
	struct digest256 ids[CHAIN_CERTS_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct lab_cert *c = &certs[i];
		struct cert_facts *f = arena_alloc(a, sizeof(*f));
		const char **sans = arena_alloc(a, LAB_SANS * sizeof(*sans));
		char der[512], cn[LAB_TEXT], dn[LAB_TEXT + 3], issuer[LAB_TEXT + 3];
		char *part, *rest;

		snprintf(der, sizeof(der), "%s/%s/%s/%s/%d/%lld/%d", c->name, c->issuer, c->key,
		    c->serial, c->kind, (long long)c->not_after_s, c->is_ca);
		snprintf(cn, sizeof(cn), "%s", c->name);
		snprintf(dn, sizeof(dn), "CN=%s", c->name);
		snprintf(issuer, sizeof(issuer), "CN=%s", c->issuer);
		v->der[i] = arena_span(a, span_str(der));
		rest = cn;
		while (!c->is_ca && f->n_sans < LAB_SANS && (part = strsep(&rest, ",")))
			sans[f->n_sans++] = arena_str(a, part);
		f->sans = sans;
		f->id = ids[i] = cert_id_of(v->der[i]);
		f->spki = cert_id_of(span_str(c->key));
		f->not_before_s = 1000;
		f->not_after_s = c->not_after_s;
		f->subject = arena_str(a, dn);
		f->subject_cn = arena_str(a, c->name);
		f->issuer = arena_str(a, issuer);
		f->issuer_cn = arena_str(a, c->issuer);
		f->serial = arena_str(a, c->serial);
		f->sig_alg = "sha256WithRSAEncryption";
		f->key_text = c->kind == KEY_EC ? "P-256" : "RSA 2048";
		f->key_kind = (uint8_t)c->kind;
		f->key_bits = c->kind == KEY_EC ? 256 : 2048;
		f->is_ca = c->is_ca;
		f->self_issued = strcmp(dn, issuer) == 0;
		f->self_signed = f->self_issued;
		v->facts[i] = f;
	}
	v->n_certs = n;
	v->id = chain_id_of(ids, n);
	return v;
}

static inline void lab_finding(
    struct chain_verdict *v, uint16_t id, uint8_t severity, int64_t since_s, int64_t until_s)
{
	struct finding *f = &v->findings[v->n_findings++];

	*f = (struct finding){
	    .id = id, .severity = severity, .since_s = since_s, .until_s = until_s};
	snprintf(f->evidence, sizeof(f->evidence), "evidence of %d", id);
}

/* 10.0.x.y:443 */
static inline struct endpoint lab_endpoint(uint32_t host)
{
	return (struct endpoint){
	    .addr = addr_from_v4(0x0a000000 + host), .port = 443, .transport = TRANSPORT_TCP};
}

static inline struct observation lab_seen(
    uint32_t host, const struct chain_verdict *v, uint64_t run, int64_t at_ms)
{
	struct observation o = {
	    .endpoint = lab_endpoint(host),
	    .run = run,
	    .first_ms = at_ms,
	    .last_ms = at_ms,
	    .count = 1,
	    .version = 0x0303,
	    .cipher = 0xc02f,
	    .group = 29,
	    .hello = 1,
	    .connections = 1,
	    .evidence = EVIDENCE_SCAN,
	    .outcome = v ? OUTCOME_CERTIFICATE : OUTCOME_NO_TLS,
	};

	if (v)
		o.chain = v->id;
	return o;
}

static inline uint64_t lab_run(struct store *s, int64_t started_ms)
{
	struct run run = {.evidence = EVIDENCE_SCAN,
	    .started_ms = started_ms,
	    .shards = 1,
	    .workers = 2,
	    .seed = 0xfedcba9876543210,
	    .spec = "10.0.0.0/16"};

	CHECK(went_well(store_run_begin(s, &run), s));
	return run.id;
}

/* Puts chain and observation, and gives what became of it. */
static inline struct stored lab_put(
    struct store *s, const struct chain_verdict *v, const struct observation *o)
{
	struct stored stored = {0};

	if (v)
		CHECK(went_well(store_put_chain(s, v, o->first_ms), s));
	CHECK(went_well(store_put_observation(s, o, &stored), s));
	return stored;
}

static inline void lab_print_problem(void *context, const char *text)
{
	(void)context;
	printf("# problem: %s\n", text);
}

static inline void lab_sound(struct store *s)
{
	size_t problems = 99;

	CHECK(went_well(store_check(s, lab_print_problem, NULL, &problems), s));
	CHECK_EQ(problems, 0);
}
