#include "store/listing.h"

#include "lab.h"
#include "store/notes.h"
#include "store/order.h"
#include "store/schema.h"

#include <pthread.h>

/* A network of a few hundred rows, asked by the listing and, for the same, by the SQL of
 * store_search: two ways that share nothing but the question. */
static struct arena arena;

enum { NOW_S = 10000, HOSTS = 300, CERTS = 40 };

static uint64_t seed = 1;

static unsigned dice(unsigned n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

static const char *one_of(const char *const *words, unsigned n)
{
	return words[dice(n)];
}

static const char *const names[] = {
    "www.example", "mail.example", "Api.Example", "a,b", "x_y.test", "100%", "\"q\\", ""};
static const char *const issuers[] = {"Lab CA", "Other CA", "R3", "lab", ""};

enum { NAMES = sizeof(names) / sizeof(names[0]), ISSUERS = sizeof(issuers) / sizeof(issuers[0]) };

static struct chain_verdict *random_chain(unsigned i)
{
	char key[16], serial[16];
	struct lab_cert leaf = {
	    .name = one_of(names, NAMES),
	    .issuer = one_of(issuers, ISSUERS),
	    .key = key,
	    .serial = serial,
	    .kind = dice(2) ? KEY_RSA : KEY_EC,
	    .not_after_s = 8000 + dice(6) * 1000,
	};
	static const struct lab_cert ca = {"Lab CA", "Lab CA", "kca", "01", KEY_RSA, 90000, true};
	struct lab_cert chain[] = {leaf, ca};
	struct chain_verdict *v;

	snprintf(key, sizeof(key), "k%u", i / 2);
	snprintf(serial, sizeof(serial), "%02x", i);
	v = lab_chain(&arena, chain, 1 + dice(2));
	lab_finding(v, FINDING_EXPIRED, SEVERITY_HIGH, leaf.not_after_s, FOREVER_S);
	if (dice(3) == 0)
		lab_finding(v, FINDING_SELF_SIGNED, SEVERITY_CRITICAL, ALWAYS_S, FOREVER_S);
	return v;
}

static struct chain_verdict *chains[CERTS];

static void random_host(struct store *s, uint32_t host, uint64_t run, int64_t at_ms)
{
	static const uint16_t ports[] = {443, 8443, 25, 993};
	struct chain_verdict *v = dice(6) ? chains[dice(CERTS)] : NULL;
	struct observation o = lab_seen(host, v, run, at_ms);

	o.endpoint.port = ports[host % 4];
	o.version = dice(2) ? 0x0303 : 0x0304;
	o.cipher = (uint16_t)(dice(3) ? 0x1301 : 0);
	o.flags = dice(4) ? 0 : OBS_CLIENT_CERT_ASKED;
	snprintf(o.hostname, sizeof(o.hostname), "%s", dice(2) ? one_of(names, NAMES) : "");
	if (host % 3 == 0)
		snprintf(o.endpoint.name, sizeof(o.endpoint.name), "sni%u.example", host % 7);
	if (v && dice(5) == 0)
		o.findings[o.n_findings++] = (struct finding){FINDING_NAME_MISMATCH,
		    SEVERITY_MEDIUM, dice(2) ? ALWAYS_S : NOW_S + 5, FOREVER_S, "x"};
	lab_put(s, v, &o);
}

static struct store *network(void)
{
	struct store *s = lab_store();

	seed = 1;
	for (unsigned i = 0; i < CERTS; i++)
		chains[i] = random_chain(i);
	for (uint32_t host = 0; host < HOSTS; host++)
		random_host(s, host, 1, 1000 * (host + 1));
	return s;
}

/* A row in a few words, so that two lists of rows are compared as text. */
static void row_say(const struct inventory_row *row, struct buf *out)
{
	char ip[ADDR_TEXT_MAX];

	buf_printf(out, "%s:%u/%s %s %d\n", addr_text(&row->seen->endpoint.addr, ip),
	    row->seen->endpoint.port, row->seen->endpoint.name,
	    row->chain ? row->chain->facts[0]->serial : "-", row->gone);
}

static bool take_row(void *context, const struct inventory_row *row)
{
	row_say(row, context);
	return true;
}

static const char *listed(struct store *s, struct listing l, struct buf *out)
{
	char next[LISTING_CURSOR_MAX] = "";

	buf_reset(out);
	do {
		l.cursor = next;
		CHECK(went_well(store_list(s, &l, take_row, out, next), s));
	} while (*next);
	return buf_text(out);
}

static const char *searched(
    struct store *s, const struct query *where, bool bare, bool gone, struct buf *out)
{
	const struct search search = {.where = where, .now_s = NOW_S, .bare = bare, .gone = gone};
	size_t n;

	buf_reset(out);
	CHECK(went_well(store_search(s, &search, take_row, out, &n), s));
	return buf_text(out);
}

static const struct query *random_compare(void)
{
	static const enum field_id texts[] = {FIELD_SUBJECT, FIELD_ISSUER, FIELD_SANS,
	    FIELD_HOSTNAME, FIELD_SNI, FIELD_SERIAL, FIELD_SUBJECT_DN, FIELD_ISSUER_DN, FIELD_KEY,
	    FIELD_SIG_ALG};
	static const enum field_id numbers[] = {FIELD_PORT, FIELD_NOT_AFTER, FIELD_KEY_BITS,
	    FIELD_VERSION_ID, FIELD_CIPHER_ID, FIELD_IS_CA, FIELD_SELF_SIGNED,
	    FIELD_CLIENT_CERT_ASKED, FIELD_LAST_SEEN, FIELD_FIRST_SEEN, FIELD_ALERT_ID};
	static const int64_t values[] = {443, 25, 9000, 10000, 2048, 0x0304, 0x1301, 0, 1, 150};
	static const enum query_op text_ops[] = {QUERY_EQ, QUERY_NE, QUERY_CONTAINS, QUERY_EXISTS};
	struct addr a = addr_from_v4(0x0a000000 + dice(HOSTS));

	switch (dice(6)) {
	case 0:
		return query_number(
		    &arena, numbers[dice(11)], (enum query_op)dice(6), values[dice(10)]);
	case 1:
		return query_cidr(&arena, FIELD_IP, &a, 96 + 20 + dice(13));
	case 2:
		return query_has_finding(
		    &arena, dice(2) ? "expired" : "name-mismatch", NOW_S - 5 + dice(20));
	case 3:
		return query_text(
		    &arena, FIELD_SEVERITY, (enum query_op)dice(6), dice(2) ? "high" : "critical");
	case 4:
		return query_text(&arena, FIELD_OUTCOME, dice(2) ? QUERY_EQ : QUERY_NE,
		    dice(2) ? "no-tls" : "certificate");
	default:
		return query_text(&arena, texts[dice(10)], text_ops[dice(4)],
		    dice(2) ? one_of(names, NAMES - 1) : one_of(issuers, ISSUERS - 1));
	}
}

static const struct query *random_query(unsigned depth)
{
	const struct query *left;

	if (depth == 0 || dice(3) == 0)
		return random_compare();
	left = random_query(depth - 1);
	switch (dice(3)) {
	case 0:
		return query_and(&arena, left, random_query(depth - 1));
	case 1:
		return query_or(&arena, left, random_query(depth - 1));
	default:
		return query_not(&arena, left);
	}
}

/* What is refused by one is refused by the other; what is found is the same, in the same order. */
static void memory_and_tables_agree(void)
{
	struct store *s = network();
	struct buf here, there;
	size_t n, asked = 0, found = 0, refused = 0;

	buf_init(&here, 1 << 20);
	buf_init(&there, 1 << 20);
	for (int i = 0; i < 600; i++) {
		const struct query *where = random_query(4);
		struct search search = {.where = where, .now_s = NOW_S};
		struct listing l = {.where = where,
		    .now_s = NOW_S,
		    .bare = dice(2),
		    .gone = dice(2),
		    .limit = dice(2) ? 7 : 0};
		char next[LISTING_CURSOR_MAX];

		if (err_is(store_search(s, &search, take_row, &there, &n))) {
			CHECK(err_is(store_list(s, &l, take_row, &here, next)));
			refused++;
			continue;
		}
		asked++;
		listed(s, l, &here);
		searched(s, where, l.bare, l.gone, &there);
		found += there.n > 0;
		if (strcmp(buf_text(&here), buf_text(&there)) != 0) {
			buf_reset(&here);
			query_print(where, &here);
			printf("# %s\n", buf_text(&here));
			CHECK(!"the two agree");
		}
	}
	CHECK(asked > 300);
	CHECK_EQ(asked + refused, 600);
	CHECK(found > 200);
	buf_done(&here);
	buf_done(&there);
	store_close(s);
}

/* Whatever is written is in the next answer, without being read from the start. */
static void what_is_written_is_seen(void)
{
	struct store *s = network();
	struct buf here, there;
	const struct listing all = {.now_s = NOW_S, .bare = true, .gone = true};

	buf_init(&here, 1 << 20);
	buf_init(&there, 1 << 20);
	for (int i = 0; i < 40; i++) {
		CHECK_STR(listed(s, all, &here), searched(s, NULL, true, true, &there));
		CHECK(went_well(store_begin(s), s));
		for (unsigned k = 0; k < 5; k++)
			random_host(s, dice(HOSTS + 50), (uint64_t)i + 2, 1000000 + 1000 * i);
		CHECK(went_well(store_commit(s), s));
	}
	lab_sound(s);
	buf_done(&here);
	buf_done(&there);
	store_close(s);
}

/* Of another handle too, as another program has it; and what was rolled back is not. */
static void another_handle_sees_it(void)
{
	struct store *s = network(), *reader = NULL;
	struct listing_count before = {0}, after = {0};
	const struct listing all = {.now_s = NOW_S};

	CHECK(went_well(store_open(lab_path, STORE_READ, &reader), NULL));
	CHECK(went_well(store_count(reader, &all, &before), reader));
	CHECK(went_well(store_begin(s), s));
	for (uint32_t host = 5000; host < 5010; host++) {
		struct observation o = lab_seen(host, chains[0], 1, 5000);

		lab_put(s, chains[0], &o);
	}
	CHECK(went_well(store_count(reader, &all, &after), reader));
	CHECK_EQ(after.rows, before.rows);
	CHECK(went_well(store_commit(s), s));
	CHECK(went_well(store_count(reader, &all, &after), reader));
	CHECK_EQ(after.rows, before.rows + 10);
	store_close(reader);
	store_close(s);
}

static uint64_t version_of(struct store *s)
{
	uint64_t version = 0;

	CHECK(went_well(store_listing_version(s, &version), s));
	return version;
}

/* The same for all handles; whoever commits anything raises it, and nobody else does. */
static void a_version_is_of_what_was_committed(void)
{
	struct store *s = network(), *reader = NULL;
	struct observation o = lab_seen(5000, chains[0], 1, 5000);
	uint64_t before = version_of(s);

	CHECK(went_well(store_open(lab_path, STORE_READ, &reader), NULL));
	CHECK_EQ(version_of(reader), before);
	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(store_commit(s), s));
	CHECK_EQ(version_of(reader), before);
	CHECK(went_well(store_begin(s), s));
	lab_put(s, NULL, &o);
	store_rollback(s);
	CHECK_EQ(version_of(reader), before);
	CHECK(went_well(store_begin(s), s));
	lab_put(s, NULL, &o);
	CHECK_EQ(version_of(reader), before);
	CHECK(went_well(store_commit(s), s));
	CHECK(version_of(reader) > before);
	CHECK_EQ(version_of(reader), version_of(s));
	before = version_of(s);
	lab_put(s, NULL, &o);
	CHECK(version_of(reader) > before);
	store_close(reader);
	store_close(s);
}

