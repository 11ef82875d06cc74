#include "lab.h"

static struct arena arena;

static const struct lab_cert leaf_a = {
    "a.example,b.example", "Lab CA", "k1", "1", KEY_RSA, 9000, false};
static const struct lab_cert lab_ca = {"Lab CA", "Lab CA", "kca", "2", KEY_EC, 99000, true};

static int64_t number(struct store *s, const char *sql)
{
	struct stmt q = stmt_once(s, sql);
	int64_t value = stmt_row(&q) ? stmt_get_int(&q, 0) : -1;

	CHECK(went_well(stmt_end(&q), s));
	return value;
}

static struct chain_verdict *two_certs(void)
{
	const struct lab_cert both[] = {leaf_a, lab_ca};
	struct chain_verdict *v = lab_chain(&arena, both, 2);

	lab_finding(v, FINDING_EXPIRED, SEVERITY_HIGH, 9000, FOREVER_S);
	lab_finding(v, FINDING_WEAK_KEY, SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S);
	return v;
}

static void same_facts(const struct cert_facts *a, const struct cert_facts *b)
{
	CHECK(digest256_eq(&a->id, &b->id) && digest256_eq(&a->spki, &b->spki));
	CHECK_EQ(a->not_before_s, b->not_before_s);
	CHECK_EQ(a->not_after_s, b->not_after_s);
	CHECK_STR(a->subject, b->subject);
	CHECK_STR(a->subject_cn, b->subject_cn);
	CHECK_STR(a->issuer, b->issuer);
	CHECK_STR(a->issuer_cn, b->issuer_cn);
	CHECK_STR(a->serial, b->serial);
	CHECK_STR(a->sig_alg, b->sig_alg);
	CHECK_STR(a->key_text, b->key_text);
	CHECK_EQ(a->key_kind, b->key_kind);
	CHECK_EQ(a->key_bits, b->key_bits);
	CHECK_EQ(a->is_ca, b->is_ca);
	CHECK_EQ(a->self_issued, b->self_issued);
	CHECK_EQ(a->self_signed, b->self_signed);
	CHECK_EQ(a->unparsed, b->unparsed);
	CHECK_EQ(a->n_sans, b->n_sans);
	for (size_t i = 0; i < a->n_sans && i < b->n_sans; i++)
		CHECK_STR(a->sans[i], b->sans[i]);
}

static void a_chain_comes_back_as_it_was_put(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	const struct chain_verdict *got = NULL;

	CHECK(went_well(store_put_chain(s, v, 1000), s));
	CHECK(went_well(store_get_chain(s, &v->id, &arena, &got), s));
	CHECK_EQ(got->n_certs, 2);
	CHECK(digest256_eq(&got->id, &v->id));
	for (size_t i = 0; i < 2; i++) {
		same_facts(got->facts[i], v->facts[i]);
		CHECK(span_eq(got->der[i], v->der[i]));
	}
	CHECK_EQ(got->n_findings, 2);
	CHECK_EQ(got->findings[0].since_s, 9000);
	CHECK_EQ(got->findings[0].until_s, FOREVER_S);
	CHECK_EQ(got->findings[1].since_s, ALWAYS_S);
	CHECK_EQ(got->findings[1].severity, SEVERITY_MEDIUM);
	CHECK_STR(got->findings[1].evidence, v->findings[1].evidence);
	lab_sound(s);
	store_close(s);
}

static void an_unknown_chain_is_an_input_error(void)
{
	struct store *s = lab_store();
	const struct chain_verdict *got = NULL;
	struct digest256 id = cert_id_of(span_str("nobody"));

	CHECK_EQ(err_class(store_get_chain(s, &id, &arena, &got)), ERR_INPUT);
	CHECK(got == NULL);
	store_close(s);
}

static void the_same_judgement_writes_nothing(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	int before;

	CHECK(went_well(store_put_chain(s, v, 1000), s));
	before = sqlite3_total_changes(s->db);
	v->trust_epoch = 77;
	CHECK(went_well(store_put_chain(s, v, 2000), s));
	CHECK_EQ(sqlite3_total_changes(s->db), before);
	store_close(s);
}

