/*
 * store_second.c: how fast an inventory that has not changed is stored again. Fills a new store
 * with endpoints that share a few thousand chains, as networks do, and then puts every observation
 * once more, an hour later, in batches as the keeper makes them. Prints observations per second of
 * both runs.
 *
 *	store_second STORE [ENDPOINTS [CHAINS]]
 */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 2000, HOUR_MS = 3600000, DER_BYTES = 900, PORTS = 10 };

static const int64_t FIRST_MS = 1700000000000;

static void check(struct err e, const struct store *s)
{
	char text[256];

	if (!err_is(e))
		return;
	fprintf(stderr, "store_second: %s: %s\n", err_text(e, text, sizeof(text)),
	    s ? store_detail(s) : "");
	exit(2);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The i-th chain: a leaf of its own under one issuer. The store believes what it is told. */
static void put_chain(struct store *s, unsigned i, struct digest256 *ret_id)
{
	uint8_t der[2][DER_BYTES] = {{0}, {1}};
	char name[64], dn[80];
	const char *sans[] = {name};
	struct cert_facts leaf = {.subject = dn,
	    .subject_cn = name,
	    .issuer = "CN=bench",
	    .issuer_cn = "bench",
	    .serial = "0123456789",
	    .sig_alg = "ecdsa-with-SHA256",
	    .key_text = "P-256",
	    .key_kind = KEY_EC,
	    .key_bits = 256,
	    .not_after_s = 1800000000,
	    .n_sans = 1,
	    .sans = sans};
	struct cert_facts issuer = leaf;
	struct chain_verdict verdict = {.n_certs = 2,
	    .der = {span_of(der[0], DER_BYTES), span_of(der[1], DER_BYTES)},
	    .facts = {&leaf, &issuer}};
	struct digest256 ids[2];

	snprintf(name, sizeof(name), "host-%u.bench.example", i);
	snprintf(dn, sizeof(dn), "CN=%s", name);
	memcpy(der[0] + 1, name, sizeof(name));
	issuer.subject = "CN=bench";
	issuer.subject_cn = "bench";
	issuer.is_ca = issuer.self_issued = true;
	issuer.n_sans = 0;
	for (size_t k = 0; k < 2; k++)
		ids[k] = cert_id_of(verdict.der[k]);
	leaf.id = leaf.spki = ids[0];
	issuer.id = issuer.spki = ids[1];
	verdict.id = *ret_id = chain_id_of(ids, 2);
	check(store_put_chain(s, &verdict, FIRST_MS), s);
}

static struct observation observation_of(unsigned i, const struct digest256 *chain, int64_t ms)
{
	uint32_t host = i / PORTS;
	struct observation o = {
	    .endpoint = {.port = (uint16_t)(8000 + i % PORTS), .transport = TRANSPORT_TCP},
	    .chain = *chain,
	    .first_ms = ms,
	    .last_ms = ms,
	    .outcome = OUTCOME_CERTIFICATE,
	    .evidence = EVIDENCE_SCAN,
	    .count = 1,
	    .version = 0x0304,
	    .cipher = 0x1301,
	    .group = 29,
	    .connections = 1};

	o.endpoint.addr = addr_from_v4(0x0a000000 + host);
	return o;
}

/* All observations, as one run of a scan would put them. Returns how many per second. */
static double put_all(
    struct store *s, unsigned n, const struct digest256 *chains, unsigned n_chains, int64_t ms)
{
	struct run run = {.evidence = EVIDENCE_SCAN,
	    .started_ms = ms,
	    .shards = 1,
	    .workers = 1,
	    .spec = "bench"};
	double began = now_s();
	size_t vanished;

	check(store_run_begin(s, &run), s);
	for (unsigned i = 0; i < n; i++) {
		struct observation o = observation_of(i, &chains[i % n_chains], ms);
		struct stored stored;

		o.run = run.id;
		if (i % BATCH == 0)
			check(store_begin(s), s);
		check(store_put_observation(s, &o, &stored), s);
		if (i % BATCH == BATCH - 1 || i + 1 == n)
			check(store_commit(s), s);
	}
	check(store_run_end(s, run.id, RUN_COMPLETED, ms, NULL, NULL, &vanished), s);
	return n / (now_s() - began);
}

int main(int argc, char **argv)
{
	unsigned n = argc > 2 ? (unsigned)atoi(argv[2]) : 100000;
	unsigned n_chains = argc > 3 ? (unsigned)atoi(argv[3]) : 5000;
	struct digest256 *chains = calloc(n_chains, sizeof(*chains));
	struct store *s = NULL;
	double first, second;

	if (argc < 2 || !chains || n_chains == 0)
		return 2;
	check(store_open(argv[1], STORE_WRITE, &s), NULL);
	check(store_begin(s), s);
	for (unsigned i = 0; i < n_chains; i++)
		put_chain(s, i, &chains[i]);
	check(store_commit(s), s);
	first = put_all(s, n, chains, n_chains, FIRST_MS);
	second = put_all(s, n, chains, n_chains, FIRST_MS + HOUR_MS);
	printf("endpoints %u first %.0f/s second %.0f/s\n", n, first, second);
	store_close(s);
	free(chains);
	return 0;
}