struct order_check {
	int64_t last;
	size_t n;
	bool descending, sorted;
};

static bool take_order(void *context, const struct inventory_row *row)
{
	struct order_check *c = context;
	int64_t end = row->chain->facts[0]->not_after_s;

	c->sorted &= c->n == 0 || (c->descending ? end <= c->last : end >= c->last);
	c->last = end;
	c->n++;
	return true;
}

/* Each row once, in order, page by page. */
static void pages_are_complete(void)
{
	static const enum field_id fields[] = {FIELD_NONE, FIELD_NOT_AFTER, FIELD_HOSTNAME,
	    FIELD_ISSUER, FIELD_SEVERITY, FIELD_PORT, FIELD_LAST_SEEN, FIELD_SNI, FIELD_OWNER};
	struct store *s = network();
	struct listing_count count = {0};

	CHECK(
	    went_well(store_count(s, &(struct listing){.now_s = NOW_S, .bare = true}, &count), s));
	for (size_t i = 0; i < 2 * sizeof(fields) / sizeof(fields[0]); i++) {
		struct listing l = {.now_s = NOW_S,
		    .sort = fields[i / 2],
		    .descending = i % 2,
		    .limit = 11,
		    .bare = true};
		struct buf out;
		size_t lines = 0;

		buf_init(&out, 1 << 20);
		for (const char *at = listed(s, l, &out); (at = strchr(at, '\n')); at++)
			lines++;
		CHECK_EQ(lines, count.rows);
		buf_done(&out);
	}
	for (int descending = 0; descending < 2; descending++) {
		struct order_check c = {.descending = descending, .sorted = true};
		struct listing l = {
		    .now_s = NOW_S, .sort = FIELD_NOT_AFTER, .descending = descending};
		char next[LISTING_CURSOR_MAX];

		CHECK(went_well(store_list(s, &l, take_order, &c, next), s));
		CHECK(c.sorted && c.n > 100);
	}
	store_close(s);
}

