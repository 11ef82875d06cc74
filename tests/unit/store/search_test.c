#include "lab.h"

/* A small network, asked in every way. Hosts are 10.0.0.N:443. */
static struct arena arena;

enum { NOW_S = 10000 };

static void network(struct store *s)
{
	static const struct lab_cert leaves[] = {
	    {"www.example,Example.org", "Lab CA", "k1", "0a", KEY_RSA, 9000, false}, /* expired */
	    {"mail.example", "Other CA", "k2", "0b", KEY_EC, 20000, false},
	    {"late.example", "Lab CA", "k3", "0c", KEY_RSA, 11000, false}, /* expires in 1000 s */
	    {"Self", "Self", "k4", "0d", KEY_RSA, 50000, false}};
	static const struct lab_cert ca = {"Lab CA", "Lab CA", "kca", "01", KEY_RSA, 90000, true};
	struct chain_verdict *v, *late = NULL;
	struct observation o;

	for (uint32_t i = 0; i < 4; i++) {
		const struct lab_cert chain[] = {leaves[i], ca};

		v = lab_chain(&arena, chain, i == 0 ? 2 : 1);
		lab_finding(v, FINDING_EXPIRED, SEVERITY_HIGH, leaves[i].not_after_s, FOREVER_S);
		if (i == 2)
			late = v;
		if (i == 3)
			lab_finding(v, FINDING_SELF_SIGNED, SEVERITY_CRITICAL, ALWAYS_S, FOREVER_S);
		o = lab_seen(i + 1, v, i < 2 ? 1 : 2, 1000000 * (i + 1));
		if (i == 1) {
			snprintf(o.hostname, sizeof(o.hostname), "mx.example");
			snprintf(o.endpoint.name, sizeof(o.endpoint.name), "mail.example");
			o.endpoint.port = 25;
			o.flags = OBS_CLIENT_CERT_ASKED;
			o.findings[o.n_findings++] = (struct finding){
			    FINDING_NAME_MISMATCH, SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S, "x"};
		}
		lab_put(s, v, &o);
	}
	o = lab_seen(5, NULL, 2, 5000000);
	lab_put(s, NULL, &o);
	/* Host 1 had another chain once. */
	o = lab_seen(1, late, 0, 1000);
	lab_put(s, late, &o);
}

struct hosts {
	char text[64]; /* "1 2 3" */
	size_t stop_after;
	size_t n;
};

static bool take_row(void *context, const struct inventory_row *row)
{
	struct hosts *hosts = context;
	size_t at = strlen(hosts->text);

	snprintf(hosts->text + at, sizeof(hosts->text) - at, "%s%u", at ? " " : "",
	    row->seen->endpoint.addr.b[15]);
	return ++hosts->n != hosts->stop_after;
}

static const char *found(struct store *s, const struct query *where)
{
	static struct hosts hosts;
	struct search search = {.where = where, .now_s = NOW_S, .bare = true};
	size_t n = 0;

	memset(&hosts, 0, sizeof(hosts));
	CHECK(where != NULL);
	CHECK(went_well(store_search(s, &search, take_row, &hosts, &n), s));
	CHECK_EQ(n, hosts.n);
	return hosts.text;
}

