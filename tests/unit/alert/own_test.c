#include "town.h"

#include "base/base64.h"
#include "http/limits.h"
#include "http/own_cert.h"
#include "x509/own_mark.h"

static struct town_heard heard;

static struct store *town(const char *type)
{
	struct store *s = town_open();

	town_give_channel(s, type, town_channel(s, "mail"), "{}");
	memset(&heard, 0, sizeof(heard));
	return s;
}

/* From the day it is issued until five days after its end, looked at again and again, seen by
 * scans: three messages, each at its time. */
static void a_life(int64_t life_s, int64_t step_s, const char *const subjects[3])
{
	struct store *s = town("expiry");
	struct town_cert c = {"a.example", "R3", "k", YEAR_2026_S, life_s, false, {0}};

	town_pass(s, "expiry", YEAR_2026_S, false, &heard); /* over an empty inventory */
	/* Of a long life the beginning is looked at less often. */
	for (int64_t t = 0; t < life_s + 5 * DAY_S;
	     t += t < life_s - 50 * DAY_S ? 10 * DAY_S : step_s) {
		if (t % (DAY_S / 4) == 0)
			town_serve(s, &c, 1, 2, YEAR_2026_S + t);
		town_pass(s, "expiry", YEAR_2026_S + t, false, &heard);
	}
	CHECK_EQ(heard.n, 3);
	for (int i = 0; i < 3; i++)
		CHECK_STR(heard.subject[i], subjects[i]);
	town_close(s);
}

static void six_days_are_told_by_the_hour(void)
{
	static const char *const subjects[] = {"2 days left: a.example (served by 2 endpoints)",
	    "12 hours left: a.example (served by 2 endpoints)",
	    "Expired today: a.example (served by 2 endpoints)"};

	a_life(6 * DAY_S, HOUR_S, subjects);
}

static void forty_seven_days_have_fifteen_and_four(void)
{
	static const char *const subjects[] = {"15 days left: a.example (served by 2 endpoints)",
	    "4 days left: a.example (served by 2 endpoints)",
	    "Expired today: a.example (served by 2 endpoints)"};

	a_life(47 * DAY_S, HOUR_S * 6, subjects);
}

static void a_year_has_thirty_and_seven(void)
{
	static const char *const subjects[] = {"30 days left: a.example (served by 2 endpoints)",
	    "7 days left: a.example (served by 2 endpoints)",
	    "Expired today: a.example (served by 2 endpoints)"};

	a_life(398 * DAY_S, DAY_S, subjects);
}

static void ten_years_have_thirty_and_seven(void)
{
	static const char *const subjects[] = {"30 days left: a.example (served by 2 endpoints)",
	    "7 days left: a.example (served by 2 endpoints)",
	    "Expired today: a.example (served by 2 endpoints)"};

	a_life(3650 * DAY_S, DAY_S, subjects);
}

/* Renewed in time, again and again: nobody hears of it. */
static void a_day_renewed_in_time_is_never_told(void)
{
	struct store *s = town("expiry");

	town_pass(s, "expiry", YEAR_2026_S, false, &heard);
	for (int64_t t = 0; t < 7 * DAY_S; t += HOUR_S) {
		struct town_cert c = {"a.example", "step", "k",
		    YEAR_2026_S + t / (16 * HOUR_S) * 16 * HOUR_S, DAY_S, false, {0}};

		town_serve(s, &c, 1, 1, YEAR_2026_S + t);
		town_pass(s, "expiry", YEAR_2026_S + t, false, &heard);
	}
	CHECK_EQ(heard.n, 0);
	town_close(s);
}