static bool take_none(void *context, const struct inventory_row *row)
{
	(void)context;
	(void)row;
	return true;
}

static void a_cursor_belongs_to_its_order(void)
{
	struct store *s = network();
	struct listing l = {.now_s = NOW_S, .sort = FIELD_ISSUER, .limit = 5};
	char next[LISTING_CURSOR_MAX], other[LISTING_CURSOR_MAX];

	CHECK(went_well(store_list(s, &l, take_none, NULL, next), s));
	CHECK(*next);
	l.cursor = next;
	l.descending = true;
	CHECK(err_is(store_list(s, &l, take_none, NULL, other)));
	l.descending = false;
	l.sort = FIELD_PORT;
	CHECK(err_is(store_list(s, &l, take_none, NULL, other)));
	l.cursor = "zz";
	CHECK(err_is(store_list(s, &l, take_none, NULL, other)));
	l.cursor = NULL;
	l.sort = FIELD_SANS;
	CHECK(err_is(store_list(s, &l, take_none, NULL, other)));
	store_close(s);
}

static void counts_and_facets_add_up(void)
{
	static const enum field_id fields[] = {
	    FIELD_ISSUER, FIELD_PORT, FIELD_FINDINGS, FIELD_OUTCOME, FIELD_SEVERITY, FIELD_SANS};
	struct store *s = network();
	struct facet facets[6];
	struct listing_count count = {0};
	struct listing l = {.now_s = NOW_S, .bare = true};

	CHECK(went_well(store_facets(s, &l, fields, 6, 3, &arena, facets, &count), s));
	for (size_t i = 0; i < 6; i++) {
		uint64_t sum = facets[i].other + facets[i].missing;

		for (size_t k = 0; k < facets[i].n; k++)
			sum += facets[i].values[k].count;
		CHECK(facets[i].n > 0 && facets[i].n <= 3);
		if (fields[i] != FIELD_FINDINGS && fields[i] != FIELD_SANS)
			CHECK_EQ(sum, count.rows);
	}
	for (size_t k = 0; k < facets[1].n; k++) {
		struct listing_count of = {0};

		l.where = query_number(&arena, FIELD_PORT, QUERY_EQ, facets[1].values[k].number);
		CHECK(went_well(store_count(s, &l, &of), s));
		CHECK_EQ(of.rows, facets[1].values[k].count);
	}
	for (size_t k = 0; k < facets[0].n; k++) {
		struct listing_count of = {0};

		l.where = query_text(&arena, FIELD_ISSUER, QUERY_EQ, facets[0].values[k].text);
		CHECK(went_well(store_count(s, &l, &of), s));
		CHECK_EQ(of.rows, facets[0].values[k].count);
	}
	/* What is well has no severity, rather than the severity 0. */
	for (size_t k = 0; k < facets[4].n; k++)
		CHECK(facets[4].values[k].number != SEVERITY_NONE);
	CHECK(facets[4].missing > 0);
	store_close(s);
}