static void texts(void)
{
	static const struct {
		enum field_id field;
		enum query_op op;
		const char *text;
		const char *hosts;
	} cases[] = {
	    {FIELD_SUBJECT, QUERY_EQ, "MAIL.example", "2"},
	    {FIELD_SUBJECT, QUERY_CONTAINS, "EXAMPLE", "1 2 3"},
	    {FIELD_SUBJECT, QUERY_NE, "Self", "1 2 3 5"},
	    {FIELD_SUBJECT, QUERY_CONTAINS, "%", ""},
	    {FIELD_SUBJECT_DN, QUERY_EQ, "CN=Self", "4"},
	    {FIELD_ISSUER, QUERY_CONTAINS, "ca", "1 2 3"},
	    {FIELD_ISSUER_DN, QUERY_CONTAINS, "other", "2"},
	    {FIELD_HOSTNAME, QUERY_EQ, "mx.example", "2"},
	    {FIELD_SNI, QUERY_EQ, "mail.example", "2"},
	    {FIELD_SANS, QUERY_EQ, "example.ORG", "1"},
	    {FIELD_SANS, QUERY_CONTAINS, "example", "1 2 3"},
	    {FIELD_SANS, QUERY_NE, "www.example", "2 3 4 5"},
	    {FIELD_SERIAL, QUERY_EQ, "0c", "3"},
	    {FIELD_KEY, QUERY_EQ, "p-256", "2"},
	    {FIELD_SIG_ALG, QUERY_CONTAINS, "sha256", "1 2 3 4"},
	    {FIELD_OUTCOME, QUERY_EQ, "no-tls", "5"},
	    {FIELD_OUTCOME, QUERY_NE, "no-tls", "1 2 3 4"},
	    {FIELD_SOURCE, QUERY_EQ, "scan", "1 2 3 4 5"},
	    {FIELD_TRANSPORT, QUERY_EQ, "TCP", "1 2 3 4 5"},
	    {FIELD_TRANSPORT, QUERY_EQ, "quic", ""},
	    {FIELD_SEVERITY, QUERY_EQ, "high", "1"},
	    {FIELD_SEVERITY, QUERY_GE, "high", "1 4"},
	    {FIELD_SEVERITY, QUERY_LT, "high", "2 3 5"},
	};
	struct store *s = lab_store();

	network(s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got =
		    found(s, query_text(&arena, cases[i].field, cases[i].op, cases[i].text));

		if (strcmp(got, cases[i].hosts) != 0)
			printf("# %s %s %s\n", field_by_id(cases[i].field)->name,
			    query_op_text(cases[i].op), cases[i].text);
		CHECK_STR(got, cases[i].hosts);
	}
	store_close(s);
}

static void numbers_and_times(void)
{
	static const struct {
		enum field_id field;
		enum query_op op;
		int64_t number;
		const char *hosts;
	} cases[] = {
	    {FIELD_PORT, QUERY_EQ, 25, "2"},
	    {FIELD_PORT, QUERY_NE, 25, "1 3 4 5"},
	    {FIELD_NOT_AFTER, QUERY_LT, 12000, "1 3"},
	    {FIELD_NOTVALIDAFTER, QUERY_GE, 20000, "2 4"},
	    {FIELD_NOT_BEFORE, QUERY_LE, 1000, "1 2 3 4"},
	    {FIELD_NOT_BEFORE, QUERY_GT, 1000, ""},
	    {FIELD_TIMESTAMP, QUERY_GT, 3000, "4 5"},
	    {FIELD_FIRST_SEEN, QUERY_LE, 1000, "1"},
	    {FIELD_LAST_SEEN, QUERY_EQ, 2000, "2"},
	    {FIELD_KEY_BITS, QUERY_LT, 2048, "2"},
	    {FIELD_VERSION_ID, QUERY_EQ, 0x0303, "1 2 3 4 5"},
	    {FIELD_CLIENT_CERT_ASKED, QUERY_EQ, 1, "2"},
	    {FIELD_OCSP_STAPLED, QUERY_EQ, 1, ""},
	    {FIELD_SELF_SIGNED, QUERY_EQ, 1, "4"},
	    {FIELD_IS_CA, QUERY_EQ, 0, "1 2 3 4"},
	    {FIELD_CONNECTIONS, QUERY_EQ, 1, "1 2 3 4 5"},
	};
	struct store *s = lab_store();

	network(s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got =
		    found(s, query_number(&arena, cases[i].field, cases[i].op, cases[i].number));

		if (strcmp(got, cases[i].hosts) != 0)
			printf("# case %zu\n", i);
		CHECK_STR(got, cases[i].hosts);
	}
	store_close(s);
}

