#include "grab/report.h"

#include "lib/test.h"

static const struct attempt modern = {.hello = HELLO_LEGACY};

static struct observation report(struct talk_result r, const struct flight_result *f)
{
	struct observation obs = {0};
	uint8_t sniffed;

	r.flight = f;
	report_fill(&obs, &modern, trouble_of(&r, &sniffed), &r);
	return obs;
}

static void a_certificate_with_its_facts(void)
{
	const struct flight_result f = {.end = FLIGHT_CERT,
	    .n_certs = 2,
	    .version = 0x0304,
	    .cipher = 0x1301,
	    .group = 29,
	    .client_cert_asked = true,
	    .hello_retry = true,
	    .ocsp = {(const uint8_t *)"x", 1, false},
	    .alpn = "h2"};
	struct observation obs = report((struct talk_result){.end = TALK_FLIGHT}, &f);

	CHECK_EQ(obs.outcome, OUTCOME_CERTIFICATE);
	CHECK_EQ(obs.version, 0x0304);
	CHECK_EQ(obs.cipher, 0x1301);
	CHECK_EQ(obs.group, 29);
	CHECK_EQ(obs.flags, OBS_CLIENT_CERT_ASKED | OBS_HELLO_RETRY | OBS_OCSP_STAPLED);
	CHECK_EQ(obs.hello, HELLO_LEGACY);
	CHECK_EQ(obs.evidence, EVIDENCE_SCAN);
	CHECK_EQ(obs.count, 1);
	CHECK_STR(obs.alpn, "h2");
}

static void part_of_a_chain(void)
{
	const struct flight_result broken = {
	    .end = FLIGHT_CERT, .n_certs = 1, .certs_broken = true};
	const struct flight_result cut = {.end = FLIGHT_CERT, .n_certs = 32, .certs_cut = true};
	struct observation obs = report((struct talk_result){.end = TALK_FLIGHT}, &broken);

	CHECK_EQ(obs.outcome, OUTCOME_PARTIAL);
	CHECK_EQ(obs.flags, OBS_CHAIN_CUT);
	obs = report((struct talk_result){.end = TALK_FLIGHT}, &cut);
	CHECK_EQ(obs.outcome, OUTCOME_CERTIFICATE);
	CHECK_EQ(obs.flags, OBS_CHAIN_CUT);
}

static const struct {
	struct talk_result talk;
	struct flight_result flight;
	bool has_flight;
	enum outcome outcome;
} failures[] = {
    {{.end = TALK_FLIGHT}, {.end = FLIGHT_ALERT, .alert = 40}, true, OUTCOME_NO_CERT},
    {{.end = TALK_FLIGHT}, {.end = FLIGHT_NO_CERT}, true, OUTCOME_NO_CERT},
    {{.end = TALK_FLIGHT}, {.end = FLIGHT_NOT_TLS}, true, OUTCOME_NO_TLS},
    {{.end = TALK_FLIGHT}, {.end = FLIGHT_MALFORMED}, true, OUTCOME_MALFORMED},
    {{.end = TALK_FLIGHT}, {.end = FLIGHT_LIMIT}, true, OUTCOME_MALFORMED},
    {{.end = TALK_FLIGHT}, {.end = FLIGHT_CLOSED}, true, OUTCOME_CLOSED},
    {{.end = TALK_CLOSED}, {0}, true, OUTCOME_CLOSED},
    {{.end = TALK_SILENT}, {0}, true, OUTCOME_TIMEOUT},
    {{.end = TALK_SILENT}, {0}, false, OUTCOME_TIMEOUT},
    {{.end = TALK_REFUSED}, {0}, false, OUTCOME_REFUSED},
    {{.end = TALK_UNREACHABLE, .os_error = 113}, {0}, false, OUTCOME_UNREACHABLE},
    {{.end = TALK_CONNECT_TIMEOUT}, {0}, false, OUTCOME_UNREACHABLE},
    {{.end = TALK_NO_UPGRADE}, {0}, false, OUTCOME_NO_TLS},
};

static void failures_have_their_outcome(void)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		struct observation obs =
		    report(failures[i].talk, failures[i].has_flight ? &failures[i].flight : NULL);

		CHECK_EQ(obs.outcome, failures[i].outcome);
		CHECK_EQ(obs.hello, HELLO_NONE);
		CHECK_EQ(obs.os_error, failures[i].talk.os_error);
		CHECK_EQ(obs.alert, failures[i].flight.alert);
	}
}

static void the_more_telling_outcome_ranks_higher(void)
{
	CHECK(report_rank(OUTCOME_NO_CERT) > report_rank(OUTCOME_CLOSED));
	CHECK(report_rank(OUTCOME_CLOSED) > report_rank(OUTCOME_REFUSED));
	CHECK(report_rank(OUTCOME_UNREACHABLE) > report_rank(OUTCOME_NONE));
	CHECK(report_depends_on_name(OUTCOME_NO_CERT));
	CHECK(report_depends_on_name(OUTCOME_CLOSED));
	CHECK(!report_depends_on_name(OUTCOME_NO_TLS));
	CHECK(!report_depends_on_name(OUTCOME_REFUSED));
}

int main(void)
{
	RUN(a_certificate_with_its_facts);
	RUN(part_of_a_chain);
	RUN(failures_have_their_outcome);
	RUN(the_more_telling_outcome_ranks_higher);
	return test_done();
}
