#include "app/alerts.h"

#include "verdict/table.h"

#include "lib/test.h"

#include <unistd.h>

static struct store *store;
static char folder[32];
static struct alert told[16];
static size_t n_told;

static void on_tell(void *context, const struct alert *alert)
{
	(void)context;
	told[n_told++] = *alert;
}

static struct observation seen_at(int64_t ms)
{
	struct observation o = {
	    .endpoint = {.addr = addr_from_v4(0xc6336407),
		.port = 443,
		.transport = TRANSPORT_TCP,
		.name = "www.test"},
	    .first_ms = ms,
	    .last_ms = ms,
	    .count = 1,
	    .clients = 1,
	    .evidence = EVIDENCE_SENSOR,
	};

	return o;
}

static struct finding finding(uint16_t id, uint8_t severity, int64_t since_s, int64_t until_s)
{
	struct finding f = {.id = id, .severity = severity, .since_s = since_s, .until_s = until_s};

	return f;
}

static const struct cert_facts *leaf(void)
{
	static struct cert_facts facts = {.subject = "CN=www.test,O=Test", .subject_cn = ""};

	facts.id.b[0] = 0xaa;
	return &facts;
}

static void observe(const struct observation *o, const struct chain_verdict *chain)
{
	struct observed observed = {.seen = o, .chain = chain};

	n_told = 0;
	CHECK(!err_is(store_begin(store)));
	CHECK(!err_is(alerts_observed(store, 86400000, &observed, on_tell, NULL)));
	CHECK(!err_is(store_commit(store)));
}