static void a_new_judgement_replaces_the_old(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	const struct chain_verdict *got = NULL;

	CHECK(went_well(store_put_chain(s, v, 1000), s));
	v->n_findings = 1;
	v->findings[0].severity = SEVERITY_CRITICAL;
	CHECK(went_well(store_put_chain(s, v, 2000), s));
	CHECK(went_well(store_get_chain(s, &v->id, &arena, &got), s));
	CHECK_EQ(got->n_findings, 1);
	CHECK_EQ(got->findings[0].severity, SEVERITY_CRITICAL);
	CHECK_EQ(number(s, "SELECT count(*) FROM certificates"), 2);
	lab_sound(s);
	store_close(s);
}

static size_t n_findings_of(struct store *s, const struct chain_verdict *v)
{
	const struct chain_verdict *got = NULL;

	CHECK(went_well(store_get_chain(s, &v->id, &arena, &got), s));
	return got ? got->n_findings : 99;
}

static void a_cut_chain_hides_no_missing_issuer(void)
{
	struct store *s = lab_store();
	struct chain_verdict *whole = lab_chain(&arena, &leaf_a, 1);
	struct chain_verdict *cut = lab_chain(&arena, &leaf_a, 1);

	cut->cut = true;
	lab_finding(whole, FINDING_INCOMPLETE_CHAIN, SEVERITY_HIGH, ALWAYS_S, FOREVER_S);
	CHECK(went_well(store_put_chain(s, cut, 1000), s));
	CHECK_EQ(n_findings_of(s, cut), 0);
	CHECK(went_well(store_put_chain(s, whole, 1000), s));
	CHECK_EQ(n_findings_of(s, cut), 1);
	CHECK(went_well(store_put_chain(s, cut, 500), s));
	CHECK_EQ(n_findings_of(s, cut), 1);
	CHECK_EQ(number(s, "SELECT min(first_seen_ms) FROM certificates"), 500);
	whole->n_findings = 0; /* its issuer is a root by now */
	CHECK(went_well(store_put_chain(s, whole, 1000), s));
	CHECK_EQ(n_findings_of(s, cut), 0);
	lab_sound(s);
	store_close(s);
}

static void better_facts_replace_the_old(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct cert_facts better = *v->facts[0];
	static const char *const sans[] = {"mended.example"};
	const struct chain_verdict *got = NULL;

	CHECK(went_well(store_put_chain(s, v, 1000), s));
	better.subject_cn = "mended";
	better.sans = sans;
	better.n_sans = 1;
	v->facts[0] = &better;
	CHECK(went_well(store_put_chain(s, v, 2000), s));
	CHECK(went_well(store_get_chain(s, &v->id, &arena, &got), s));
	same_facts(got->facts[0], &better);
	CHECK_EQ(number(s, "SELECT count(*) FROM names"), 1);
	store_close(s);
}

static void certificates_know_when_they_were_first_heard_of(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();

	CHECK(went_well(store_put_chain(s, v, 5000), s));
	CHECK(went_well(store_put_chain(s, v, 9000), s));
	CHECK_EQ(number(s, "SELECT max(first_seen_ms) FROM certificates"), 5000);
	CHECK(went_well(store_put_chain(s, v, 3000), s));
	CHECK_EQ(number(s, "SELECT min(first_seen_ms) FROM certificates"), 3000);
	store_close(s);
}

struct one_row {
	size_t n;
	struct observation seen;
	int64_t first_ms, last_ms;
	bool has_chain;
};

static bool take_row(void *context, const struct inventory_row *row)
{
	struct one_row *one = context;

	one->n++;
	one->seen = *row->seen;
	one->first_ms = row->first_seen_ms;
	one->last_ms = row->last_seen_ms;
	one->has_chain = row->chain != NULL;
	return true;
}

static struct one_row row_of(struct store *s, uint32_t host)
{
	struct endpoint e = lab_endpoint(host);
	struct one_row one = {0};

	CHECK(went_well(store_rows_at(s, &e.addr, e.port, take_row, &one), s));
	return one;
}

static struct observation full_observation(const struct chain_verdict *v)
{
	struct observation o = lab_seen(1, v, 7, 1000);