static void the_overview_is_the_sum_of_its_parts(void)
{
	struct store *s = network();
	struct overview o = {0};
	struct listing l = {.now_s = NOW_S};
	struct listing_count of = {0};
	uint64_t certificates = 0, expired;

	CHECK(went_well(store_overview(s, NOW_S, &arena, &o), s));
	CHECK(went_well(store_count(s, &l, &of), s));
	CHECK_EQ(o.count.rows, of.rows);
	CHECK_EQ(o.count.certificates, of.certificates);
	for (int severity = 0; severity < SEVERITY_MAX; severity++)
		certificates += o.severities[severity].certificates;
	CHECK_EQ(certificates, of.certificates);
	l.where = query_number(&arena, FIELD_NOT_AFTER, QUERY_LT, NOW_S);
	CHECK(went_well(store_count(s, &l, &of), s));
	CHECK_EQ(o.expired.certificates, of.certificates);
	CHECK_EQ(o.expired.endpoints, of.rows);
	CHECK(o.n_findings >= 2);
	for (size_t i = 0; i < o.n_findings; i++) {
		l.where = query_has_finding(&arena, finding_by_id(o.findings[i].id)->name, NOW_S);
		CHECK(went_well(store_count(s, &l, &of), s));
		CHECK_EQ(o.findings[i].endpoints, of.rows);
		CHECK_EQ(o.findings[i].certificates, of.certificates);
	}
	certificates = o.timeline.before.certificates + o.timeline.after.certificates;
	expired = o.timeline.before.expired + o.timeline.after.expired;
	for (size_t i = 0; i < o.timeline.n; i++) {
		const struct timeline_bucket *bucket = &o.timeline.buckets[i];

		certificates += bucket->certificates;
		expired += bucket->expired;
		CHECK(bucket->expired + bucket->soon <= bucket->certificates);
	}
	CHECK_EQ(certificates, o.count.certificates);
	CHECK_EQ(expired, o.expired.certificates);
	store_close(s);
}