static void addresses(void)
{
	struct store *s = lab_store();
	struct addr a = addr_from_v4(0x0a000002), net = addr_from_v4(0x0a000000);

	network(s);
	CHECK_STR(found(s, query_cidr(&arena, FIELD_IP, &a, 128)), "2");
	CHECK_STR(found(s, query_cidr(&arena, FIELD_IP, &a, 127)), "2 3");
	CHECK_STR(found(s, query_cidr(&arena, FIELD_IP, &net, 126)), "1 2 3");
	CHECK_STR(found(s, query_cidr(&arena, FIELD_IP, &net, 0)), "1 2 3 4 5");
	net.b[12] = 11;
	CHECK_STR(found(s, query_cidr(&arena, FIELD_IP, &net, 104)), "");
	store_close(s);
}

/* What is wrong depends on when it is asked for. */
static void findings_hold_in_their_time(void)
{
	struct store *s = lab_store();

	network(s);
	CHECK_STR(found(s, query_has_finding(&arena, "expired", NOW_S)), "1");
	CHECK_STR(found(s, query_has_finding(&arena, "expired", 8999)), "");
	CHECK_STR(found(s, query_has_finding(&arena, "expired", 9000)), "1");
	CHECK_STR(found(s, query_has_finding(&arena, "expired", 11000)), "1 3");
	CHECK_STR(found(s, query_has_finding(&arena, "expired", 99999)), "1 2 3 4");
	CHECK_STR(found(s, query_has_finding(&arena, "name-mismatch", NOW_S)), "2");
	CHECK_STR(found(s, query_has_finding(&arena, "self-signed", NOW_S)), "4");
	CHECK_STR(found(s, query_exists(&arena, FIELD_FINDINGS)), "1 2 4");
	store_close(s);
}

static void and_or_not(void)
{
	struct store *s = lab_store();
	const struct query *lab = query_text(&arena, FIELD_ISSUER, QUERY_EQ, "Lab CA");
	const struct query *mail = query_number(&arena, FIELD_PORT, QUERY_EQ, 25);
	const struct query *expired = query_has_finding(&arena, "expired", NOW_S);

	network(s);
	CHECK_STR(found(s, query_and(&arena, lab, expired)), "1");
	CHECK_STR(found(s, query_or(&arena, mail, expired)), "1 2");
	/* Without a certificate there is no issuer, so it is not Lab CA. */
	CHECK_STR(found(s, query_not(&arena, lab)), "2 4 5");
	CHECK_STR(found(s, query_not(&arena, query_or(&arena, lab, mail))), "4 5");
	CHECK_STR(found(s, query_and(&arena, lab, query_not(&arena, expired))), "3");
	CHECK_STR(found(s, query_all(&arena)), "1 2 3 4 5");
	store_close(s);
}

static void what_exists(void)
{
	struct store *s = lab_store();

	network(s);
	CHECK_STR(found(s, query_exists(&arena, FIELD_SHA256)), "1 2 3 4");
	CHECK_STR(found(s, query_exists(&arena, FIELD_HOSTNAME)), "2");
	CHECK_STR(found(s, query_exists(&arena, FIELD_SANS)), "1 2 3 4");
	CHECK_STR(found(s, query_exists(&arena, FIELD_NOT_AFTER)), "1 2 3 4");
	CHECK_STR(found(s, query_exists(&arena, FIELD_ALERT_ID)), "");
	CHECK_STR(found(s, query_exists(&arena, FIELD_IP)), "1 2 3 4 5");
	CHECK_STR(found(s, query_exists(&arena, FIELD_CHAIN)), "1 2 3 4");
	CHECK_STR(found(s, query_exists(&arena, FIELD_CHAIN_ID)), "1 2 3 4");
	store_close(s);
}

static size_t count_of(struct store *s, const struct search *search)
{
	struct hosts hosts = {0};
	size_t n = 99;

	CHECK(went_well(store_search(s, search, take_row, &hosts, &n), s));
	CHECK_EQ(n, hosts.n);
	return n;
}

