#include "lab.h"

#include "store/notes.h"

static const char hex_a[] = "aa00000000000000000000000000000000000000000000000000000000000000";
static const struct digest256 digest_a = {{0xaa}}, digest_b = {{0xbb}};

static int64_t add(struct store *s, enum mute_kind kind, enum mute_thing thing, const char *key)
{
	struct mute m = {.kind = (uint8_t)kind,
	    .thing = (uint8_t)thing,
	    .key = key,
	    .why = "known",
	    .by = "ann",
	    .at_ms = 10000};

	CHECK(went_well(store_mute_add(s, &m), s));
	return m.id;
}

static struct mutes *load(struct store *s, int64_t now_ms)
{
	struct mutes *m = NULL;

	CHECK(went_well(store_mutes_load(s, now_ms, &m), s));
	if (!m)
		exit(1);
	return m;
}

static void each_names_exactly_one_thing(void)
{
	static const char *const tags[] = {"lab", "web"};
	struct endpoint here = lab_endpoint(1), there = lab_endpoint(2), udp = lab_endpoint(1);
	const struct {
		enum mute_thing thing;
		const char *key;
		struct muteable covered, other;
	} rows[] = {
	    {MUTE_CERTIFICATE, hex_a, {.certificate = &digest_a},
		{.certificate = &digest_b, .spki = &digest_a}},
	    {MUTE_KEY, hex_a, {.spki = &digest_a}, {.certificate = &digest_a}},
	    {MUTE_ENDPOINT, "10.0.0.1:443", {.endpoint = &here}, {.endpoint = &there}},
	    {MUTE_ENDPOINT, "10.0.0.1:443", {.endpoint = &here}, {.endpoint = &udp}},
	    {MUTE_ISSUER, "Lab CA", {.issuer_cn = "Lab CA"}, {.issuer_cn = "Lab CA 2"}},
	    {MUTE_ISSUER, "CN=Lab CA,O=x", {.issuer_cn = "Lab CA", .issuer = "CN=Lab CA,O=x"},
		{.issuer_cn = "Lab CA", .issuer = "CN=Lab CA,O=y"}},
	    {MUTE_TAG, "web", {.n_tags = 2, .tags = tags}, {.n_tags = 1, .tags = tags}},
	};

	udp.transport = TRANSPORT_UDP;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct store *s = lab_store();
		int64_t id = add(s, MUTE_SILENT, rows[i].thing, rows[i].key);
		struct mutes *m = load(s, 20000);
		const struct mute *found = mutes_find(m, &rows[i].covered);

		CHECK(found && found->id == id);
		CHECK(!mutes_find(m, &rows[i].other));
		mutes_free(m);
		store_close(s);
	}
}

static void a_mute_of_one_finding_is_of_that_one(void)
{
	struct store *s = lab_store();
	struct mute one = {.kind = MUTE_SILENT,
	    .thing = MUTE_CERTIFICATE,
	    .key = hex_a,
	    .finding = FINDING_EXPIRED,
	    .why = "",
	    .by = "ann",
	    .until_ms = 30000};
	struct muteable of = {.certificate = &digest_a, .finding = FINDING_EXPIRED};
	struct mutes *m;

	CHECK(went_well(store_mute_add(s, &one), s));
	m = load(s, 29999);
	CHECK(mutes_find(m, &of) != NULL);
	of.finding = FINDING_SELF_SIGNED;
	CHECK(!mutes_find(m, &of));
	of.finding = 0; /* the row as a whole is not muted */
	CHECK(!mutes_find(m, &of));
	mutes_free(m);
	m = load(s, 30000);
	CHECK(mutes_empty(m));
	mutes_free(m);
	store_close(s);
}

