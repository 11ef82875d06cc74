/*
 * make_store.c: a store as a large network fills it, in a minute or two: for bench/serve.c, and to
 * look at the page with. The same arguments make the same store.
 *
 *	make_store STORE [ENDPOINTS [NOW_S]]
 *
 * Services have one certificate on a few endpoints, some on hundreds (a wildcard). Issuers are
 * Zipf-distributed; one certificate in eight signs itself, 3 % have expired; owners on 40 % of the
 * certificates. Three runs, a month apart: what ends is renewed, and one in thirty beside it. The
 * certificates are DER that parses; nobody has signed them.
 */
#include "base/buf.h"
#include "store/notes.h"
#include "store/store.h"
#include "verdict/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 5000, RUNS = 3, DAY_S = 86400, ISSUERS = 60, DER_MAX = 4096 };

static uint64_t seed = 88172645463325252;

static uint64_t dice(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % n;
}

static void check(struct err e, struct store *s)
{
	char text[256];

	if (!err_is(e))
		return;
	fprintf(stderr, "make_store: %s: %s\n", err_text(e, text, sizeof(text)),
	    s ? store_detail(s) : "");
	exit(2);
}

/* DER: a value within a tag. */
static void der_put(struct buf *b, uint8_t tag, struct span value)
{
	buf_be(b, tag, 1);
	if (value.n < 128) {
		buf_be(b, value.n, 1);
	} else {
		buf_be(b, 0x82, 1);
		buf_be(b, value.n, 2);
	}
	buf_span(b, value);
}

static void der_name(struct buf *b, const char *cn)
{
	static const uint8_t oid[] = {0x06, 3, 0x55, 4, 3};
	struct buf part[3];

	for (size_t i = 0; i < 3; i++)
		buf_init(&part[i], DER_MAX);
	buf_put(&part[0], oid, sizeof(oid));
	der_put(&part[0], 0x0c, span_str(cn));
	der_put(&part[1], 0x30, buf_view(&part[0]));
	der_put(&part[2], 0x31, buf_view(&part[1]));
	der_put(b, 0x30, buf_view(&part[2]));
	for (size_t i = 0; i < 3; i++)
		buf_done(&part[i]);
}

static void der_time(struct buf *b, int64_t at_s)
{
	time_t at = (time_t)at_s;
	struct tm tm;
	char text[32];

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &tm);
	der_put(b, 0x18, span_str(text));
}

/* What a certificate is made of. */
struct making {
	char cn[80], issuer[80], serial[33];
	int64_t from_s, to_s;
	bool ec, ca, self_signed;
	uint64_t key; /* the same number is the same key */
};

static const uint8_t alg_ec[] = {0x30, 0x0a, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2};
static const uint8_t alg_rsa[] = {
    0x30, 0x0d, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0};

static void der_key(struct buf *b, const struct making *m)
{
	static const uint8_t ec[] = {0x30, 0x13, 0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 0x06,
	    8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7};
	static const uint8_t rsa[] = {
	    0x30, 0x0d, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0};
	static const uint8_t rsa_head[] = {0, 0x30, 0x82, 1, 0x0a, 2, 0x82, 1, 1, 0};
	static const uint8_t rsa_tail[] = {2, 3, 1, 0, 1};
	struct buf bits, key;
	uint64_t state = m->key * 0x9e3779b97f4a7c15 + 1;

	buf_init(&bits, DER_MAX);
	buf_init(&key, DER_MAX);
	if (m->ec)
		buf_be(&bits, 4, 2);
	else
		buf_put(&bits, rsa_head, sizeof(rsa_head));
	for (size_t i = 0; i < (m->ec ? 8 : 32); i++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		buf_be(&bits, state | (uint64_t)1 << 63, 8);
	}
	if (!m->ec)
		buf_put(&bits, rsa_tail, sizeof(rsa_tail));
	buf_put(&key, m->ec ? ec : rsa, m->ec ? sizeof(ec) : sizeof(rsa));
	der_put(&key, 3, buf_view(&bits));
	der_put(b, 0x30, buf_view(&key));
	buf_done(&bits);
	buf_done(&key);
}

static void der_tbs(struct buf *b, const struct making *m)
{
	static const uint8_t version[] = {0xa0, 3, 2, 1, 2};
	struct buf tbs, dates;
	uint64_t serial = strtoull(m->serial, NULL, 16);

	buf_init(&tbs, DER_MAX);
	buf_init(&dates, DER_MAX);
	buf_put(&tbs, version, sizeof(version));
	buf_be(&tbs, 0x0208, 2);
	buf_be(&tbs, serial, 8);
	buf_put(&tbs, m->ec ? alg_ec : alg_rsa, m->ec ? sizeof(alg_ec) : sizeof(alg_rsa));
	der_name(&tbs, m->issuer);
	der_time(&dates, m->from_s);
	der_time(&dates, m->to_s);
	der_put(&tbs, 0x30, buf_view(&dates));
	der_name(&tbs, m->cn);
	der_key(&tbs, m);
	der_put(b, 0x30, buf_view(&tbs));
	buf_done(&tbs);
	buf_done(&dates);
}