/* The last scan saw it in good health; that it is due by now says nothing of what is there. */
static void a_short_life_not_seen_again_is_no_news(void)
{
	struct store *s = town("expiry");
	struct town_cert c = {"a.example", "step", "k", YEAR_2026_S, DAY_S, false, {0}};

	town_serve(s, &c, 1, 1, YEAR_2026_S);
	town_pass(s, "expiry", YEAR_2026_S + 7 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 0);
	CHECK_EQ(heard.n_suppressed, 1);
	CHECK(strstr(heard.why, "short-lived"));
	town_close(s);
}

static void a_wildcard_on_two_hundred_endpoints_is_one_message(void)
{
	struct store *s = town("expiry");
	struct town_cert c = {"*.shop.example", "R3", "k", YEAR_2026_S, 90 * DAY_S, false, {0}};
	int64_t now_s = YEAR_2026_S + 87 * DAY_S;
	size_t rows = 0;

	town_pass(s, "expiry", YEAR_2026_S, false, &heard);
	town_serve(s, &c, 1, 200, YEAR_2026_S);
	town_pass(s, "expiry", now_s, false, &heard);
	town_pass(s, "expiry", now_s + HOUR_S, false, &heard);
	CHECK_EQ(heard.n, 1);
	CHECK_STR(heard.subject[0], "3 days left: *.shop.example (served by 200 endpoints)");
	for (const char *p = heard.text; (p = strstr(p, ":443")); p++)
		rows++;
	CHECK_EQ(rows, 200);
	CHECK(strstr(heard.text, "https://certs.example/#/certificate/"));
	CHECK(strstr(heard.html, "10.0.0.200:443"));
	CHECK(strstr(heard.detail, "\"endpoints\":200"));
	CHECK(strstr(heard.detail, "\"event\":\"urgent\""));
	town_close(s);
}

/* Two certificates behind one address, a look each five minutes for a day. */
static void a_load_balancer_adds_nothing(void)
{
	struct store *s = town("expiry");
	struct town_cert a = {"lb.example", "R3", "k1", YEAR_2026_S, 90 * DAY_S, false, {0}};
	struct town_cert b = {"lb.example", "R3", "k2", YEAR_2026_S + 1, 90 * DAY_S, false, {0}};
	int64_t begin_s = YEAR_2026_S + 80 * DAY_S;
	static const char *const types[] = {"expiry", "issuer-changed", "new-self-signed"};

	town_give_channel(s, "issuer-changed", 1, "{}");
	town_give_channel(s, "new-self-signed", 1, "{}");
	for (size_t k = 0; k < 3; k++)
		town_pass(s, types[k], YEAR_2026_S, false, &heard);
	town_serve(s, &a, 1, 1, begin_s);
	town_serve(s, &b, 1, 1, begin_s);
	for (size_t k = 0; k < 3; k++)
		town_pass(s, types[k], begin_s + 1, false, &heard);
	CHECK_EQ(heard.n, 2); /* one each */
	heard.n = 0;
	for (int64_t t = 300; t <= DAY_S; t += 300) {
		town_serve(s, t / 300 % 2 ? &a : &b, 1, 1, begin_s + t);
		for (size_t k = 0; k < 3; k++)
			town_pass(s, types[k], begin_s + t, false, &heard);
	}
	CHECK_EQ(heard.n, 0);
	town_close(s);
}

static void the_end_of_it_is_told_when_all_are_renewed(void)
{
	struct store *s = town("expiry");
	struct town_cert old = {"a.example", "R3", "k1", YEAR_2026_S, 90 * DAY_S, false, {0}};
	struct town_cert renewed = {
	    "a.example", "R3", "k2", YEAR_2026_S + 80 * DAY_S, 90 * DAY_S, false, {0}};
	int64_t now_s = YEAR_2026_S + 80 * DAY_S;

	town_pass(s, "expiry", YEAR_2026_S, false, &heard);
	town_serve(s, &old, 1, 2, YEAR_2026_S);
	town_pass(s, "expiry", now_s, false, &heard);
	CHECK_EQ(heard.n, 1);
	town_serve(s, &renewed, 1, 1, now_s + HOUR_S);
	town_pass(s, "expiry", now_s + HOUR_S, false, &heard);
	CHECK_EQ(heard.n, 1);
	town_serve(s, &renewed, 2, 1, now_s + 2 * HOUR_S);
	town_pass(s, "expiry", now_s + 2 * HOUR_S, false, &heard);
	town_pass(s, "expiry", now_s + 3 * HOUR_S, false, &heard);
	CHECK_EQ(heard.n, 2);
	CHECK_STR(heard.subject[1], "Fixed: a.example was renewed");
	CHECK(strstr(heard.text, "valid to 2026-06-"));
	town_close(s);
}

