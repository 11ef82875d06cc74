/* Each type over a clock that the test moves; what is told, and what is not told twice. */
#include "alert/elastalert.h"

#include "alert/limits.h"
#include "store/notes.h"

#include "ea_lab.h"

#define ALERT "alert: email\nemail: ops@example.com\n"
#define QUIET "realert: {minutes: 0}\n"

static const struct lab_cert web = {"www.example", "R3", "k1", "01", KEY_EC, 1800000000, false};
static const struct lab_cert renewed = {"www.example", "R4", "k2", "02", KEY_EC, 1900000000, false};

static void any_tells_each_document_once_a_buffer_time(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "any", "type: any\nbuffer_time: {hours: 1}\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 2);
	CHECK_STR(lab.told[0].subject, "ElastAlert: any");
	CHECK_STR(lab.told[0].type, "email");
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	/* Seen again within the hour: looked at already. */
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	/* And after it, because it was seen since. */
	lab.now_ms += HOUR_MS;
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	ea_end(&lab);
}

static void a_pass_is_run_when_it_is_due(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "due", "type: any\nrun_every: {minutes: 10}\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	lab.now_ms += MINUTE_MS;
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	CHECK_EQ(ea_pass_after(&lab, 8 * MINUTE_MS), 1);
	ea_end(&lab);
}

static void a_disabled_rule_is_not_run(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "off", "type: any\nis_enabled: false\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	ea_end(&lab);
}

static void realert_silences_one_value_of_the_query_key(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "once a day",
	    "type: any\nquery_key: [ip, port]\nbuffer_time: {minutes: 5}\n"
	    "realert: {days: 1}\n" ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	CHECK_STR(lab.told[0].subject, "ElastAlert: once a day - 10.0.0.1, 443");
	for (int hour = 0; hour < 23; hour++) {
		lab.now_ms += HOUR_MS;
		ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
		CHECK_EQ(ea_pass_after(&lab, 0), 0);
	}
	CHECK_EQ(lab.n_suppressed, 23);
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	lab.now_ms += HOUR_MS;
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, 0), 1);
	ea_end(&lab);
}

static void realert_holds_within_one_pass(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "one", "type: any\nquery_key: issuer\n" ALERT);
	for (uint32_t host = 1; host <= 5; host++)
		ea_scan(&lab, &(struct ea_seen){host, 0, "web", web});
	lab.dry = true;
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	CHECK_EQ(lab.n_suppressed, 4);
	lab.dry = false;
	CHECK_EQ(ea_pass_after(&lab, 0), 1);
	CHECK_STR(lab.told[0].text, lab.told[1].text);
	ea_end(&lab);
}

static void exponential_realert_waits_longer_each_time(void)
{
	static const int minutes[] = {0, 2, 4, 8, 16, 16};
	struct ea_lab lab;

	ea_begin(&lab, "growing",
	    "type: any\nbuffer_time: {seconds: 1}\nrun_every: {seconds: 1}\n"
	    "realert: {minutes: 2}\nexponential_realert: {minutes: 16}\n" ALERT);
	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		for (int minute = 1; minute < minutes[i]; minute++) {
			lab.now_ms += MINUTE_MS;
			ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
			CHECK_EQ(ea_pass(&lab), 0);
		}
		lab.now_ms += MINUTE_MS;
		ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
		CHECK_EQ(ea_pass(&lab), 1);
	}
	ea_end(&lab);
}