struct certs_check {
	uint64_t endpoints;
	size_t n;
	uint8_t last;
	bool sorted;
};

static bool take_cert(void *context, const struct listed_cert *cert)
{
	struct certs_check *c = context;

	c->sorted &= c->n == 0 || cert->severity <= c->last;
	c->last = cert->severity;
	c->endpoints += cert->endpoints;
	c->n++;
	CHECK(cert->facts->id.b[0] || cert->facts->id.b[1] || cert->facts->id.b[2]);
	for (size_t i = 0; i < cert->n_findings; i++)
		CHECK(*cert->findings[i].finding.evidence);
	CHECK((cert->n_findings > 0) == (cert->severity > 0));
	return true;
}

static void certificates_are_listed_once(void)
{
	struct store *s = network();
	struct listing l = {.now_s = NOW_S, .limit = 6};
	struct listing_count of = {0};
	struct certs_check all = {.sorted = true}, worst = {.sorted = true};
	char next[LISTING_CURSOR_MAX] = "";

	CHECK(went_well(store_count(s, &l, &of), s));
	do {
		l.cursor = next;
		CHECK(went_well(store_list_certificates(s, &l, take_cert, &all, next), s));
	} while (*next);
	CHECK_EQ(all.n, of.certificates);
	CHECK_EQ(all.endpoints, of.rows);
	do {
		l.cursor = next;
		CHECK(went_well(
		    store_list_findings(s, &l, SEVERITY_HIGH, take_cert, &worst, next), s));
	} while (*next);
	CHECK(worst.sorted && worst.n > 5 && worst.n < all.n);
	store_close(s);
}