static void the_first_pass_is_one_digest(void)
{
	struct store *s = town("expiry");

	for (uint32_t i = 0; i < 60; i++) {
		char name[32], key[16];
		struct town_cert c = {name, "R3", key, YEAR_2026_S, (11 + i) * DAY_S, false, {0}};

		snprintf(name, sizeof(name), "host%u.example", i);
		snprintf(key, sizeof(key), "k%u", i);
		town_serve(s, &c, i, 1, YEAR_2026_S);
	}
	town_pass(s, "expiry", YEAR_2026_S + 69 * DAY_S, true, &heard);
	CHECK_EQ(heard.n, 1); /* dry: the same, and nothing is written */
	town_pass(s, "expiry", YEAR_2026_S + 69 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 2);
	CHECK_STR(heard.subject[1], "60 certificates to look at: 59 expired, 1 urgent");
	CHECK_STR(heard.subject[0], heard.subject[1]);
	CHECK(strstr(heard.text, "and 10 more certificates"));
	town_pass(s, "expiry", YEAR_2026_S + 69 * DAY_S + 60, false, &heard);
	CHECK_EQ(heard.n, 2);
	heard.fresh = true; /* as if it had told nothing: the same again, and nothing is written */
	town_pass(s, "expiry", YEAR_2026_S + 69 * DAY_S + 60, false, &heard);
	CHECK_EQ(heard.n, 3);
	CHECK_STR(heard.subject[2], heard.subject[1]);
	heard.fresh = false;
	town_pass(s, "expiry", YEAR_2026_S + 69 * DAY_S + 60, false, &heard);
	CHECK_EQ(heard.n, 3);
	town_close(s);
}

static void without_a_channel_it_waits_for_one(void)
{
	struct store *s = town_open();
	struct town_cert c = {"a.example", "R3", "k", YEAR_2026_S, 90 * DAY_S, false, {0}};

	memset(&heard, 0, sizeof(heard));
	town_serve(s, &c, 1, 1, YEAR_2026_S);
	town_pass(s, "expiry", YEAR_2026_S + 89 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 0);
	town_pass(s, "expiry", YEAR_2026_S + 89 * DAY_S, true, &heard);
	CHECK_EQ(heard.n, 1);
	town_give_channel(s, "expiry", town_channel(s, "mail"), "{}");
	town_pass(s, "expiry", YEAR_2026_S + 89 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 2);
	town_close(s);
}

static void mute(struct store *s, enum mute_kind kind, enum mute_thing thing, const char *key,
    uint16_t finding, int64_t now_s)
{
	struct mute m = {.kind = (uint8_t)kind,
	    .thing = (uint8_t)thing,
	    .key = key,
	    .finding = finding,
	    .why = "known",
	    .by = "ada",
	    .at_ms = now_s * 1000};

	CHECK(went_well(store_mute_add(s, &m), s));
}