static void der_cert(struct buf *b, const struct making *m)
{
	uint8_t signature[129] = {0};
	struct buf body;

	buf_init(&body, DER_MAX);
	der_tbs(&body, m);
	buf_put(&body, m->ec ? alg_ec : alg_rsa, m->ec ? sizeof(alg_ec) : sizeof(alg_rsa));
	memcpy(signature + 1, &m->key, sizeof(m->key));
	der_put(&body, 3, span_of(signature, sizeof(signature)));
	der_put(b, 0x30, buf_view(&body));
	buf_done(&body);
}

/* What the store is told of it. */
struct made {
	struct buf der;
	struct cert_facts facts;
	char dn[90], issuer_dn[90];
	const char *sans[2];
	char wild[90];
};

static void make_cert(struct made *c, const struct making *m)
{
	uint8_t key[sizeof(m->key) + 1];

	buf_init(&c->der, DER_MAX);
	der_cert(&c->der, m);
	snprintf(c->dn, sizeof(c->dn), "CN=%s", m->cn);
	snprintf(c->issuer_dn, sizeof(c->issuer_dn), "CN=%s", m->issuer);
	memcpy(key, &m->key, sizeof(m->key));
	key[sizeof(m->key)] = m->ec;
	c->facts = (struct cert_facts){
	    .id = cert_id_of(buf_view(&c->der)),
	    .spki = cert_id_of(span_of(key, sizeof(key))),
	    .not_before_s = m->from_s,
	    .not_after_s = m->to_s,
	    .subject = c->dn,
	    .subject_cn = m->cn,
	    .issuer = c->issuer_dn,
	    .issuer_cn = m->issuer,
	    .serial = m->serial,
	    .sig_alg = m->ec ? "ecdsa-with-SHA256" : "sha256WithRSAEncryption",
	    .key_text = m->ec ? "P-256" : "RSA 2048",
	    .key_kind = m->ec ? KEY_EC : KEY_RSA,
	    .key_bits = m->ec ? 256 : 2048,
	    .is_ca = m->ca,
	    .self_issued = m->self_signed,
	    .self_signed = m->self_signed,
	};
	if (m->ca)
		return;
	snprintf(c->wild, sizeof(c->wild), "www.%s", m->cn);
	c->sans[0] = m->cn;
	c->sans[1] = c->wild;
	c->facts.sans = c->sans;
	c->facts.n_sans = m->cn[0] == '*' ? 1 : 2;
}

/* A name that many endpoints answer to, and the certificate that they show. */
struct service {
	struct digest256 chain, leaf;
	uint32_t number, issuer, endpoints, first; /* its endpoints, from this one on */
	int64_t to_s;
	bool wild, self_signed, ec;
	uint16_t generation;
};

static struct making issuers[ISSUERS];
static struct made issuer_certs[ISSUERS];

static void make_issuers(int64_t now_s)
{
	for (uint32_t i = 0; i < ISSUERS; i++) {
		struct making *m = &issuers[i];

		*m = (struct making){
		    .from_s = now_s - 2000 * DAY_S, .to_s = now_s + 2000 * DAY_S, .ca = true};
		snprintf(m->cn, sizeof(m->cn), i < 8 ? "R%u" : "Issuing CA %u", i + 3);
		snprintf(m->issuer, sizeof(m->issuer), "Root %u", i % 7);
		snprintf(m->serial, sizeof(m->serial), "%016x", 0x10000 + i);
		m->key = 1000000000 + i;
		m->ec = i % 3 == 0;
		make_cert(&issuer_certs[i], m);
	}
}

/* The i-th is asked for 1 / (i + 1) as often as the first. */
static uint32_t zipf(uint32_t n)
{
	uint64_t at = dice(1000000);
	double sum = 0, harmonic = 0;

	for (uint32_t i = 0; i < n; i++)
		harmonic += 1.0 / (i + 1);
	for (uint32_t i = 0; i < n; i++) {
		sum += 1000000.0 / (i + 1) / harmonic;
		if ((double)at < sum)
			return i;
	}
	return n - 1;
}

static const char *service_name(const struct service *v, char name[80])
{
	static const char *const kinds[] = {
	    "www", "api", "mail", "vpn", "db", "git", "printer", "k8s"};

	if (v->wild)
		snprintf(name, 80, "*.zone%u.example", v->number);
	else
		snprintf(name, 80, "%s%u.site%u.example", kinds[v->number % 8], v->number,
		    v->number % 997);
	return name;
}