	snprintf(o.endpoint.name, sizeof(o.endpoint.name), "a.example");
	snprintf(o.hostname, sizeof(o.hostname), "host.example");
	snprintf(o.alpn, sizeof(o.alpn), "h2");
	o.last_ms = 1500;
	o.flags = OBS_OCSP_STAPLED | OBS_ONE_KEY;
	o.clients = 4;
	o.os_error = 111;
	o.starttls = 3;
	o.hello = 2;
	o.alert_level = 2;
	o.alert = 40;
	o.connections = 3;
	o.n_findings = 1;
	o.findings[0] = (struct finding){
	    FINDING_NAME_MISMATCH, SEVERITY_HIGH, ALWAYS_S, FOREVER_S, "a.example"};
	return o;
}

static void an_observation_comes_back_as_it_was_put(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o = full_observation(v);
	struct one_row one;

	lab_put(s, v, &o);
	one = row_of(s, 1);
	CHECK_EQ(one.n, 1);
	CHECK(one.has_chain);
	/* Both were zeroed, whole. */
	CHECK_MEM(&one.seen.endpoint.addr, &o.endpoint.addr, sizeof(o.endpoint.addr));
	CHECK_STR(one.seen.endpoint.name, "a.example");
	CHECK_STR(one.seen.hostname, "host.example");
	CHECK_STR(one.seen.alpn, "h2");
	CHECK_EQ(one.seen.endpoint.port, 443);
	CHECK_EQ(one.seen.endpoint.transport, TRANSPORT_TCP);
	CHECK_EQ(one.seen.run, 7);
	CHECK_EQ(one.seen.first_ms, 1000);
	CHECK_EQ(one.seen.last_ms, 1500);
	CHECK_EQ(one.seen.flags, o.flags);
	CHECK_EQ(one.seen.count, 1);
	CHECK_EQ(one.seen.clients, 4);
	CHECK_EQ(one.seen.os_error, 111);
	CHECK_EQ(one.seen.version, o.version);
	CHECK_EQ(one.seen.cipher, o.cipher);
	CHECK_EQ(one.seen.group, o.group);
	CHECK_EQ(one.seen.evidence, EVIDENCE_SCAN);
	CHECK_EQ(one.seen.outcome, OUTCOME_CERTIFICATE);
	CHECK_EQ(one.seen.starttls, 3);
	CHECK_EQ(one.seen.hello, 2);
	CHECK_EQ(one.seen.alert_level, 2);
	CHECK_EQ(one.seen.alert, 40);
	CHECK_EQ(one.seen.connections, 3);
	CHECK(digest256_eq(&one.seen.chain, &v->id));
	CHECK_EQ(one.seen.n_findings, 1);
	CHECK_EQ(one.seen.findings[0].id, FINDING_NAME_MISMATCH);
	CHECK_STR(one.seen.findings[0].evidence, "a.example");
	store_close(s);
}

static void seen_again_it_counts_and_moves_on(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o = full_observation(v);
	struct stored stored;
	struct one_row one;

	lab_put(s, v, &o);
	o.first_ms = o.last_ms = 8000;
	o.n_findings = 0;
	o.cipher = 0x1301;
	stored = lab_put(s, v, &o);
	CHECK_EQ(stored.first_seen_ms, 1000);
	CHECK_EQ(stored.last_seen_ms, 8000);
	one = row_of(s, 1);
	CHECK_EQ(one.first_ms, 1000);
	CHECK_EQ(one.last_ms, 8000);
	CHECK_EQ(one.seen.count, 2);
	CHECK_EQ(one.seen.cipher, 0x1301);
	CHECK_EQ(one.seen.n_findings, 0);
	CHECK_EQ(number(s, "SELECT count(*) FROM sighting_findings"), 0);
	store_close(s);
}

