#include "verdict/operation.h"
#include "verdict/table.h"

#include "lib/test.h"

/* The first finding of a TLS session with these numbers; its id is 0 where there is none. */
static struct finding first(uint16_t version, uint16_t cipher, uint16_t group)
{
	struct observation obs = {
	    .version = version, .cipher = cipher, .group = group, .outcome = OUTCOME_CERTIFICATE};

	judge_numbers(&obs, NULL);
	CHECK(obs.n_findings <= 1);
	return obs.findings[0];
}

static void is(struct finding f, uint16_t id, uint8_t severity, const char *evidence)
{
	CHECK_EQ(f.id, id);
	CHECK_EQ(f.severity, severity);
	CHECK_STR(f.evidence, evidence);
	CHECK(f.since_s == ALWAYS_S && f.until_s == FOREVER_S);
}

static void good_sessions(void)
{
	CHECK_EQ(first(0x0303, 0xc02f, 23).id, 0);
	CHECK_EQ(first(0x0304, 0x1301, 29).id, 0);
	CHECK_EQ(first(0x0303, 0x002f, 0).id, 0);
	CHECK_EQ(first(0xfefd, 0xc02b, 29).id, 0);
	CHECK_EQ(first(0xfefc, 0x1302, 4588).id, 0);
}

static void unknown_numbers(void)
{
	CHECK_EQ(first(0, 0, 0).id, 0);
	CHECK_EQ(first(0x0303, 0xfefe, 65000).id, 0);
	CHECK_EQ(first(0x0a0a, 0, 0).id, 0);
}

static void versions(void)
{
	is(first(0x0002, 0x0080, 0), FINDING_OLD_PROTOCOL, SEVERITY_CRITICAL, "SSL 2.0");
	is(first(0x0300, 0x002f, 0), FINDING_OLD_PROTOCOL, SEVERITY_CRITICAL, "SSL 3.0");
	is(first(0x0301, 0x002f, 0), FINDING_OLD_PROTOCOL, SEVERITY_HIGH, "TLS 1.0");
	is(first(0x0302, 0x002f, 0), FINDING_OLD_PROTOCOL, SEVERITY_HIGH, "TLS 1.1");
	is(first(0xfeff, 0x002f, 0), FINDING_OLD_PROTOCOL, SEVERITY_HIGH, "DTLS 1.0");
}

static void drafts_are_tls13(void)
{
	static const struct policy nothing;
	struct observation obs = {.version = 0x7f1c};

	CHECK_EQ(first(0x7f1c, 0x1301, 29).id, 0);
	CHECK_EQ(first(0x7e02, 0x1301, 29).id, 0);
	judge_numbers(&obs, &nothing);
	is(obs.findings[0], FINDING_OLD_PROTOCOL, SEVERITY_HIGH, "TLS 1.3");
}

static void ciphers(void)
{
	is(first(0x0303, 0x0005, 0), FINDING_WEAK_CIPHER, SEVERITY_HIGH,
	    "TLS_RSA_WITH_RC4_128_SHA");
	is(first(0x0303, 0x000a, 0), FINDING_WEAK_CIPHER, SEVERITY_HIGH,
	    "TLS_RSA_WITH_3DES_EDE_CBC_SHA");
	is(first(0x0303, 0x0009, 0), FINDING_WEAK_CIPHER, SEVERITY_CRITICAL,
	    "TLS_RSA_WITH_DES_CBC_SHA");
	is(first(0x0303, 0x0003, 0), FINDING_WEAK_CIPHER, SEVERITY_CRITICAL,
	    "TLS_RSA_EXPORT_WITH_RC4_40_MD5");
	is(first(0x0303, 0x0002, 0), FINDING_WEAK_CIPHER, SEVERITY_CRITICAL,
	    "TLS_RSA_WITH_NULL_SHA");
	is(first(0x0303, 0x0034, 0), FINDING_WEAK_CIPHER, SEVERITY_CRITICAL,
	    "TLS_DH_anon_WITH_AES_128_CBC_SHA");
	is(first(0x0304, 0xc0b4, 0), FINDING_WEAK_CIPHER, SEVERITY_CRITICAL, "TLS_SHA256_SHA256");
}

static void groups(void)
{
	is(first(0x0303, 0xc02f, 19), FINDING_WEAK_CIPHER, SEVERITY_HIGH, "secp192r1");
	is(first(0x0303, 0xc011, 1), FINDING_WEAK_CIPHER, SEVERITY_HIGH,
	    "TLS_ECDHE_RSA_WITH_RC4_128_SHA, sect163k1");
}

static void rejections(void)
{
	struct observation obs = {.outcome = OUTCOME_REJECTED, .alert_level = 2, .alert = 48};

	judge_rejection(&obs);
	CHECK_EQ(obs.n_findings, 1);
	is(obs.findings[0], FINDING_CLIENT_REJECTED, SEVERITY_HIGH, "alert 48, unknown_ca");
	obs = (struct observation){.outcome = OUTCOME_REJECTED, .alert = 200};
	judge_rejection(&obs);
	is(obs.findings[0], FINDING_CLIENT_REJECTED, SEVERITY_HIGH, "alert 200");
	obs = (struct observation){.outcome = OUTCOME_NO_CERT, .alert_level = 2, .alert = 48};
	judge_rejection(&obs);
	CHECK_EQ(obs.n_findings, 0);
}

static void departures(void)
{
	struct observation obs = {0};

	judge_departure(&obs, 1);
	judge_departure(&obs, 2);
	CHECK_EQ(obs.n_findings, 0);
	judge_departure(&obs, 3);
	CHECK_EQ(obs.n_findings, 1);
	is(obs.findings[0], FINDING_CLIENT_LEFT, SEVERITY_MEDIUM,
	    "3 times in a row a client finished the handshake and said nothing");
}

static void all_are_told_and_no_more_than_fit(void)
{
	struct observation obs = {
	    .version = 0x0300, .cipher = 5, .outcome = OUTCOME_REJECTED, .alert = 42};

	judge_numbers(&obs, NULL);
	judge_rejection(&obs);
	CHECK_EQ(obs.n_findings, 3);
	CHECK_EQ(obs.findings[0].id, FINDING_OLD_PROTOCOL);
	CHECK_EQ(obs.findings[1].id, FINDING_WEAK_CIPHER);
	CHECK_EQ(obs.findings[2].id, FINDING_CLIENT_REJECTED);
	for (int i = 0; i < 4; i++)
		judge_numbers(&obs, NULL);
	CHECK_EQ(obs.n_findings, OBSERVATION_FINDINGS_MAX);
}

int main(void)
{
	RUN(good_sessions);
	RUN(unknown_numbers);
	RUN(versions);
	RUN(drafts_are_tls13);
	RUN(ciphers);
	RUN(groups);
	RUN(rejections);
	RUN(departures);
	RUN(all_are_told_and_no_more_than_fit);
	return test_done();
}