/* Said at 10 s. */
static void an_acknowledgement_is_of_what_held_then(void)
{
	struct endpoint here = lab_endpoint(1);
	const struct {
		enum mute_thing thing;
		const char *key;
		int64_t since_s, first_ms;
		bool covered;
	} rows[] = {
	    {MUTE_CERTIFICATE, hex_a, ALWAYS_S, 1000, true},
	    {MUTE_CERTIFICATE, hex_a, 10, 1000, true},
	    {MUTE_CERTIFICATE, hex_a, 11, 1000, false}, /* it expires now */
	    {MUTE_CERTIFICATE, hex_a, 10, 10001, true}, /* at one more endpoint */
	    {MUTE_ENDPOINT, "10.0.0.1:443", 10, 10000, true},
	    {MUTE_ENDPOINT, "10.0.0.1:443", 10, 10001, false}, /* another certificate */
	    {MUTE_KEY, hex_a, 10, 10001, false},
	    {MUTE_ISSUER, "Lab", 10, 10001, false},
	    {MUTE_ISSUER, "Lab", 10, 9999, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct store *s = lab_store();
		struct muteable of = {.certificate = &digest_a,
		    .spki = &digest_a,
		    .endpoint = &here,
		    .issuer_cn = "Lab",
		    .finding = FINDING_EXPIRED,
		    .since_s = rows[i].since_s,
		    .first_ms = rows[i].first_ms};
		struct mutes *m;

		add(s, MUTE_ACK, rows[i].thing, rows[i].key);
		m = load(s, INT64_MAX);
		CHECK_EQ(mutes_find(m, &of) != NULL, rows[i].covered);
		mutes_free(m);
		store_close(s);
	}
}

static void keys_have_one_spelling(void)
{
	static const struct {
		enum mute_thing thing;
		const char *key, *stored; /* NULL: refused */
	} rows[] = {
	    {MUTE_CERTIFICATE, "AA00000000000000000000000000000000000000000000000000000000000000",
		"aa00000000000000000000000000000000000000000000000000000000000000"},
	    {MUTE_CERTIFICATE, "aa00", NULL},
	    {MUTE_ENDPOINT, "[2001:DB8:0::1]:443/tcp", "[2001:db8::1]:443"},
	    {MUTE_ENDPOINT, "10.0.0.1", NULL},
	    {MUTE_ISSUER, "", NULL},
	    {MUTE_TAG, "\xff", NULL},
	    {MUTE_NOTHING, "x", NULL},
	    {MUTE_THING_MAX, "x", NULL},
	};
	struct store *s = lab_store();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mute mute = {.kind = MUTE_SILENT,
		    .thing = (uint8_t)rows[i].thing,
		    .key = rows[i].key,
		    .why = "",
		    .by = ""};
		struct mutes *m;
		struct err e = store_mute_add(s, &mute);
		struct stmt q;

		CHECK_EQ(err_is(e), !rows[i].stored);
		if (err_is(e))
			continue;
		m = load(s, 1);
		CHECK(!mutes_empty(m));
		mutes_free(m);
		q = stmt_once(s, "SELECT key FROM mutes");
		CHECK(stmt_row(&q));
		CHECK_STR(stmt_get_text(&q, 0), rows[i].stored);
		CHECK(went_well(stmt_end(&q), s));
		CHECK(went_well(store_mute_remove(s, mute.id), s));
		CHECK(err_is_refusal(store_mute_remove(s, mute.id), REFUSAL_MISSING));
	}
	store_close(s);
}

static void one_of_many_is_found(void)
{
	struct store *s = lab_store();
	struct endpoint there = lab_endpoint(500), not = lab_endpoint(2000);
	struct mutes *m;

	CHECK(went_well(store_begin(s), s));
	for (uint32_t host = 0; host < 1000; host++) {
		char text[ENDPOINT_TEXT_MAX];
		struct endpoint e = lab_endpoint(host);

		add(s, MUTE_SILENT, MUTE_ENDPOINT, endpoint_text(&e, text));
	}
	CHECK(went_well(store_commit(s), s));
	m = load(s, 1);
	CHECK(mutes_find(m, &(struct muteable){.endpoint = &there}) != NULL);
	CHECK(!mutes_find(m, &(struct muteable){.endpoint = &not }));
	mutes_free(m);
	store_close(s);
}

static void things_have_names(void)
{
	for (unsigned i = MUTE_CERTIFICATE; i < MUTE_THING_MAX; i++)
		CHECK_EQ(mute_thing_find(span_str(mute_thing_text((enum mute_thing)i))), i);
	CHECK_EQ(mute_thing_find(span_str("nothing")), MUTE_NOTHING);
	CHECK_STR(mute_kind_text(MUTE_ACK), "ack");
	CHECK_STR(mute_kind_text(MUTE_SILENT), "mute");
}

int main(void)
{
	lab_make();
	RUN(each_names_exactly_one_thing);
	RUN(a_mute_of_one_finding_is_of_that_one);
	RUN(an_acknowledgement_is_of_what_held_then);
	RUN(keys_have_one_spelling);
	RUN(one_of_many_is_found);
	RUN(things_have_names);
	lab_drop();
	return test_done();
}