static void what_else_a_search_says(void)
{
	struct store *s = lab_store();
	struct hosts hosts = {.stop_after = 2};
	struct search all = {.now_s = NOW_S};
	size_t n = 0;

	network(s);
	CHECK_EQ(count_of(s, &(struct search){0}), 4);
	CHECK_EQ(count_of(s, &(struct search){.bare = true}), 5);
	CHECK_EQ(count_of(s, &(struct search){.gone = true}), 5);
	CHECK_EQ(count_of(s, &(struct search){.run = 1}), 2);
	CHECK_EQ(count_of(s, &(struct search){.run = 2, .bare = true}), 3);
	CHECK_EQ(count_of(s, &(struct search){.limit = 3}), 3);
	CHECK(went_well(store_search(s, &all, take_row, &hosts, &n), s));
	CHECK_EQ(n, 2);
	store_close(s);
}

/* Every field is either searched for or refused in words, with every operator, and never a broken
 * SQL. */
static void every_field_and_operator(void)
{
	struct store *s = lab_store();
	struct addr a = addr_from_v4(1);
	size_t n, refused = 0, tried = 0;

	network(s);
	for (int field = 1; field < FIELD_MAX; field++) {
		for (int op = 0; op < QUERY_OP_MAX; op++) {
			const struct query *queries[] = {query_text(&arena, (enum field_id)field,
							     (enum query_op)op, "it's \"x\" ?"),
			    query_number(
				&arena, (enum field_id)field, (enum query_op)op, INT64_MIN),
			    query_cidr(&arena, (enum field_id)field, &a, 104)};

			for (size_t i = 0; i < 3; i++) {
				struct search search = {.where = queries[i]};
				struct hosts hosts = {0};
				struct err e = store_search(s, &search, take_row, &hosts, &n);

				tried++;
				refused += err_is(e);
				CHECK(!err_is(e) || err_class(e) == ERR_INPUT);
			}
		}
	}
	CHECK(refused > 0 && refused < tried);
	store_close(s);
}

static void too_deep_is_refused(void)
{
	struct store *s = lab_store();
	const struct query *q = query_number(&arena, FIELD_PORT, QUERY_EQ, 443), *wide = q;
	struct hosts hosts = {0};
	size_t n = 0;

	network(s);
	for (int i = 0; i < 5000; i++)
		q = query_not(&arena, q);
	CHECK_EQ(err_class(store_search(s, &(struct search){.where = q}, take_row, &hosts, &n)),
	    ERR_INPUT);
	for (int i = 0; i < 9; i++)
		wide = query_or(&arena, wide, wide);
	CHECK(went_well(store_search(s, &(struct search){.where = wide}, take_row, &hosts, &n), s));
	CHECK_STR(hosts.text, "1 3 4");
	wide = query_or(&arena, query_or(&arena, wide, wide), query_or(&arena, wide, wide));
	CHECK(err_is(store_search(s, &(struct search){.where = wide}, take_row, &hosts, &n)));
	store_close(s);
}

struct certs {
	size_t n;
	struct digest256 last;
	int64_t first_seen_ms;
};

static bool take_cert(void *context, const struct cert_facts *facts, struct span der, int64_t first)
{
	struct certs *certs = context;
	struct digest256 id = cert_id_of(der);

	certs->n++;
	certs->last = facts->id;
	certs->first_seen_ms = first;
	CHECK(digest256_eq(&id, &facts->id));
	return true;
}