static void older_evidence_widens_and_no_more(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o = full_observation(v);
	struct stored stored;
	struct one_row one;

	lab_put(s, v, &o);
	o.first_ms = o.last_ms = 500;
	o.evidence = EVIDENCE_IMPORT;
	o.cipher = 0;
	o.n_findings = 0;
	o.hostname[0] = 0;
	stored = lab_put(s, v, &o);
	CHECK_EQ(stored.first_seen_ms, 500);
	CHECK_EQ(stored.last_seen_ms, 1500);
	CHECK_EQ(stored.change, CHANGE_NONE);
	one = row_of(s, 1);
	CHECK_EQ(one.first_ms, 500);
	CHECK_EQ(one.last_ms, 1500);
	CHECK_EQ(one.seen.cipher, 0xc02f);
	CHECK_EQ(one.seen.evidence, EVIDENCE_SCAN);
	CHECK_EQ(one.seen.n_findings, 1);
	CHECK_STR(one.seen.hostname, "host.example");
	store_close(s);
}

/* RSA and ECDSA are fetched side by side, and the later one may be told first. */
static void two_chains_of_one_scan_stand_in_any_order(void)
{
	static const struct lab_cert leaf_b = {
	    "a.example,b.example", "Lab CA", "k2", "3", KEY_EC, 9000, false};
	struct store *s = lab_store();
	struct chain_verdict *rsa = two_certs(), *ec = lab_chain(&arena, &leaf_b, 1);
	uint64_t run = lab_run(s, 1000);
	struct observation later = lab_seen(1, rsa, run, 1502),
			   earlier = lab_seen(1, ec, run, 1500);

	lab_put(s, rsa, &later);
	lab_put(s, ec, &earlier);
	CHECK_EQ(number(s, "SELECT count(*) FROM sightings WHERE current"), 2);
	store_close(s);
}

/* A run that was killed asks a little once more when it is resumed. */
static void a_scan_that_repeats_itself_is_told(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	uint64_t first = lab_run(s, 1000), second = lab_run(s, 2000);
	struct observation o = lab_seen(1, v, first, 1500), later = lab_seen(1, v, second, 2500);

	CHECK(!lab_put(s, v, &o).repeated);
	CHECK(lab_put(s, v, &o).repeated);
	CHECK(!lab_put(s, v, &later).repeated);
	CHECK(lab_put(s, v, &later).repeated);
	store_close(s);
}

static void a_file_of_today_keeps_what_a_scan_learnt(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o = full_observation(v), file = lab_seen(1, v, 0, 9000);
	struct one_row one;

	lab_put(s, v, &o);
	file.evidence = EVIDENCE_IMPORT;
	file.cipher = file.version = file.hello = 0;
	file.endpoint = o.endpoint;
	lab_put(s, v, &file);
	one = row_of(s, 1);
	CHECK_EQ(one.last_ms, 9000);
	CHECK_EQ(one.seen.evidence, EVIDENCE_IMPORT);
	CHECK_EQ(one.seen.cipher, 0xc02f);
	CHECK_EQ(one.seen.hello, 2);
	CHECK_EQ(one.seen.n_findings, 1);
	store_close(s);
}

static void three_names_are_three_endpoints(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o = lab_seen(1, v, 0, 1000);
	static const char *const names[] = {"", "a.example", "b.example"};

	for (int i = 0; i < 3; i++) {
		snprintf(o.endpoint.name, sizeof(o.endpoint.name), "%s", names[i]);
		CHECK_EQ(lab_put(s, v, &o).change, CHANGE_NEW);
	}
	o.endpoint.addr.b[0] = 0xfe;
	o.endpoint.addr.zone = 3;
	CHECK_EQ(lab_put(s, v, &o).change, CHANGE_NEW);
	o.endpoint.addr.zone = 4;
	CHECK_EQ(lab_put(s, v, &o).change, CHANGE_NEW);
	CHECK_EQ(number(s, "SELECT count(*) FROM endpoints"), 5);
	store_close(s);
}

static void a_chain_known_by_its_digest_is_filled_later(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o = lab_seen(1, v, 0, 1000);
	struct stored stored;

	o.outcome = OUTCOME_FINGERPRINT;
	CHECK(went_well(store_put_observation(s, &o, &stored), s));
	CHECK(!row_of(s, 1).has_chain);
	lab_sound(s);
	o = lab_seen(1, v, 0, 2000);
	CHECK_EQ(lab_put(s, v, &o).change, CHANGE_NONE);
	CHECK(row_of(s, 1).has_chain);
	lab_sound(s);
	store_close(s);
}