static void lists_are_compared(void)
{
	static const struct {
		const char *yaml;
		size_t told;
	} rows[] = {
	    {"type: blacklist\ncompare_key: issuer\nblacklist: [R3, X]\n", 1},
	    {"type: blacklist\ncompare_key: issuer\nblacklist: [r3]\n", 0},
	    {"type: blacklist\ncompare_key: port\nblacklist: [\"8443\"]\n", 1},
	    {"type: blacklist\ncompare_key: SANs\nblacklist: [b.example]\n", 1},
	    {"type: blacklist\ncompare_key: hostname\nblacklist: [\"\"]\n", 0},
	    {"type: whitelist\ncompare_key: issuer\nwhitelist: [R3]\nignore_null: true\n", 1},
	    {"type: whitelist\ncompare_key: hostname\nwhitelist: [web1]\nignore_null: true\n", 0},
	    {"type: whitelist\ncompare_key: hostname\nwhitelist: [web1]\nignore_null: false\n", 1},
	    {"type: whitelist\ncompare_key: SANs\nwhitelist: [www.example, a.example]\n"
	     "ignore_null: true\n",
		1},
	};
	static const struct lab_cert two = {
	    "a.example,b.example", "Lab", "k3", "03", KEY_EC, 1800000000, false};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ea_lab lab;
		char yaml[1000];

		snprintf(yaml, sizeof(yaml), "%s%s", rows[i].yaml, QUIET ALERT);
		ea_begin(&lab, "lists", yaml);
		ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
		ea_scan(&lab, &(struct ea_seen){2, 8443, NULL, two});
		CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), rows[i].told);
		if (lab.n != rows[i].told)
			printf("# %s", rows[i].yaml);
		ea_end(&lab);
	}
}

static void a_change_is_told_with_both_values(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "renewed",
	    "type: change\nquery_key: [ip, port]\ncompare_key: [issuer, serial]\n"
	    "ignore_null: true\nalert_text: \"{0} -> {1}\"\nalert_text_type: alert_text_only\n"
	    "alert_text_args: [old_value, new_value]\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", renewed});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", renewed});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	CHECK_STR(lab.told[0].text, "['R3', '01'] -> ['R4', '02']\n\n");
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	ea_end(&lab);
}

static void a_change_after_the_timeframe_is_not_told(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "renewed",
	    "type: change\nquery_key: ip\ncompare_key: issuer\nignore_null: true\n"
	    "timeframe: {hours: 2}\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	lab.now_ms += 3 * HOUR_MS;
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", renewed});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	ea_end(&lab);
}

static void frequency_tells_when_there_are_so_many(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "many",
	    "type: frequency\nnum_events: 3\ntimeframe: {hours: 1}\nquery_key: issuer\n"
	    "use_local_time: false\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", web});
	ea_scan(&lab, &(struct ea_seen){3, 0, "web3", renewed});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	/* A third in time, of the one issuer; the others come too late. */
	lab.now_ms = NOON_MS + 30 * MINUTE_MS;
	ea_scan(&lab, &(struct ea_seen){4, 0, "web4", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	CHECK(strstr(lab.told[0].text,
		  "At least 3 events occurred between 2026-11-22 11:30 UTC and 2026-11-22 "
		  "12:30 UTC\n\n") != NULL);
	lab.now_ms = NOON_MS + 2 * HOUR_MS;
	ea_scan(&lab, &(struct ea_seen){5, 0, "web5", renewed});
	ea_scan(&lab, &(struct ea_seen){6, 0, "web6", renewed});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	ea_end(&lab);
}

static void flatline_tells_of_silence(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "few",
	    "type: flatline\nthreshold: 2\ntimeframe: {hours: 1}\nrun_every: {minutes: 10}\n"
	    "use_local_time: false\n" QUIET ALERT);
	/* Nobody has counted for an hour yet. */
	CHECK_EQ(ea_pass(&lab), 0);
	for (int i = 1; i <= 5; i++) {
		lab.now_ms = NOON_MS + i * 10 * MINUTE_MS;
		ea_scan(&lab, &(struct ea_seen){(uint32_t)i, 0, "web", web});
		CHECK_EQ(ea_pass(&lab), 0);
	}
	/* From 12:50 on nothing comes: at 13:40 there are two left within the hour, then one. */
	for (int i = 6; i <= 9; i++)
		CHECK_EQ(ea_pass_after(&lab, 10 * MINUTE_MS), 0);
	CHECK_EQ(ea_pass_after(&lab, 10 * MINUTE_MS), 1);
	CHECK(strstr(lab.told[0].text,
		  "An abnormally low number of events occurred around 2026-11-22 13:40 UTC.\n"
		  "Between 2026-11-22 12:40 UTC and 2026-11-22 13:40 UTC, there were less than "
		  "2 events.\n\n") != NULL);
	CHECK(strstr(lab.told[0].text, "count: 1\n") != NULL);
	CHECK(strstr(lab.told[0].text, "key: all\n") != NULL);
	/* And again, until it is over. */
	CHECK_EQ(ea_pass_after(&lab, 10 * MINUTE_MS), 1);
	ea_scan(&lab, &(struct ea_seen){20, 0, "web", web});
	ea_scan(&lab, &(struct ea_seen){21, 0, "web", web});
	CHECK_EQ(ea_pass_after(&lab, 10 * MINUTE_MS), 0);
	ea_end(&lab);
}