/* An endpoint that is muted is left out of the message, and nothing else. */
static void a_mute_silences_what_it_names(void)
{
	struct store *s = town("expiry");
	struct town_cert a = {"a.example", "R3", "k1", YEAR_2026_S, 90 * DAY_S, false, {0}};
	struct town_cert b = {"b.example", "Other CA", "k2", YEAR_2026_S, 90 * DAY_S, false, {0}};
	int64_t now_s = YEAR_2026_S + 80 * DAY_S;

	town_pass(s, "expiry", YEAR_2026_S, false, &heard);
	town_serve(s, &a, 1, 2, YEAR_2026_S);
	town_serve(s, &b, 9, 1, YEAR_2026_S);
	mute(s, MUTE_SILENT, MUTE_ENDPOINT, "10.0.0.1:443", 0, now_s - 1);
	mute(s, MUTE_SILENT, MUTE_ISSUER, "Other CA", 0, now_s - 1);
	town_pass(s, "expiry", now_s, false, &heard);
	CHECK_EQ(heard.n, 1);
	CHECK_STR(heard.subject[0], "10 days left: a.example (served by 1 endpoint)");
	CHECK_EQ(heard.n_suppressed, 1);
	CHECK_STR(heard.why, "muted by ada: known");
	town_close(s);
}

/* An acknowledged stage is silent; the next stage is news. */
static void an_ack_ends_with_its_stage(void)
{
	struct store *s = town("expiry");
	struct town_cert a = {"a.example", "R3", "k1", YEAR_2026_S, 90 * DAY_S, false, {0}};
	struct arena arena;
	const struct chain_verdict *v;
	char hex[65];

	arena_init(&arena, 1 << 16);
	v = town_chain(&arena, &a);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", v->facts[0]->id.b[i]);
	town_pass(s, "expiry", YEAR_2026_S, false, &heard);
	town_serve(s, &a, 1, 1, YEAR_2026_S);
	mute(s, MUTE_ACK, MUTE_CERTIFICATE, hex, 0, YEAR_2026_S + 61 * DAY_S);
	town_pass(s, "expiry", YEAR_2026_S + 62 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 0);
	town_pass(s, "expiry", YEAR_2026_S + 84 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 1);
	arena_done(&arena);
	town_close(s);
}

static void rdp_makes_no_noise_unless_asked(void)
{
	struct store *s = town("new-self-signed");
	struct town_cert rdp = {
	    "DESKTOP-1", "DESKTOP-1", "k1", YEAR_2026_S, 180 * DAY_S, true, {0}};
	struct town_cert web = {
	    "nas.local", "nas.local", "k2", YEAR_2026_S, 180 * DAY_S, true, {0}};
	struct town_cert more = {
	    "DESKTOP-2", "DESKTOP-2", "k3", YEAR_2026_S, 180 * DAY_S, true, {0}};

	town_pass(s, "new-self-signed", YEAR_2026_S, false, &heard);
	town_serve_at(s, &rdp, 1, 1, 3389, YEAR_2026_S + 1);
	town_serve(s, &web, 2, 1, YEAR_2026_S + 1);
	town_pass(s, "new-self-signed", YEAR_2026_S + 2, false, &heard);
	town_pass(s, "new-self-signed", YEAR_2026_S + 3, false, &heard);
	CHECK_EQ(heard.n, 1);
	CHECK_STR(
	    heard.subject[0], "New self-signed certificate: nas.local (served by 1 endpoint)");
	town_give_channel(s, "new-self-signed", 1, "{\"quiet\":[]}");
	town_serve_at(s, &more, 3, 1, 3389, YEAR_2026_S + 4);
	town_pass(s, "new-self-signed", YEAR_2026_S + 5, false, &heard);
	CHECK_EQ(heard.n, 2);
	town_close(s);
}

/* The service's own certificate, out of its PEM. */
static struct span own_der(struct arena *a)
{
	struct own_cert_spec spec = {.now_s = YEAR_2026_S, .mark = OWN_MARK_OID};
	struct buf cert, key, text;
	struct span lines, line, der;
	bool cut = false;

