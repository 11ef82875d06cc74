#include "web/put.h"

#include "format/word.h"
#include "lib/test.h"
#include "store/store.h"
#include "verdict/table.h"
#include "web/limits.h"

static struct buf text;
static struct jsonw w;

static struct jsonw *fresh(void)
{
	buf_done(&text);
	buf_init(&text, 1 << 16);
	jsonw_init(&w, &text);
	return &w;
}

static bool has(const char *part)
{
	bool found = strstr(buf_text(&text), part) != NULL;

	if (!found)
		printf("# %s is not in %s\n", part, buf_text(&text));
	return found;
}

/* Of whole days: a certificate that ends in an hour has 0, one that ended an hour ago -1. */
static void days_left_are_whole(void)
{
	static const struct {
		int64_t left_s, days;
	} cases[] = {{0, 0}, {1, 0}, {86399, 0}, {86400, 1}, {-1, -1}, {-86400, -1}, {-86401, -2},
	    {30 * 86400, 30}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char want[32];

		jsonw_object(fresh());
		put_days_left(&w, 1700000000 + cases[i].left_s, 1700000000);
		jsonw_end_object(&w);
		snprintf(want, sizeof(want), "{\"days_left\":%lld}", (long long)cases[i].days);
		CHECK_STR(buf_text(&text), want);
	}
}

static void a_finding_has_its_interval(void)
{
	const struct finding_row *row = finding_by_name("expired");
	struct finding f = {.id = row->id,
	    .severity = row->severity,
	    .since_s = 86400,
	    .until_s = FOREVER_S,
	    .evidence = "it \"ended\""};

	put_finding(fresh(), &f, true, 86400, true);
	CHECK(has("{\"finding\":\"expired\""));
	CHECK(has("\"evidence\":\"it \\\"ended\\\"\""));
	CHECK(
	    has("\"since\":\"1970-01-02T00:00:00Z\",\"until\":null,\"holds\":true,\"muted\":true"));
	CHECK(has("\"chrome\":\"NET::ERR_CERT_DATE_INVALID\""));
	f.since_s = ALWAYS_S;
	f.until_s = 86400;
	put_finding(fresh(), &f, false, 86400, false);
	CHECK(has(
	    "\"since\":null,\"until\":\"1970-01-02T00:00:00Z\",\"holds\":false,\"muted\":false}"));
	f.id = UINT16_MAX;
	put_finding(fresh(), &f, false, 0, true);
	CHECK(has("{\"finding\":\"unknown\"") && has("\"title\":\"\""));
}

static void a_name_stands_for_what_has_no_common_name(void)
{
	CHECK_STR(name_of("cn", "CN=cn,O=x"), "cn");
	CHECK_STR(name_of("", "O=x"), "O=x");
}

static void a_certificate_in_short(void)
{
	struct cert_brief cert = {.sha256.b = {0xab, [31] = 1},
	    .subject_cn = "a\n<b>",
	    .issuer_cn = "R3",
	    .not_before_s = 0,
	    .not_after_s = 86400,
	    .self_signed = true};

	put_brief(fresh(), &cert);
	CHECK(has(
	    "{\"sha256\":\"ab00000000000000000000000000000000000000000000000000000000000001\""));
	CHECK(has(
	    "\"subject\":\"a\\n<b>\",\"issuer\":\"R3\",\"not_before\":\"1970-01-01T00:00:00Z\""));
	CHECK(has("\"is_ca\":false,\"self_signed\":true}"));
}

/* Numbers that have a word are told by it, yes and no as what they are. */
static void facets_say_words(void)
{
	static struct facet f = {.field = FIELD_VERSION, .n = 1, .other = 3, .missing = 4};

	f.values[0] = (struct facet_value){.number = 0x0304, .count = 2};
	put_facet(fresh(), &f);
	CHECK_STR(buf_text(&text), "{\"field\":\"version\",\"values\":[{\"value\":\"TLS 1.3\","
				   "\"count\":2}],\"other\":3,\"missing\":4}");
	f.field = FIELD_PORT;
	f.values[0].number = 8443;
	put_facet(fresh(), &f);
	CHECK(has("{\"value\":8443,\"count\":2}"));
	f.field = FIELD_SELF_SIGNED;
	f.values[0].number = 1;
	put_facet(fresh(), &f);
	CHECK(has("{\"value\":true,\"count\":2}"));
	f.field = FIELD_ISSUER;
	f.values[0].text = "R3";
	put_facet(fresh(), &f);
	CHECK(has("{\"value\":\"R3\",\"count\":2}"));
}