static void store_end(void)
{
	static const char *const files[] = {"x.db", "x.db-wal", "x.db-shm"};
	char path[64];

	store_close(store);
	store = NULL;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && *folder; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void a_fresh_store(void)
{
	char path[64];

	store_end();
	snprintf(folder, sizeof(folder), "/tmp/certscape-XXXXXX");
	CHECK(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.db", folder);
	CHECK(!err_is(store_open(path, STORE_WRITE, &store)));
}

/* What holds then and there, of medium severity or more, each once. */
static void what_holds_and_matters_is_told(void)
{
	struct observation o = seen_at(1000000);
	struct chain_verdict chain = {.n_certs = 1, .facts = {leaf()}, .n_findings = 5};

	a_fresh_store();
	chain.findings[0] = finding(FINDING_SELF_SIGNED, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	chain.findings[1] = finding(FINDING_EXPIRED, SEVERITY_HIGH, 1001, FOREVER_S); /* not yet */
	chain.findings[2] = finding(FINDING_EXPIRING, SEVERITY_LOW, ALWAYS_S, FOREVER_S);
	chain.findings[3] = finding(FINDING_WEAK_KEY, SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S);
	chain.findings[4] = finding(FINDING_WEAK_KEY, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	o.n_findings = 1;
	o.findings[0] = finding(FINDING_OLD_PROTOCOL, SEVERITY_LOW, ALWAYS_S, FOREVER_S);
	observe(&o, &chain);
	CHECK_EQ(n_told, 3);
	CHECK_EQ(told[0].reason, FINDING_SELF_SIGNED);
	CHECK_EQ(told[1].reason, FINDING_WEAK_KEY);
	CHECK_EQ(told[1].connections, 1);
	CHECK_EQ(told[2].reason, FINDING_OLD_PROTOCOL);
	CHECK_STR(told[0].subject, "CN=www.test,O=Test");
	CHECK_EQ(told[0].certificate.b[0], 0xaa);
	o = seen_at(1000500);
	o.count = 41;
	observe(&o, &chain);
	CHECK_EQ(n_told, 0);
	o = seen_at(1000500 + 86400001);
	observe(&o, &chain);
	CHECK_EQ(n_told, 3); /* self-signed, weak-key; and expired by then */
	CHECK_EQ(told[0].connections, 43);
}

/* The fault is the alert; that the client saw it too is none. */
static void an_opinion_is_told_where_nothing_explains_it(void)
{
	struct observation o = seen_at(1000000);
	struct chain_verdict chain = {.n_certs = 1, .facts = {leaf()}, .n_findings = 1};

	a_fresh_store();
	chain.findings[0] = finding(FINDING_SELF_SIGNED, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	o.outcome = OUTCOME_REJECTED;
	o.n_findings = 1;
	o.findings[0] = finding(FINDING_CLIENT_REJECTED, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	CHECK(alerts_is_sequel(&o));
	observe(&o, &chain);
	CHECK_EQ(n_told, 0);
	chain.n_findings = 0;
	observe(&o, &chain);
	CHECK_EQ(n_told, 1);
	CHECK_EQ(told[0].reason, FINDING_CLIENT_REJECTED);
	observe(&o, NULL); /* the name stands for a certificate that is hidden: another alert */
	CHECK_EQ(n_told, 1);
	CHECK(digest256_is_zero(&told[0].certificate));
}

/* Which of the faults of a self-signed certificate without a SAN are told to whom asked for a
 * name. */
static size_t n_told_of_self_signed(
    const char *asked_for, const char *common_name, bool self_signed)
{
	struct observation o = seen_at(1000000);
	struct cert_facts facts = *leaf();
	struct chain_verdict chain = {.n_certs = 1, .facts = {&facts}};

	a_fresh_store();
	snprintf(o.endpoint.name, sizeof(o.endpoint.name), "%s", asked_for);
	facts.subject_cn = common_name;
	if (self_signed) {
		chain.findings[chain.n_findings++] =
		    finding(FINDING_SELF_SIGNED, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
		chain.findings[chain.n_findings++] =
		    finding(FINDING_CA_AS_LEAF, SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S);
	}
	chain.findings[chain.n_findings++] =
	    finding(FINDING_NO_SAN, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	o.n_findings = 1;
	o.findings[0] = finding(FINDING_NAME_MISMATCH, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	observe(&o, &chain);
	return n_told;
}

static void one_fault_is_one_alert(void)
{
	CHECK_EQ(n_told_of_self_signed("", "localhost", true), 1);
	CHECK_EQ(told[0].reason, FINDING_SELF_SIGNED);
	CHECK_EQ(n_told_of_self_signed("www.test", "WWW.test", true), 1);
	CHECK_EQ(told[0].reason, FINDING_SELF_SIGNED);
	CHECK_EQ(n_told_of_self_signed("www.test", "localhost", true), 2);
	CHECK_EQ(told[1].reason, FINDING_NAME_MISMATCH);
	CHECK_EQ(n_told_of_self_signed("www.test", "www.test", false), 1);
	CHECK_EQ(told[0].reason, FINDING_NO_SAN);
	CHECK_EQ(n_told_of_self_signed("", "localhost", false), 2);
}

/* That a client does not know the issuer has nothing to do with the cipher. */
static void how_they_speak_explains_no_opinion(void)
{
	struct observation o = seen_at(1000000);
	struct chain_verdict chain = {.n_certs = 1, .facts = {leaf()}};

	a_fresh_store();
	o.outcome = OUTCOME_REJECTED;
	o.n_findings = 3;
	o.findings[0] = finding(FINDING_OLD_PROTOCOL, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	o.findings[1] = finding(FINDING_WEAK_CIPHER, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	o.findings[2] = finding(FINDING_CLIENT_REJECTED, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	observe(&o, &chain);
	CHECK_EQ(n_told, 1);
	CHECK_EQ(told[0].reason, FINDING_CLIENT_REJECTED);
	a_fresh_store();
	o.findings[0].id = FINDING_NAME_MISMATCH;
	observe(&o, &chain);
	CHECK_EQ(n_told, 0);
}

/* What is known of the same certificates from another server. */
static void a_cut_chain_misses_no_issuer(void)
{
	struct observation o = seen_at(1000000);
	struct chain_verdict chain = {.n_certs = 1, .facts = {leaf()}, .n_findings = 1};

	a_fresh_store();
	chain.findings[0] = finding(FINDING_INCOMPLETE_CHAIN, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	o.flags = OBS_CHAIN_CUT;
	observe(&o, &chain);
	CHECK_EQ(n_told, 0);
	o.flags = 0;
	observe(&o, &chain);
	CHECK_EQ(n_told, 1);
}

static void a_good_server_is_no_alert(void)
{
	struct observation o = seen_at(1000000);
	struct chain_verdict chain = {.n_certs = 1, .facts = {leaf()}};

	a_fresh_store();
	observe(&o, &chain);
	CHECK_EQ(n_told, 0);
	observe(&o, NULL);
	CHECK_EQ(n_told, 0);
	CHECK(!alerts_is_sequel(&o));
}

int main(void)
{
	RUN(what_holds_and_matters_is_told);
	RUN(an_opinion_is_told_where_nothing_explains_it);
	RUN(one_fault_is_one_alert);
	RUN(how_they_speak_explains_no_opinion);
	RUN(a_cut_chain_misses_no_issuer);
	RUN(a_good_server_is_no_alert);
	store_end();
	return test_done();
}