	buf_init(&cert, OWN_CERT_PEM_MAX);
	buf_init(&key, OWN_CERT_PEM_MAX);
	buf_init(&text, OWN_CERT_PEM_MAX);
	CHECK(went_well(own_cert_make(&spec, &cert, &key), NULL));
	lines = buf_view(&cert);
	while (span_line(&lines, &line))
		if (!span_starts(line, "-----"))
			buf_span(&text, line);
	buf_reset(&key);
	CHECK(went_well(base64_decode(&key, buf_view(&text), &cut), NULL));
	der = arena_span(a, buf_view(&key));
	buf_done(&cert);
	buf_done(&key);
	buf_done(&text);
	return der;
}

static void our_own_certificate_is_no_news(void)
{
	struct store *s = town("new-self-signed");
	struct arena arena;
	struct town_cert own = {"localhost", "localhost", "k", YEAR_2026_S, 397 * DAY_S, true, {0}};

	arena_init(&arena, 1 << 20);
	own.der = own_der(&arena);
	town_give_channel(s, "expiry", 1, "{}");
	town_pass(s, "new-self-signed", YEAR_2026_S, false, &heard);
	town_pass(s, "expiry", YEAR_2026_S, false, &heard);
	town_serve(s, &own, 1, 1, YEAR_2026_S + 1);
	town_pass(s, "new-self-signed", YEAR_2026_S + 2, false, &heard);
	town_pass(s, "expiry", YEAR_2026_S + 398 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 0);
	own.der = span_str("the same words without the mark");
	town_serve(s, &own, 2, 1, YEAR_2026_S + 3);
	town_pass(s, "new-self-signed", YEAR_2026_S + 4, false, &heard);
	CHECK_EQ(heard.n, 1);
	arena_done(&arena);
	town_close(s);
}

static void another_issuer_is_told_with_both(void)
{
	struct store *s = town("issuer-changed");
	struct town_cert old = {"a.example", "R3", "k1", YEAR_2026_S, 90 * DAY_S, false, {0}};
	struct town_cert other = {
	    "a.example", "Evil CA", "k2", YEAR_2026_S + DAY_S, 90 * DAY_S, false, {0}};

	town_pass(s, "issuer-changed", YEAR_2026_S, false, &heard);
	town_serve(s, &old, 1, 3, YEAR_2026_S);
	town_pass(s, "issuer-changed", YEAR_2026_S + 1, false, &heard);
	CHECK_EQ(heard.n, 0);
	town_serve(s, &other, 1, 3, YEAR_2026_S + DAY_S);
	town_pass(s, "issuer-changed", YEAR_2026_S + DAY_S + 1, false, &heard);
	town_pass(s, "issuer-changed", YEAR_2026_S + DAY_S + 2, false, &heard);
	CHECK_EQ(heard.n, 1);
	CHECK_STR(heard.subject[0],
	    "Issuer changed: a.example, from R3 to Evil CA (served by 3 endpoints)");
	town_close(s);
}

static void reject(struct store *s, uint32_t host, const char *name, int64_t now_s)
{
	struct alert a = {
	    .server = {.addr = addr_from_v4(0x0a000000 + host),
		.port = 443,
		.transport = TRANSPORT_TCP},
	    .reason = FINDING_CLIENT_REJECTED,
	    .severity = SEVERITY_HIGH,
	    .first_ms = now_s * 1000,
	    .last_ms = now_s * 1000,
	    .connections = 1,
	    .clients = 1,
	    .evidence = "alert unknown_ca",
	};
	struct alert known;
	bool tell;

	snprintf(a.server.name, sizeof(a.server.name), "%s", name);
	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(store_put_alert(s, &a, 0, &known, &tell), s));
	CHECK(went_well(store_commit(s), s));
}

