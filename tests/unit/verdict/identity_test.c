#include "verdict/judge.h"
#include "verdict/table.h"

#include "lib/test.h"

static const char *const sans[] = {"www.example", "*.wild.example", "10.0.0.1", "2001:db8::1",
    "dns:10.9.9.9", "mail:a@mail.example", "uri:uri.example"};
static const struct cert_facts leaf = {.n_sans = 7, .sans = sans};

static bool matches(const char *name)
{
	struct finding f;

	return !judge_name(&leaf, name, &f);
}

static void names(void)
{
	CHECK(matches("www.example"));
	CHECK(matches("WWW.EXAMPLE."));
	CHECK(matches("a.wild.example"));
	CHECK(!matches("wild.example"));
	CHECK(!matches("example"));
	CHECK(!matches(""));
}

static void addresses(void)
{
	CHECK(matches("10.0.0.1"));
	CHECK(matches("2001:0db8:0:0::1"));
	CHECK(!matches("10.0.0.2"));
	CHECK(!matches("10.9.9.9"));
	CHECK(!matches("dns:10.9.9.9"));
}

static void other_kinds_never_match(void)
{
	CHECK(!matches("mail.example"));
	CHECK(!matches("a@mail.example"));
	CHECK(!matches("uri.example"));
	CHECK(!matches("uri:uri.example"));
}

static void the_finding_says_what_it_is_for(void)
{
	struct finding f;

	CHECK(judge_name(&leaf, "other.example", &f));
	CHECK_EQ(f.id, FINDING_NAME_MISMATCH);
	CHECK_EQ(f.severity, SEVERITY_HIGH);
	CHECK(f.since_s == ALWAYS_S && f.until_s == FOREVER_S);
	CHECK(strstr(f.evidence, "asked for other.example, it is for www.example, *.wild.example"));
}

static void many_names_are_counted(void)
{
	const char *many[500];
	struct cert_facts f = {.n_sans = 500, .sans = many};
	struct finding finding;

	for (size_t i = 0; i < 500; i++)
		many[i] = "a-name-of-some-length.example";
	CHECK(judge_name(&f, "other.example", &finding));
	CHECK(strstr(finding.evidence, "and 498 more"));
	CHECK(strlen(finding.evidence) < EVIDENCE_MAX - 1);
}

static void no_names_at_all(void)
{
	struct cert_facts none = {.n_sans = 0};
	struct finding f;

	CHECK(judge_name(&none, "www.example", &f));
	CHECK(strstr(f.evidence, "it is for no name"));
}

int main(void)
{
	RUN(names);
	RUN(addresses);
	RUN(other_kinds_never_match);
	RUN(the_finding_says_what_it_is_for);
	RUN(many_names_are_counted);
	RUN(no_names_at_all);
	return test_done();
}