static void flatline_forgets_keys_where_it_is_told_to(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "gone",
	    "type: flatline\nthreshold: 1\ntimeframe: {minutes: 30}\nquery_key: hostname\n"
	    "forget_keys: true\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	CHECK_EQ(ea_pass_after(&lab, 20 * MINUTE_MS), 0);
	CHECK_EQ(ea_pass_after(&lab, 20 * MINUTE_MS), 1);
	CHECK(strstr(lab.told[0].text, "key: web1\n") != NULL);
	CHECK_EQ(ea_pass_after(&lab, 60 * MINUTE_MS), 0);
	ea_end(&lab);
}

static void an_aggregation_waits_and_is_one_message(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "together",
	    "type: any\naggregation: {hours: 2}\naggregation_key: issuer\n"
	    "alert_text: \"{0}\"\nalert_text_args: [hostname]\n"
	    "alert_text_type: alert_text_only\n" ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	ea_scan(&lab, &(struct ea_seen){2, 0, "other", renewed});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	lab.now_ms += HOUR_MS;
	ea_scan(&lab, &(struct ea_seen){3, 0, "web3", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	CHECK_EQ(ea_pass_after(&lab, HOUR_MS), 2);
	CHECK_STR(lab.told[0].text, "web1\n\n\n----------------------------------------\n"
				    "web3\n\n\n----------------------------------------\n");
	CHECK_STR(lab.told[1].text, "other\n\n");
	CHECK_EQ(ea_pass_after(&lab, HOUR_MS), 0);
	ea_end(&lab);
}

static void an_aggregation_may_go_by_a_schedule(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "weekly", "type: any\naggregation: {schedule: \"0 9 * * 1\"}\n" ALERT);
	/* A Sunday; on Monday at nine it is told. */
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	lab.now_ms = NOON_MS + 21 * HOUR_MS - MINUTE_MS;
	CHECK_EQ(ea_pass(&lab), 0);
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	ea_end(&lab);
}

static void limit_execution_keeps_to_its_hours(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "mondays",
	    "type: any\nlimit_execution: \"* 8-17 * * 1\"\nbuffer_time: {days: 2}\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	lab.now_ms = NOON_MS + 19 * HOUR_MS;
	CHECK_EQ(ea_pass(&lab), 0);
	CHECK_EQ(ea_pass_after(&lab, HOUR_MS), 1);
	ea_end(&lab);
}

static void the_default_text_has_all_fields(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "all of it",
	    "type: any\nindex: test\ntimestamp_field: timestamp\n"
	    "include: [hostname, port, SANs, notvalidafter, subject]\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	CHECK_STR(lab.told[0].text, "all of it\n\n"
				    "SANs: [\n    \"www.example\"\n]\n"
				    "_id: 10.0.0.1:443\n"
				    "_index: test\n"
				    "hostname: web1\n"
				    "notvalidafter: 2027-01-15T08:00:00\n"
				    "num_hits: 1\n"
				    "num_matches: 1\n"
				    "port: 443\n"
				    "subject: www.example\n"
				    "timestamp: 2026-11-22T12:00:00Z\n");
	ea_end(&lab);
}