static void the_page_of_a_certificate_is_whole(void)
{
	struct store *s = network();
	const struct cert_page *page = NULL;
	const struct digest256 none = {{1}};
	struct listing l = {.now_s = NOW_S};
	struct listing_count of = {0};
	char hex[65];

	CHECK(went_well(store_cert_page(s, &chains[0]->facts[0]->id, NOW_S, &arena, &page), s));
	CHECK_STR(page->facts->serial, chains[0]->facts[0]->serial);
	CHECK(page->n_chains == 1 && page->chains[0].n == chains[0]->n_certs);
	CHECK(page->chain && page->chain->n_certs == chains[0]->n_certs);
	CHECK_EQ(page->n_findings, chains[0]->n_findings);
	CHECK_EQ(page->n_same_key, 1);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", page->facts->id.b[i]);
	l.where = query_text(&arena, FIELD_SHA256, QUERY_EQ, hex);
	CHECK(went_well(store_count(s, &l, &of), s));
	CHECK_EQ(page->endpoints, of.rows);
	CHECK(err_is(store_cert_page(s, &none, NOW_S, &arena, &page)));
	store_close(s);
}

static bool take_owner(void *context, const struct inventory_row *row)
{
	size_t *n = context;

	CHECK(row->remarks && strcmp(row->remarks->owner, "ops") == 0);
	++*n;
	return true;
}

/* Owners are seen as soon as they are given, in searches too; an endpoint's goes first. */
static void what_people_say_is_found(void)
{
	struct store *s = network();
	struct noted of = {.certificate = chains[1]->facts[0]->id};
	struct note_change change = {.owner = "ops", .at_ms = 1, .by = "me"};
	struct annotation said;
	struct listing l = {.now_s = NOW_S};
	struct listing_count before = {0}, after = {0};
	char next[LISTING_CURSOR_MAX];
	size_t n = 0;

	l.where = query_text(&arena, FIELD_OWNER, QUERY_EQ, "OPS");
	CHECK(went_well(store_count(s, &l, &before), s));
	CHECK_EQ(before.rows, 0);
	CHECK(went_well(store_note_put(s, &of, &change, &arena, &said), s));
	CHECK(went_well(store_count(s, &l, &before), s));
	CHECK(before.rows > 0);
	CHECK_EQ(before.certificates, 1);
	CHECK(went_well(store_list(s, &l, take_owner, &n, next), s));
	CHECK_EQ(n, before.rows);

	l.where = query_not(&arena, query_exists(&arena, FIELD_OWNER));
	CHECK(went_well(store_count(s, &l, &after), s));
	change.owner = "net";
	of = (struct noted){.is_endpoint = true, .endpoint = lab_endpoint(4)};
	CHECK(went_well(store_note_put(s, &of, &change, &arena, &said), s));
	l.where = query_text(&arena, FIELD_OWNER, QUERY_EQ, "net");
	CHECK(went_well(store_count(s, &l, &before), s));
	CHECK(before.endpoints <= 1);
	store_close(s);
}

struct seen_hosts {
	unsigned times[2 * HOSTS];
};

static bool take_host(void *context, const struct inventory_row *row)
{
	struct seen_hosts *seen = context;
	const uint8_t *b = row->seen->endpoint.addr.b;
	unsigned host = (unsigned)b[14] << 8 | b[15];

	if (host < 2 * HOSTS)
		seen->times[host]++;
	return true;
}

/* Between any two pages others come, go and are renewed: who stays is given once. */
static void pages_hold_while_rows_change(void)
{
	struct store *s = lab_store();
	struct seen_hosts seen = {{0}};
	struct listing l = {.now_s = NOW_S, .sort = FIELD_NOT_AFTER, .limit = 9};
	char next[LISTING_CURSOR_MAX] = "";
	uint32_t other = HOSTS;

	seed = 5;
	for (unsigned i = 0; i < CERTS; i++)
		chains[i] = random_chain(i);
	for (uint32_t host = 0; host < HOSTS; host++) {
		struct observation o = lab_seen(host, chains[host % CERTS], 1, 1000);

		lab_put(s, chains[host % CERTS], &o);
	}
	do {
		l.cursor = next;
		CHECK(went_well(store_list(s, &l, take_host, &seen, next), s));
		for (int k = 0; k < 4; k++, other++) {
			struct observation o = lab_seen(other, chains[dice(CERTS)], 2, 2000);

			lab_put(s, NULL, &o);
			o = lab_seen(HOSTS + dice(other - HOSTS + 1), NULL, 3, 3000 + other);
			lab_put(s, NULL, &o);
		}
	} while (*next);
	for (unsigned host = 0; host < HOSTS; host++)
		CHECK_EQ(seen.times[host], 1);
	store_close(s);
}

