#include "format/getter.h"

#include "rows.h"

static void every_field_has_the_type_of_the_list(void)
{
	struct observation seen = row_seen(), refused = row_refused();
	struct inventory_row full = row_of(&seen), bare = {.seen = &refused};

	for (enum field_id id = FIELD_NONE + 1; id < FIELD_MAX; id++) {
		struct value v;

		value_get(&full, id, NOW_S, &v);
		CHECK_EQ(v.type, field_by_id(id)->type);
		value_get(&bare, id, NOW_S, &v);
		CHECK_EQ(v.type, field_by_id(id)->type);
		CHECK(v.present || v.text[0] == 0);
	}
}

static void check_text(const struct inventory_row *row, enum field_id id, const char *text)
{
	struct value v;

	value_get(row, id, NOW_S, &v);
	CHECK(v.present);
	CHECK_STR(v.text, text);
}

static void check_number(const struct inventory_row *row, enum field_id id, int64_t number)
{
	struct value v;

	value_get(row, id, NOW_S, &v);
	CHECK(v.present);
	CHECK_EQ(v.number, number);
}

static void texts_come_from_where_they_should(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);

	check_text(&row, FIELD_HOSTNAME, "web.example.com");
	check_text(&row, FIELD_SNI, "a.test");
	check_text(&row, FIELD_SUBJECT, "www.example.com");
	check_text(&row, FIELD_SUBJECT_DN, "CN=www.example.com,O=\"Ex, Inc\"");
	check_text(&row, FIELD_ISSUER, "Lab CA");
	check_text(&row, FIELD_ISSUER_DN, "CN=Lab CA,O=Lab");
	check_text(&row, FIELD_SERVICE, "https");
	check_text(&row, FIELD_SOURCE, "scan");
	check_text(&row, FIELD_OUTCOME, "certificate");
	check_text(&row, FIELD_VERSION, "TLS 1.3");
	check_text(&row, FIELD_CIPHER, "TLS_AES_128_GCM_SHA256");
	check_text(&row, FIELD_GROUP, "x25519");
	check_text(&row, FIELD_ALPN, "h2");
	check_text(&row, FIELD_KEY, "RSA 2048");
	check_text(&row, FIELD_SERIAL, "0abc");
	check_text(&row, FIELD_SEVERITY, "high");
	check_text(
	    &row, FIELD_SHA256, "1eaf000000000000000000000000000000000000000000000000000000000000");
	check_text(&row, FIELD_CHAIN_ID,
	    "c400000000000000000000000000000000000000000000000000000000000000");
}

static void numbers_too(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);

	check_number(&row, FIELD_PORT, 443);
	check_number(&row, FIELD_VERSION_ID, 0x0304);
	check_number(&row, FIELD_CIPHER_ID, 0x1301);
	check_number(&row, FIELD_GROUP_ID, 29);
	check_number(&row, FIELD_KEY_BITS, 2048);
	check_number(&row, FIELD_CONNECTIONS, 2);
	check_number(&row, FIELD_CLIENTS, 4);
	check_number(&row, FIELD_CLIENT_CERT_ASKED, 1);
	check_number(&row, FIELD_OCSP_STAPLED, 0);
	check_number(&row, FIELD_NOT_AFTER, NOW_S + 12 * 86400);
	check_number(&row, FIELD_NOTVALIDAFTER, NOW_S + 12 * 86400);
	check_number(&row, FIELD_FIRST_SEEN, 1778000000);
	check_number(&row, FIELD_IS_CA, 0);
}

static void what_has_no_name_is_told_by_its_number(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);

	seen.cipher = 0xfafa;
	seen.alert_level = 2;
	seen.alert = 40;
	check_text(&row, FIELD_CIPHER, "0xfafa");
	check_text(&row, FIELD_ALERT, "handshake_failure");
	seen.alert = 250;
	check_text(&row, FIELD_ALERT, "250");
}

static void without_a_certificate_there_is_nothing_to_tell_of_one(void)
{
	static const enum field_id absent[] = {FIELD_NOTVALIDAFTER, FIELD_SUBJECT, FIELD_SANS,
	    FIELD_SHA256, FIELD_KEY_BITS, FIELD_IS_CA, FIELD_CHAIN, FIELD_CHAIN_ID, FIELD_VERSION,
	    FIELD_CIPHER_ID, FIELD_ALERT, FIELD_SEVERITY, FIELD_FINDINGS, FIELD_STARTTLS};
	struct observation seen = row_refused();
	struct inventory_row row = {.seen = &seen};
	struct value v;

	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
		value_get(&row, absent[i], NOW_S, &v);
		CHECK(!v.present);
	}
	check_text(&row, FIELD_OUTCOME, "refused");
	check_text(&row, FIELD_ERROR, "Connection refused");
}

static void times_have_milliseconds_where_they_were_measured(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);
	char text[TIME_TEXT_MAX];
	struct value v;

	value_get(&row, FIELD_TIMESTAMP, NOW_S, &v);
	CHECK_STR(value_time_text(&v, text), "2026-05-28T20:26:39.123Z");
	value_get(&row, FIELD_NOT_AFTER, NOW_S, &v);
	CHECK_STR(value_time_text(&v, text), "2026-06-09T20:26:40Z");
	seen.last_ms = -1;
	value_get(&row, FIELD_TIMESTAMP, NOW_S, &v);
	CHECK_STR(value_time_text(&v, text), "1969-12-31T23:59:59.999Z");
}

static void a_finding_holds_from_since_until_before_until(void)
{
	const struct finding f = {.since_s = 10, .until_s = 20};

	CHECK(!finding_holds(&f, 9));
	CHECK(finding_holds(&f, 10));
	CHECK(finding_holds(&f, 19));
	CHECK(!finding_holds(&f, 20));
}

static void the_worst_severity_is_that_of_the_moment(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);

	CHECK_EQ(row_severity(&row, NOW_S), SEVERITY_HIGH);
	CHECK_EQ(row_severity(&row, NOW_S + 12 * 86400), SEVERITY_CRITICAL);
	seen.n_findings = 0;
	CHECK_EQ(row_severity(&row, NOW_S), SEVERITY_MEDIUM);
	CHECK_EQ(row_severity(&row, 1775000000), SEVERITY_NONE);
}

int main(void)
{
	RUN(every_field_has_the_type_of_the_list);
	RUN(texts_come_from_where_they_should);
	RUN(numbers_too);
	RUN(what_has_no_name_is_told_by_its_number);
	RUN(without_a_certificate_there_is_nothing_to_tell_of_one);
	RUN(times_have_milliseconds_where_they_were_measured);
	RUN(a_finding_holds_from_since_until_before_until);
	RUN(the_worst_severity_is_that_of_the_moment);
	return test_done();
}