static void a_certificate_by_the_beginning_of_its_digest(void)
{
	static const struct lab_cert late = {
	    "late.example", "Lab CA", "k3", "0c", KEY_RSA, 11000, false};
	struct store *s = lab_store();
	struct digest256 id = lab_chain(&arena, &late, 1)->facts[0]->id;
	struct certs certs = {0};
	struct hosts hosts = {0};
	char hex[65];

	network(s);
	for (int i = 0; i < 32; i++)
		snprintf(hex + (size_t)i * 2, 3, i % 2 ? "%02X" : "%02x", id.b[i]);
	for (size_t n = 64; n >= 5; n--) {
		hex[n] = 0;
		certs.n = 0;
		CHECK(went_well(store_each_cert(s, hex, take_cert, &certs), s));
		CHECK_EQ(certs.n, 1);
		CHECK(digest256_eq(&certs.last, &id));
	}
	CHECK_EQ(certs.first_seen_ms, 1000);
	CHECK(went_well(store_rows_of_cert(s, &id, take_row, &hosts), s));
	CHECK_STR(hosts.text, "1 3");
	CHECK_EQ(err_class(store_each_cert(s, "abc", take_cert, &certs)), ERR_INPUT);
	CHECK_EQ(err_detail(store_each_cert(s, "abcdxf", take_cert, &certs)), 0);
	CHECK_EQ(store_each_cert(s, "abcdxf", take_cert, &certs).at, 4);
	CHECK_EQ(certs.n, 1);
	store_close(s);
}

static void all_that_an_address_served(void)
{
	struct store *s = lab_store();
	struct endpoint e = lab_endpoint(1);
	struct hosts hosts = {0};

	network(s);
	CHECK(went_well(store_rows_at(s, &e.addr, 443, take_row, &hosts), s));
	CHECK_EQ(hosts.n, 2);
	hosts.n = 0;
	CHECK(went_well(store_rows_at(s, &e.addr, 0, take_row, &hosts), s));
	CHECK_EQ(hosts.n, 2);
	hosts.n = 0;
	CHECK(went_well(store_rows_at(s, &e.addr, 444, take_row, &hosts), s));
	CHECK_EQ(hosts.n, 0);
	store_close(s);
}

static void the_summary_counts(void)
{
	struct store *s = lab_store();
	struct store_summary sum = {0};
	uint64_t run;

	run = lab_run(s, 0);
	CHECK_EQ(run, 1);
	network(s);
	CHECK(went_well(store_summary(s, 0, NOW_S, &sum), s));
	CHECK_EQ(sum.endpoints, 4);
	CHECK_EQ(sum.certificates, 4);
	CHECK_EQ(sum.changes, 4);
	CHECK_EQ(sum.outcomes[OUTCOME_CERTIFICATE], 4);
	CHECK_EQ(sum.outcomes[OUTCOME_NO_TLS], 1);
	CHECK_EQ(sum.n_findings, 3);
	CHECK_EQ(sum.findings[0].id, FINDING_SELF_SIGNED);
	CHECK_EQ(sum.findings[1].id, FINDING_EXPIRED);
	CHECK_EQ(sum.findings[1].endpoints, 1);
	CHECK_EQ(sum.findings[2].id, FINDING_NAME_MISMATCH);
	CHECK_EQ(sum.n_expiries, 3);
	CHECK_EQ(sum.expiries[0].not_after_s, 11000);
	CHECK_STR(sum.expiries[0].subject_cn, "late.example");
	CHECK_EQ(sum.expiries[0].endpoint.addr.b[15], 3);
	CHECK_EQ(sum.expiries[2].not_after_s, 50000);
	CHECK_EQ(sum.n_issuers, 3);
	CHECK_STR(sum.issuers[0].text, "Lab CA");
	CHECK_EQ(sum.issuers[0].certificates, 2);
	store_close(s);
}

static void the_summary_of_a_run_is_of_what_it_saw(void)
{
	struct store *s = lab_store();
	struct store_summary sum = {0};

	lab_run(s, 500000);
	network(s);
	CHECK(went_well(store_summary(s, 1, NOW_S, &sum), s));
	CHECK_EQ(sum.endpoints, 2);
	CHECK_EQ(sum.certificates, 2);
	CHECK_EQ(sum.new_certificates, 2);
	CHECK_EQ(sum.changes, 2);
	CHECK_EQ(sum.outcomes[OUTCOME_NO_TLS], 0);
	CHECK_EQ(sum.n_expiries, 1);
	CHECK_EQ(sum.n_findings, 2);
	store_close(s);
}

struct hidden_row {
	size_t n;
	bool inferred, contradicted;
	char subject[64];
};