static void finding_put(struct chain_verdict *v, uint16_t id, int64_t since_s, const char *evidence)
{
	struct finding *f = &v->findings[v->n_findings++];

	*f = (struct finding){.id = id,
	    .severity = finding_by_id(id)->severity,
	    .since_s = since_s,
	    .until_s = FOREVER_S};
	snprintf(f->evidence, sizeof(f->evidence), "%s", evidence);
}

static void findings_make(struct chain_verdict *v, const struct service *of, int64_t to_s)
{
	finding_put(v, FINDING_EXPIRING, to_s - 30 * DAY_S, "ends soon");
	v->findings[0].until_s = to_s;
	finding_put(v, FINDING_EXPIRED, to_s, "has ended");
	if (of->self_signed)
		finding_put(v, FINDING_SELF_SIGNED, ALWAYS_S, "signed with its own key");
	else if (of->issuer > 20)
		finding_put(v, FINDING_UNKNOWN_ISSUER, ALWAYS_S, "issuer is not known");
	if (of->number % 50 == 0)
		finding_put(v, FINDING_WEAK_SIGNATURE, ALWAYS_S, "SHA-1");
}

/* By those who should renew it. */
static bool is_forgotten(const struct service *v)
{
	return v->number % 33 == 7;
}

static void certificate_make(struct store *s, struct service *v, int64_t at_s)
{
	static const int lives[] = {398, 398, 398, 825, 90, 398, 3650, 398};
	int64_t life_s = (int64_t)lives[v->number % 8] * DAY_S;
	struct making m = {.ec = v->ec, .self_signed = v->self_signed};
	struct chain_verdict *verdict = calloc(1, sizeof(*verdict));
	struct digest256 ids[2];
	struct made leaf = {.facts = {.n_sans = 0}};

	if (!verdict)
		exit(2);
	service_name(v, m.cn);
	snprintf(m.issuer, sizeof(m.issuer), "%s", v->self_signed ? m.cn : issuers[v->issuer].cn);
	snprintf(m.serial, sizeof(m.serial), "%08x%08x", v->number + 0x1000000, v->generation);
	m.from_s = at_s - (int64_t)dice((uint64_t)life_s / 3);
	m.to_s = is_forgotten(v) ? at_s - (int64_t)dice(300) * DAY_S : m.from_s + life_s;
	m.key = v->generation % 2 ? v->number : v->number + ((uint64_t)v->generation << 32);
	make_cert(&leaf, &m);
	v->to_s = m.to_s;
	verdict->n_certs = v->self_signed ? 1 : 2;
	verdict->der[0] = buf_view(&leaf.der);
	verdict->facts[0] = &leaf.facts;
	verdict->der[1] = buf_view(&issuer_certs[v->issuer].der);
	verdict->facts[1] = &issuer_certs[v->issuer].facts;
	for (size_t i = 0; i < verdict->n_certs; i++)
		ids[i] = verdict->facts[i]->id;
	verdict->id = v->chain = chain_id_of(ids, verdict->n_certs);
	v->leaf = leaf.facts.id;
	findings_make(verdict, v, m.to_s);
	check(store_put_chain(s, verdict, at_s * 1000), s);
	buf_done(&leaf.der);
	free(verdict);
	v->generation++;
}

static struct observation observation_of(
    const struct service *v, uint32_t i, const struct run *run, int64_t at_s)
{
	static const uint16_t ports[] = {443, 443, 443, 443, 8443, 443, 993, 25, 636, 5432};
	static const uint16_t ciphers[] = {0x1301, 0x1302, 0xc02f, 0xc030, 0x1303};
	uint32_t number = v->first + i;
	uint16_t port = ports[number % 10];
	struct observation o = {
	    .endpoint = {.port = port, .transport = TRANSPORT_TCP},
	    .chain = v->chain,
	    .run = run->id,
	    .first_ms = at_s * 1000,
	    .last_ms = at_s * 1000,
	    .count = 1,
	    .connections = 1,
	    .evidence = EVIDENCE_SCAN,
	    .outcome = OUTCOME_CERTIFICATE,
	    .version = number % 5     ? 0x0304
		       : number % 100 ? 0x0303
				      : 0x0301,
	    .cipher = ciphers[number % 5],
	    .group = number % 3 ? 29 : 23,
	    .starttls = port == 25 ? 1 : 0,
	};

	o.endpoint.addr = addr_from_v4(0x0a000000 + number * 7 % 0x00fffff1);
	if (number % 11 == 0)
		o.evidence = number % 22 ? EVIDENCE_SENSOR : EVIDENCE_IMPORT;
	if (number % 5 == 0 && !v->wild)
		service_name(v, o.endpoint.name);
	if (number % 4)
		snprintf(o.hostname, sizeof(o.hostname), "host%u.net%u.example", number / 3,
		    number % 251);
	if (number % 20 == 0)
		o.findings[o.n_findings++] = (struct finding){FINDING_NAME_MISMATCH,
		    SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S, "the name is not in the certificate"};
	if (number % 30 == 0) { /* it showed none */
		o.chain = (struct digest256){{0}};
		o.outcome = number % 60 ? OUTCOME_NO_TLS : OUTCOME_TIMEOUT;
		o.n_findings = 0;
		o.version = o.cipher = o.group = 0;
	}
	return o;
}