/* Of the first version: without a log, and with what was in it. */
static void an_older_store_is_listed(void)
{
	static const char rows[] =
	    "PRAGMA application_id = 1131631459; PRAGMA user_version = 1;"
	    "INSERT INTO certificates VALUES (1, zeroblob(32), zeroblob(32), 'CN=a', 'a', 'CN=b',"
	    " 'b', '01', 1, 20000, 'P-256', 2, 256, 'x', 0, 0, 0, 0, 1, 1, '[\"a\"]');"
	    "INSERT INTO chains VALUES (1, randomblob(32), 1, 1, 1, NULL, 0);"
	    "INSERT INTO chain_certificates VALUES (1, 0, 1);"
	    "INSERT INTO endpoints VALUES (1, zeroblob(16), 443, 1, '', 0, '::', 'h', NULL);"
	    "INSERT INTO sightings VALUES (1, 1, 443, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 0, 772, 1, 1,"
	    " 0, 0, 0, 0, 1, 0, '', 0, 0);";
	struct store *s = NULL;
	struct listing_count count = {0};
	sqlite3 *db = NULL;

	lab_clear();
	CHECK_EQ(sqlite3_open(lab_path, &db), SQLITE_OK);
	CHECK_EQ(sqlite3_exec(db, schema_v1, NULL, NULL, NULL), SQLITE_OK);
	CHECK_EQ(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	s = lab_open();
	CHECK(went_well(store_count(s, &(struct listing){.now_s = NOW_S}, &count), s));
	CHECK_EQ(count.rows, 1);
	CHECK_EQ(count.certificates, 1);
	store_close(s);
}

enum { ROUNDS = 60 };

/* A reader's counts only grow: the writer adds and takes nothing away. */
static void *read_on(void *context)
{
	const struct listing all = {.now_s = NOW_S};
	struct listing_count before = {0}, count = {0};
	struct store *s = NULL;
	intptr_t *wrong = context;

	*wrong = err_is(store_open(lab_path, STORE_READ, &s));
	for (int i = 0; i < ROUNDS && !*wrong; i++) {
		*wrong = err_is(store_count(s, &all, &count)) || count.rows < before.rows;
		before = count;
	}
	store_close(s);
	return NULL;
}

static void threads_share_it(void)
{
	struct store *s = network();
	intptr_t wrong[2] = {0};
	pthread_t readers[2];

	for (int i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&readers[i], NULL, read_on, &wrong[i]), 0);
	for (uint32_t host = 2 * HOSTS; host < 2 * HOSTS + ROUNDS; host++) {
		struct observation o = lab_seen(host, chains[0], 9, 2000000);

		lab_put(s, NULL, &o);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(readers[i], NULL);
		CHECK_EQ(wrong[i], 0);
	}
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 256 << 20);
	RUN(memory_and_tables_agree);
	RUN(what_is_written_is_seen);
	RUN(another_handle_sees_it);
	RUN(a_version_is_of_what_was_committed);
	RUN(pages_are_complete);
	RUN(a_cursor_belongs_to_its_order);
	RUN(counts_and_facets_add_up);
	RUN(the_overview_is_the_sum_of_its_parts);
	RUN(certificates_are_listed_once);
	RUN(the_page_of_a_certificate_is_whole);
	RUN(what_people_say_is_found);
	RUN(pages_hold_while_rows_change);
	RUN(an_older_store_is_listed);
	RUN(threads_share_it);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