static bool keep_hidden(void *context, const struct inventory_row *row)
{
	struct hidden_row *kept = context;

	if (row->seen->outcome != OUTCOME_HIDDEN)
		return true;
	kept->n++;
	kept->inferred = row->inferred != NULL;
	kept->contradicted = row->contradicted;
	if (row->inferred)
		snprintf(kept->subject, sizeof(kept->subject), "%s", row->inferred->subject_cn);
	return true;
}

static struct hidden_row hidden(struct store *s)
{
	const struct search search = {.now_s = 1, .bare = true};
	struct hidden_row kept = {0};
	size_t n;

	CHECK(went_well(store_search(s, &search, keep_hidden, &kept, &n), s));
	return kept;
}

/* The length of what was sealed may contradict, and never proves. */
static void what_tls13_hides_is_inferred(void)
{
	static const struct lab_cert leaf = {
	    "a.example", "Lab CA", "k1", "1", KEY_RSA, 9000, false};
	struct store *s = lab_store();
	struct chain_verdict *v = lab_chain(&arena, &leaf, 1);
	struct observation seen = lab_seen(1, NULL, 0, 1000), scanned = lab_seen(1, v, 1, 2000);
	uint32_t length = (uint32_t)v->der[0].n + 30;
	struct hidden_row row;

	seen.evidence = EVIDENCE_SENSOR;
	seen.outcome = OUTCOME_HIDDEN;
	seen.clients = 7;
	seen.sensed.sealed_certificate_n = length;
	lab_put(s, NULL, &seen);
	row = hidden(s);
	CHECK(row.n == 1 && !row.inferred);

	lab_put(s, v, &scanned);
	seen.last_ms = 3000;
	lab_put(s, NULL, &seen);
	row = hidden(s);
	CHECK(row.n == 1 && row.inferred && !row.contradicted);
	CHECK_STR(row.subject, "a.example");

	seen.last_ms = 4000;
	seen.sensed.sealed_certificate_n = length - 1;
	lab_put(s, NULL, &seen);
	CHECK(hidden(s).contradicted);
	seen.last_ms = 5000;
	seen.sensed.sealed_certificate_n = length + 500;
	lab_put(s, NULL, &seen);
	CHECK(!hidden(s).contradicted);
	lab_sound(s);
	store_close(s);
}

static bool keep_clients(void *context, const struct inventory_row *row)
{
	uint32_t *clients = context;

	if (row->chain)
		*clients = row->seen->clients;
	return true;
}

static void a_scan_concerns_the_clients_of_the_sensor(void)
{
	static const struct lab_cert leaf = {
	    "a.example", "Lab CA", "k1", "1", KEY_RSA, 9000, false};
	struct store *s = lab_store();
	struct chain_verdict *v = lab_chain(&arena, &leaf, 1);
	struct observation seen = lab_seen(1, NULL, 0, 1000), scanned = lab_seen(1, v, 1, 2000);
	const struct search search = {.now_s = 1};
	uint32_t clients = 0;
	size_t n;

	seen.evidence = EVIDENCE_SENSOR;
	seen.outcome = OUTCOME_HIDDEN;
	seen.clients = 7;
	lab_put(s, NULL, &seen);
	lab_put(s, v, &scanned);
	CHECK(went_well(store_search(s, &search, keep_clients, &clients, &n), s));
	CHECK_EQ(clients, 7);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 64 << 20);
	RUN(texts);
	RUN(numbers_and_times);
	RUN(addresses);
	RUN(findings_hold_in_their_time);
	RUN(and_or_not);
	RUN(what_exists);
	RUN(what_else_a_search_says);
	RUN(every_field_and_operator);
	RUN(too_deep_is_refused);
	RUN(a_certificate_by_the_beginning_of_its_digest);
	RUN(all_that_an_address_served);
	RUN(the_summary_counts);
	RUN(the_summary_of_a_run_is_of_what_it_saw);
	arena_done(&arena);
	RUN(what_tls13_hides_is_inferred);
	RUN(a_scan_concerns_the_clients_of_the_sensor);
	lab_drop();
	return test_done();
}