static void buckets_begin_where_the_last_one_ends(void)
{
	static struct timeline t = {.from_s = 0, .to_s = 200, .bucket_s = 100, .n = 2};

	t.buckets[1] = (struct timeline_bucket){3, 2, 1, 0};
	t.after = (struct timeline_bucket){9, 8, 0, 0};
	put_timeline(fresh(), &t);
	CHECK(has("\"buckets\":[{\"start\":\"1970-01-01T00:00:00Z\",\"expired\":0,\"soon\":0,"
		  "\"endpoints\":0,\"certificates\":0},{\"start\":\"1970-01-01T00:01:40Z\","
		  "\"expired\":1,\"soon\":0,\"endpoints\":3,\"certificates\":2}]"));
	CHECK(has("\"before\":{\"endpoints\":0,\"certificates\":0},"
		  "\"after\":{\"endpoints\":9,\"certificates\":8}"));
}

static const char *state_of(enum run_state state, const struct job *job, int64_t silent_ms)
{
	static char word[32];
	struct run run = {
	    .id = 1, .state = state, .spec = "", .started_ms = 1, .heard_ms = 1000000};
	const char *at;

	put_run(fresh(), &run, job, run.heard_ms + silent_ms);
	at = strstr(buf_text(&text), "\"state\":\"");
	snprintf(word, sizeof(word), "%.*s", at ? (int)strcspn(at + 9, "\"") : 0, at ? at + 9 : "");
	return word;
}

/* A run of a schedule is what its job is, unless it is whole; one of the command line goes on as
 * long as it says so. */
static void a_run_says_how_it_is(void)
{
	struct job job = {.state = JOB_RUNNING};

	CHECK_STR(state_of(RUN_UNFINISHED, NULL, 0), "running");
	CHECK_STR(state_of(RUN_UNFINISHED, NULL, WEB_RUN_SILENCE_MS), "unfinished");
	CHECK_STR(state_of(RUN_STOPPED, NULL, 0), "stopped");
	CHECK_STR(state_of(RUN_UNFINISHED, &job, WEB_RUN_SILENCE_MS), "running");
	job.state = JOB_PAUSED;
	CHECK_STR(state_of(RUN_STOPPED, &job, 0), "paused");
	CHECK_STR(state_of(RUN_COMPLETED, &job, 0), "completed");
	job.state = JOB_FAILED;
	CHECK_STR(state_of(RUN_UNFINISHED, &job, 0), "failed");
}

static void a_mute_names_its_finding(void)
{
	struct mute m = {.id = 3,
	    .kind = MUTE_ACK,
	    .thing = MUTE_ENDPOINT,
	    .key = "192.0.2.1:443",
	    .finding = finding_by_name("expired")->id,
	    .why = "w",
	    .by = "ada",
	    .at_ms = 1000};

	put_mute(fresh(), &m);
	CHECK_STR(buf_text(&text),
	    "{\"id\":3,\"kind\":\"ack\",\"thing\":\"endpoint\",\"key\":\"192.0.2.1:443\","
	    "\"finding\":\"expired\",\"until\":null,\"why\":\"w\",\"by\":\"ada\","
	    "\"at\":\"1970-01-01T00:00:01.000Z\"}");
	m.finding = FINDING_NONE;
	put_mute(fresh(), &m);
	CHECK(has("\"finding\":null"));
}

int main(void)
{
	RUN(days_left_are_whole);
	RUN(a_finding_has_its_interval);
	RUN(a_name_stands_for_what_has_no_common_name);
	RUN(a_certificate_in_short);
	RUN(facets_say_words);
	RUN(buckets_begin_where_the_last_one_ends);
	RUN(a_run_says_how_it_is);
	RUN(a_mute_names_its_finding);
	buf_done(&text);
	return test_done();
}