static void batch_step(struct store *s, uint64_t *n)
{
	if (++*n % BATCH)
		return;
	check(store_commit(s), s);
	check(store_begin(s), s);
}

static void run_make(
    struct store *s, struct service *services, uint32_t n, int64_t at_s, bool first)
{
	struct run run = {.evidence = EVIDENCE_SCAN,
	    .started_ms = at_s * 1000,
	    .shards = 1,
	    .workers = 1,
	    .spec = "10.0.0.0/8"};
	struct stored stored;
	uint64_t steps = 0;
	size_t vanished;

	check(store_run_begin(s, &run), s);
	check(store_begin(s), s);
	for (uint32_t k = 0; k < n; k++) {
		struct service *v = &services[k];

		if (first || (!is_forgotten(v) && (v->to_s < at_s + 30 * DAY_S || dice(30) == 0)))
			certificate_make(s, v, at_s);
		for (uint32_t i = 0; i < v->endpoints; i++) {
			struct observation o = observation_of(v, i, &run, at_s + k / 1000);

			check(store_put_observation(s, &o, &stored), s);
			batch_step(s, &steps);
		}
	}
	check(store_commit(s), s);
	check(store_run_end(s, run.id, RUN_COMPLETED, (at_s + DAY_S) * 1000, NULL, NULL, &vanished),
	    s);
	fprintf(stderr, "make_store: run %llu: %llu endpoints\n", (unsigned long long)run.id,
	    (unsigned long long)steps);
}

static void owners_make(struct store *s, const struct service *services, uint32_t n, int64_t now_s)
{
	static const char *const tags[] = {"dmz", "internal", "pci"};
	struct arena arena;
	uint64_t steps = 0;

	arena_init(&arena, 1 << 20);
	check(store_begin(s), s);
	for (uint32_t k = 0; k < n; k++) {
		const struct noted of = {.certificate = services[k].leaf};
		char owner[32];
		struct note_change change = {.owner = owner,
		    .has_tags = true,
		    .n_tags = dice(3),
		    .tags = tags,
		    .at_ms = now_s * 1000,
		    .by = "make_store"};
		struct annotation said;

		if (dice(10) >= 4)
			continue;
		snprintf(owner, sizeof(owner), "team-%u", zipf(40));
		arena_reset(&arena);
		check(store_note_put(s, &of, &change, &arena, &said), s);
		batch_step(s, &steps);
	}
	check(store_commit(s), s);
	arena_done(&arena);
}

static uint32_t service_size(uint32_t number)
{
	if (number % 1000 == 0)
		return 300;
	return number % 100 == 1 ? 30 : 1 + (uint32_t)dice(6);
}

static uint32_t services_make(struct service *services, uint32_t endpoints)
{
	uint32_t n = 0, first = 0;

	for (; first < endpoints; n++) {
		uint32_t size = service_size(n);

		if (size > endpoints - first)
			size = endpoints - first;
		services[n] = (struct service){.number = n,
		    .first = first,
		    .endpoints = size,
		    .issuer = zipf(ISSUERS),
		    .wild = size >= 30,
		    .ec = dice(5) < 2,
		    .self_signed = dice(100) < 12};
		first += size;
	}
	return n;
}

int main(int argc, char **argv)
{
	uint32_t endpoints = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
	int64_t now_s = argc > 3 ? strtoll(argv[3], NULL, 10) : (int64_t)time(NULL);
	struct service *services = calloc(endpoints + 1, sizeof(*services));
	struct store *s = NULL;
	uint32_t n;

	if (argc < 2 || !endpoints || !services) {
		fprintf(stderr, "usage: make_store STORE [ENDPOINTS [NOW_S]]\n");
		return 2;
	}
	check(store_open(argv[1], STORE_WRITE, &s), NULL);
	make_issuers(now_s);
	n = services_make(services, endpoints);
	for (int run = 0; run < RUNS; run++)
		run_make(s, services, n, now_s - (RUNS - run) * 30 * (int64_t)DAY_S, run == 0);
	owners_make(s, services, n, now_s);
	store_close(s);
	free(services);
	return 0;
}