/* A caller that goes on after an error cannot store half of a batch. */
static void a_batch_that_failed_in_part_is_not_stored(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o = lab_seen(1, v, 0, 1000);
	struct stored stored;

	CHECK(went_well(db_exec(s, "CREATE TRIGGER full BEFORE INSERT ON changes"
				   " WHEN NEW.endpoint = 2 BEGIN SELECT raise(ABORT, 'no'); END"),
	    s));
	CHECK(went_well(store_begin(s), s));
	lab_put(s, v, &o);
	o = lab_seen(2, v, 0, 1000);
	CHECK(err_is(store_put_observation(s, &o, &stored)));
	o = lab_seen(3, v, 0, 1000);
	CHECK(went_well(store_put_observation(s, &o, &stored), s));
	CHECK(err_is(store_commit(s)));
	CHECK_EQ(number(s, "SELECT count(*) FROM endpoints"), 0);
	CHECK(went_well(store_begin(s), s));
	o = lab_seen(1, v, 0, 1000);
	lab_put(s, v, &o);
	CHECK(went_well(store_commit(s), s));
	CHECK_EQ(number(s, "SELECT count(*) FROM endpoints"), 1);
	lab_sound(s);
	store_close(s);
}

/* A second scan of an unchanged network. */
static void an_unchanged_network_writes_last_seen_only(void)
{
	struct store *s = lab_store();
	struct chain_verdict *v = two_certs();
	struct observation o;
	int before;

	for (uint32_t host = 0; host < 100; host++) {
		o = lab_seen(host, v, 1, 1000);
		lab_put(s, v, &o);
	}
	before = sqlite3_total_changes(s->db);
	CHECK(went_well(store_begin(s), s));
	for (uint32_t host = 0; host < 100; host++) {
		o = lab_seen(host, v, 2, 5000);
		lab_put(s, v, &o);
	}
	CHECK(went_well(store_commit(s), s));
	/* And the version of the listing. */
	CHECK_EQ(sqlite3_total_changes(s->db) - before, 100 + 1);
	CHECK_EQ(number(s, "SELECT count(*) FROM changes"), 100);
	CHECK_EQ(number(s, "SELECT min(last_ms) FROM sightings"), 5000);
	store_close(s);
}

static void more_chains_than_slots_are_told_apart(void)
{
	struct store *s = lab_store();
	char serial[32];
	int64_t first = 0, again = 0;
	enum { N = CHAIN_SLOTS + CHAIN_SLOTS / 4 };

	CHECK(went_well(store_begin(s), s));
	for (int i = 0; i < N; i++) {
		struct digest256 d;

		snprintf(serial, sizeof(serial), "%d", i);
		d = cert_id_of(span_str(serial));
		CHECK(went_well(chain_row_made(s, &d, i == 0 ? &first : &again), s));
	}
	for (int i = N - 1; i >= 0; i--) {
		struct digest256 d;

		snprintf(serial, sizeof(serial), "%d", i);
		d = cert_id_of(span_str(serial));
		CHECK(went_well(chain_row(s, &d, &again), s));
		if (again != first + i)
			CHECK_EQ(again, first + i);
	}
	CHECK(went_well(store_commit(s), s));
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 64 << 20);
	RUN(a_chain_comes_back_as_it_was_put);
	RUN(an_unknown_chain_is_an_input_error);
	RUN(the_same_judgement_writes_nothing);
	RUN(a_new_judgement_replaces_the_old);
	RUN(a_cut_chain_hides_no_missing_issuer);
	RUN(better_facts_replace_the_old);
	RUN(certificates_know_when_they_were_first_heard_of);
	RUN(an_observation_comes_back_as_it_was_put);
	RUN(seen_again_it_counts_and_moves_on);
	RUN(older_evidence_widens_and_no_more);
	RUN(two_chains_of_one_scan_stand_in_any_order);
	RUN(a_scan_that_repeats_itself_is_told);
	RUN(a_file_of_today_keeps_what_a_scan_learnt);
	RUN(three_names_are_three_endpoints);
	RUN(a_chain_known_by_its_digest_is_filled_later);
	RUN(a_batch_that_failed_in_part_is_not_stored);
	RUN(an_unchanged_network_writes_last_seen_only);
	RUN(more_chains_than_slots_are_told_apart);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
