#include "verdict/check.h"

#include "lib/certs.h"

static struct chain_verdict v;

static void the_severity_of_the_table_or_ones_own(void)
{
	v = (struct chain_verdict){.n_findings = 0};
	finding_always(&v, FINDING_NO_SAN, SEVERITY_NONE, "%s", "why");
	finding_always(&v, FINDING_NO_SAN, SEVERITY_LOW, "why");
	CHECK_EQ(v.n_findings, 2);
	CHECK_EQ(v.findings[0].severity, SEVERITY_HIGH);
	CHECK_EQ(v.findings[1].severity, SEVERITY_LOW);
	CHECK(v.findings[0].since_s == ALWAYS_S && v.findings[0].until_s == FOREVER_S);
	CHECK_STR(v.findings[0].evidence, "why");
}

static void an_empty_interval_is_nothing(void)
{
	v = (struct chain_verdict){.n_findings = 0};
	finding_during(&v, FINDING_EXPIRED, SEVERITY_NONE, 10, 10, "why");
	finding_during(&v, FINDING_EXPIRED, SEVERITY_NONE, 11, 10, "why");
	CHECK_EQ(v.n_findings, 0);
	finding_during(&v, FINDING_EXPIRED, SEVERITY_NONE, 10, 11, "why");
	CHECK_EQ(v.n_findings, 1);
}

static void of_too_many_the_least_severe_goes(void)
{
	v = (struct chain_verdict){.n_findings = 0};
	for (int i = 0; i < CHAIN_FINDINGS_MAX; i++)
		finding_always(&v, FINDING_EXPIRED, i == 7 ? SEVERITY_LOW : SEVERITY_HIGH, "%d", i);
	finding_always(&v, FINDING_WEAK_KEY, SEVERITY_INFO, "not in");
	finding_always(&v, FINDING_WEAK_KEY, SEVERITY_CRITICAL, "in");
	finding_always(&v, FINDING_WEAK_KEY, SEVERITY_HIGH, "not in");
	CHECK_EQ(v.n_findings, CHAIN_FINDINGS_MAX);
	CHECK_STR(v.findings[6].evidence, "6");
	CHECK_STR(v.findings[7].evidence, "8");
	CHECK_STR(v.findings[CHAIN_FINDINGS_MAX - 1].evidence, "in");
}

/* 158 letters and a character of two bytes do not fit into 160 with the end. */
static void no_character_is_cut_in_half(void)
{
	char long_text[200];

	memset(long_text, 'x', sizeof(long_text));
	snprintf(long_text + 158, sizeof(long_text) - 158, "ü and more");
	v = (struct chain_verdict){.n_findings = 0};
	finding_always(&v, FINDING_EXPIRED, SEVERITY_NONE, "%s", long_text);
	CHECK_EQ(strlen(v.findings[0].evidence), 158);
	long_text[157] = 0;
	strcat(long_text, "ü");
	finding_always(&v, FINDING_EXPIRED, SEVERITY_NONE, "%s", long_text);
	CHECK_EQ(strlen(v.findings[1].evidence), 159);
}

static const char *label_of(const char *name)
{
	static char text[LABEL_MAX];
	struct cert c;

	cert_parse(test_cert(name), &c);
	return cert_label(&c, text);
}

static void what_to_call_a_certificate(void)
{
	CHECK_STR(label_of("inter"), "Test Intermediate");
	CHECK_STR(label_of("leaf-no-cn"), "O=certscape tests");
	CHECK(strncmp(label_of("leaf-no-name"), "serial ", 7) == 0);
	CHECK_STR(label_of("odd-cut-at-2"), "a certificate without a name");
}

int main(void)
{
	RUN(the_severity_of_the_table_or_ones_own);
	RUN(an_empty_interval_is_nothing);
	RUN(of_too_many_the_least_severe_goes);
	RUN(no_character_is_cut_in_half);
	RUN(what_to_call_a_certificate);
	return test_done();
}