static void no_names_are_an_empty_list(void)
{
	static const struct lab_cert root = {"Root", "Root", "k2", "02", KEY_EC, 1800000000, true};
	struct ea_lab lab;

	ea_begin(&lab, "names",
	    "type: any\nalert_text_type: alert_text_only\nalert_text: \"{0} {1}\"\n"
	    "alert_text_args: [SANs, hostname]\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, NULL, root});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	CHECK_STR(
	    lab.told[0].text, "[] <MISSING VALUE>\n\n"); /* ElastAlert2 ends with a blank line */
	ea_end(&lab);
}

static void what_is_muted_is_not_told(void)
{
	struct mute mute = {.kind = MUTE_SILENT,
	    .thing = MUTE_ENDPOINT,
	    .key = "10.0.0.1:443",
	    .why = "known",
	    .by = "ada",
	    .at_ms = NOON_MS,
	    .until_ms = NOON_MS + DAY_MS};
	struct ea_lab lab;

	ea_begin(&lab, "muted", "type: any\nquery_key: ip\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", web});
	CHECK(went_well(store_mute_add(lab.store, &mute), lab.store));
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	CHECK_STR(lab.told[0].subject, "ElastAlert: muted - 10.0.0.2");
	CHECK_EQ(lab.n_suppressed, 1);
	lab.now_ms = NOON_MS + DAY_MS + MINUTE_MS;
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	ea_end(&lab);
}

/* More than one pass tells, of several times, each told once; then the window begins anew. */
static void what_does_not_fit_a_pass_is_told_by_the_next(void)
{
	enum { HOSTS = RULE_MATCHES_MAX + 500 };
	struct ea_lab lab;
	size_t first, second;

	ea_begin(&lab, "very many",
	    "type: any\ntimeframe: {days: 2}\nscan_entire_timeframe: true\nrun_every: {hours: 1}\n"
	    "buffer_time: {seconds: 1}\n" QUIET ALERT);
	CHECK(went_well(store_begin(lab.store), lab.store));
	for (uint32_t host = 1; host <= HOSTS; host++) {
		const struct chain_verdict *v = lab_chain(&lab.arena, &web, 1);
		struct observation o = lab_seen(host, v, lab.run, NOON_MS + host / 100);

		lab_put(lab.store, v, &o);
	}
	CHECK(went_well(store_commit(lab.store), lab.store));
	lab.only_count = true;
	first = ea_pass_after(&lab, HOUR_MS);
	CHECK(first >= RULE_MATCHES_MAX && first < HOSTS);
	second = ea_pass_after(&lab, MINUTE_MS);
	CHECK_EQ(first + second, HOSTS);
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0); /* not due */
	ea_end(&lab);
}

static void nothing_is_lost_or_told_twice_by_a_restart(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "restart",
	    "type: any\nquery_key: ip\nrealert: {hours: 1}\naggregation: {minutes: 5}\n" ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	store_close(lab.store);
	lab.store = lab_open();
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	store_close(lab.store);
	lab.store = lab_open();
	CHECK_EQ(ea_pass_after(&lab, 5 * MINUTE_MS), 1);
	store_close(lab.store);
	lab.store = lab_open();
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	CHECK_EQ(ea_pass_after(&lab, 10 * MINUTE_MS), 0);
	ea_end(&lab);
}