static void what_clients_reject_is_told_once_a_server(void)
{
	struct store *s = town("client-rejected");

	reject(s, 1, "old.example", YEAR_2026_S);
	town_pass(s, "client-rejected", YEAR_2026_S, false, &heard);
	CHECK_EQ(heard.n, 0); /* what was there before it began */
	reject(s, 2, "a.example", YEAR_2026_S + 1);
	reject(s, 2, "b.example", YEAR_2026_S + 1);
	reject(s, 3, "c.example", YEAR_2026_S + 1);
	town_pass(s, "client-rejected", YEAR_2026_S + 2, false, &heard);
	town_pass(s, "client-rejected", YEAR_2026_S + 3, false, &heard);
	CHECK_EQ(heard.n, 2);
	CHECK_STR(
	    heard.subject[0], "Clients reject the certificate: a.example (served by 2 endpoints)");
	CHECK(strstr(heard.text, "alert unknown_ca"));
	town_close(s);
}

/* The name of a certificate is a stranger's text. */
static void a_hostile_name_breaks_no_message(void)
{
	struct store *s = town("expiry");
	struct town_cert c = {
	    "<script>\"\r\nBcc: x@y", "\x1b[31mCA", "k", YEAR_2026_S, 90 * DAY_S, false, {0}};

	town_pass(s, "expiry", YEAR_2026_S, false, &heard);
	town_serve(s, &c, 1, 1, YEAR_2026_S);
	town_pass(s, "expiry", YEAR_2026_S + 80 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 1);
	CHECK(!strpbrk(heard.subject[0], "\r\n"));
	CHECK(!strstr(heard.html, "<script>"));
	CHECK(strstr(heard.html, "&lt;script&gt;"));
	CHECK(!strchr(heard.text, 0x1b) && !strchr(heard.html, 0x1b));
	town_close(s);
}

/* Messages and what was told are one transaction: where the one fails there is none of the
 * other. */
static struct err refuse(void *context, const struct message *m)
{
	(void)context;
	(void)m;
	return err_limit("no room");
}

static void a_pass_that_fails_has_told_nothing(void)
{
	struct store *s = town("expiry");
	struct town_cert c = {"a.example", "R3", "k", YEAR_2026_S, 90 * DAY_S, false, {0}};
	struct arena arena;
	struct stored_rule rule;
	struct pass pass;

	arena_init(&arena, 1 << 20);
	town_serve(s, &c, 1, 1, YEAR_2026_S);
	rule = town_rule(s, "expiry", &arena);
	pass = (struct pass){.store = s,
	    .rule = &rule,
	    .now_ms = (YEAR_2026_S + 80 * DAY_S) * 1000,
	    .public_url = "",
	    .message = refuse};
	CHECK_EQ(err_class(own_pass(&pass)), ERR_LIMIT);
	town_pass(s, "expiry", YEAR_2026_S + 80 * DAY_S, false, &heard);
	CHECK_EQ(heard.n, 1);
	arena_done(&arena);
	town_close(s);
}

int main(void)
{
	RUN(six_days_are_told_by_the_hour);
	RUN(forty_seven_days_have_fifteen_and_four);
	RUN(a_year_has_thirty_and_seven);
	RUN(ten_years_have_thirty_and_seven);
	RUN(a_day_renewed_in_time_is_never_told);
	RUN(a_short_life_not_seen_again_is_no_news);
	RUN(a_wildcard_on_two_hundred_endpoints_is_one_message);
	RUN(a_load_balancer_adds_nothing);
	RUN(the_end_of_it_is_told_when_all_are_renewed);
	RUN(the_first_pass_is_one_digest);
	RUN(without_a_channel_it_waits_for_one);
	RUN(a_mute_silences_what_it_names);
	RUN(an_ack_ends_with_its_stage);
	RUN(rdp_makes_no_noise_unless_asked);
	RUN(our_own_certificate_is_no_news);
	RUN(another_issuer_is_told_with_both);
	RUN(what_clients_reject_is_told_once_a_server);
	RUN(a_hostile_name_breaks_no_message);
	RUN(a_pass_that_fails_has_told_nothing);
	town_drop();
	return test_done();
}