/* Killed between two messages: neither they nor silences nor what was looked at are kept. */
static void what_a_failed_pass_saw_is_seen_again(void)
{
	struct ea_lab lab;
	struct pass pass;

	ea_begin(&lab, "again", "type: any\nquery_key: ip\nrealert: {days: 1}\n" ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", web});
	lab.now_ms += MINUTE_MS;
	lab.fails_at = 2;
	pass = (struct pass){.store = lab.store,
	    .rule = &lab.rule,
	    .now_ms = lab.now_ms,
	    .public_url = "",
	    .message = ea_told,
	    .context = &lab};
	CHECK(err_class(elastalert_pass(&pass)) == ERR_IO);
	lab.fails_at = 0;
	CHECK_EQ(ea_pass(&lab), 2);
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	ea_end(&lab);
}

/* A server chooses what its certificate says, and must not silence or stop a rule by it. */
static void names_of_any_length_are_told_apart(void)
{
	static char names[2][50001];
	struct ea_lab lab;

	ea_begin(&lab, "long",
	    "type: any\nquery_key: subject\naggregation: {minutes: 1}\n"
	    "aggregation_key: subject\nrealert: {days: 1}\n" ALERT);
	for (uint32_t i = 0; i < 2; i++) {
		struct lab_cert cert = web;
		struct chain_verdict *v = lab_chain(&lab.arena, &cert, 1);
		struct cert_facts *facts = arena_dup(&lab.arena, v->facts[0], sizeof(*facts));
		struct digest256 id;
		struct observation o;

		memset(names[i], 'n', sizeof(names[i]) - 1);
		names[i][sizeof(names[i]) - 2] = (char)('a' + i);
		facts->subject_cn = names[i];
		facts->id.b[0] = (uint8_t)(i + 1);
		v->der[0] = span_str(i ? "one" : "other");
		v->facts[0] = facts;
		id = facts->id;
		v->id = chain_id_of(&id, 1);
		o = lab_seen(i + 1, v, lab.run, lab.now_ms);
		CHECK(went_well(store_begin(lab.store), lab.store));
		lab_put(lab.store, v, &o);
		CHECK(went_well(store_commit(lab.store), lab.store));
	}
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	CHECK_EQ(ea_pass_after(&lab, 2 * MINUTE_MS), 2);
	ea_end(&lab);
}

static void a_dry_run_says_what_was_looked_at_already(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "dry", "type: any\n" QUIET ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	lab.dry = true;
	CHECK_EQ(ea_pass(&lab), 0);
	CHECK_EQ(lab.n_suppressed, 1);
	ea_end(&lab);
}

static void a_fresh_one_has_told_nothing_yet(void)
{
	const struct silence by_hand = {
	    .key = "fresh._silence", .until_ms = NOON_MS + HOUR_MS, .by = "ann"};
	struct silence silence = by_hand;
	struct ea_lab lab;

	ea_begin(&lab, "fresh", "type: any\nquery_key: ip\nrealert: {days: 1}\n" ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	lab.dry = true;
	CHECK_EQ(ea_pass(&lab), 0);
	lab.fresh = true;
	CHECK_EQ(ea_pass(&lab), 1);
	CHECK_STR(lab.told[1].text, lab.told[0].text);
	/* it has changed nothing */
	lab.fresh = false;
	CHECK_EQ(ea_pass(&lab), 0);
	/* what a person silenced stays so */
	silence.rule = lab.rule.id;
	CHECK(went_well(store_put_silence(lab.store, &silence), lab.store));
	lab.fresh = true;
	CHECK_EQ(ea_pass(&lab), 0);
	ea_end(&lab);
}

static void a_change_is_seen_by_a_fresh_one_from_its_window(void)
{
	struct ea_lab lab;

	ea_begin(&lab, "change",
	    "type: change\nquery_key: ip\ncompare_key: issuer\nignore_null: true\n"
	    "timestamp_field: first_seen\n" ALERT);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 0);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", renewed});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	lab.dry = true;
	CHECK_EQ(ea_pass(&lab), 0);
	lab.fresh = true;
	CHECK_EQ(ea_pass(&lab), 1);
	ea_end(&lab);
}

/* Two rules of one realert_key: who is told by the one is not told by the other. */
static void a_realert_key_is_shared(void)
{
	static const char *const texts[] = {
	    "type: any\nquery_key: ip\nrealert: {days: 1}\nrealert_key: hosts\n" ALERT,
	    "type: any\nquery_key: ip\nrealert: {days: 1}\nrealert_key: hosts\nalert_text: "
	    "other\n" ALERT,
	    "type: any\nquery_key: ip\nrealert: {days: 1}\n" ALERT,
	};
	struct ea_lab lab;

	ea_begin(&lab, "one", texts[0]);
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	ea_add_rule(&lab, "two", texts[1]);
	CHECK_EQ(ea_pass(&lab), 0);
	CHECK_EQ(lab.n_suppressed, 1);
	ea_scan(&lab, &(struct ea_seen){2, 0, "web2", web});
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	ea_add_rule(&lab, "alone", texts[2]);
	CHECK_EQ(ea_pass(&lab), 2);
	/* two days later it is over for both */
	lab.now_ms += 48 * HOUR_MS;
	ea_scan(&lab, &(struct ea_seen){1, 0, "web1", web});
	ea_add_rule(&lab, "three", texts[1]);
	CHECK_EQ(ea_pass_after(&lab, MINUTE_MS), 1);
	ea_end(&lab);
}

/* What is wrong stands where the author looks. */
static void a_rule_with_errors_says_where(void)
{
	struct stored_rule stored;
	struct ea_lab lab;
	struct pass pass;

	ea_begin(&lab, "wrong", "type: any\nrealert: 5\n" ALERT);
	pass = (struct pass){.store = lab.store,
	    .rule = &lab.rule,
	    .now_ms = lab.now_ms,
	    .public_url = "",
	    .message = ea_told,
	    .context = &lab};
	CHECK(err_class(elastalert_pass(&pass)) == ERR_INPUT);
	CHECK_STR(pass.error, "2:10: realert: a span of time is expected, as in {days: 1}");
	CHECK(went_well(store_get_rule(lab.store, lab.rule.id, &lab.arena, &stored), lab.store));
	CHECK_STR(stored.error, pass.error);
	CHECK_EQ(stored.ran_ms, lab.now_ms);
	ea_end(&lab);
}

int main(void)
{
	lab_make();
	RUN(any_tells_each_document_once_a_buffer_time);
	RUN(a_pass_is_run_when_it_is_due);
	RUN(a_disabled_rule_is_not_run);
	RUN(realert_silences_one_value_of_the_query_key);
	RUN(realert_holds_within_one_pass);
	RUN(exponential_realert_waits_longer_each_time);
	RUN(lists_are_compared);
	RUN(a_change_is_told_with_both_values);
	RUN(a_change_after_the_timeframe_is_not_told);
	RUN(frequency_tells_when_there_are_so_many);
	RUN(flatline_tells_of_silence);
	RUN(flatline_forgets_keys_where_it_is_told_to);
	RUN(an_aggregation_waits_and_is_one_message);
	RUN(an_aggregation_may_go_by_a_schedule);
	RUN(limit_execution_keeps_to_its_hours);
	RUN(the_default_text_has_all_fields);
	RUN(no_names_are_an_empty_list);
	RUN(what_is_muted_is_not_told);
	RUN(what_does_not_fit_a_pass_is_told_by_the_next);
	RUN(nothing_is_lost_or_told_twice_by_a_restart);
	RUN(what_a_failed_pass_saw_is_seen_again);
	RUN(names_of_any_length_are_told_apart);
	RUN(a_dry_run_says_what_was_looked_at_already);
	RUN(a_fresh_one_has_told_nothing_yet);
	RUN(a_change_is_seen_by_a_fresh_one_from_its_window);
	RUN(a_realert_key_is_shared);
	RUN(a_rule_with_errors_says_where);
	lab_drop();
	return test_done();
}
