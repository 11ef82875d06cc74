#include "query/dsl.h"

#include "lib/test.h"

static const char *test_word(enum field_id field, size_t k)
{
	static const char *const findings[] = {"expired", "self-signed"};
	static const char *const severities[] = {"info", "low", "medium", "high", "critical"};

	if (field == FIELD_FINDINGS)
		return k < 2 ? findings[k] : NULL;
	return field == FIELD_SEVERITY && k < 5 ? severities[k] : NULL;
}

/* 2026-11-22T03:30:15Z */
static const struct query_env env = {.now_s = 1795318215, .word = test_word};

/* The tree as it is printed, or "line:column sentence". Static; until the next call. */
static const char *read_filter(const char *yaml)
{
	static struct buf out;
	struct doc_error error;
	struct arena a;
	const struct doc *doc = NULL;
	const struct query *q;

	arena_init(&a, 4 << 20);
	buf_done(&out);
	buf_init(&out, 1 << 20);
	if (err_is(doc_from_yaml(span_str(yaml), &a, &doc, &error)) ||
	    err_is(dsl_query(doc, &env, &a, &q, &error)))
		buf_printf(&out, "%u:%u %s", error.at.line, error.at.column, error.text);
	else
		query_print(q, &out);
	arena_done(&a);
	return buf_text(&out);
}

struct example {
	const char *yaml, *expected;
};

static void check_all(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = read_filter(examples[i].yaml);

		if (strcmp(got, examples[i].expected) != 0)
			printf("# %s\n", examples[i].yaml);
		CHECK_STR(got, examples[i].expected);
	}
}

#define CHECK_ALL(examples) check_all((examples), sizeof(examples) / sizeof((examples)[0]))

static void a_list_is_joined_by_and(void)
{
	static const struct example examples[] = {
	    {"", "*"},
	    {"[]", "*"},
	    {"[{match_all: {}}]", "*"},
	    {"- term: {port: 443}\n- term: {issuer: R3}\n", "port:443 and issuer = \"R3\""},
	    {"- query: {term: {port: 443}}\n- query: {query_string: {query: 'x'}}\n",
		"port:443 and \"x\""},
	    {"term: {port: 443}", "port:443"},
	    {"[{constant_score: {filter: {term: {port: 1}}, boost: 1.0}}]", "port:1"},
	    {"[{match_none: {}}]", "not *"},
	};

	CHECK_ALL(examples);
}

static void bool_joins_others(void)
{
	static const struct example examples[] = {
	    {"[{bool: {must_not: [{term: {port: 3389}}, {term: {port: 25}}]}}]",
		"not (port:3389 or port:25)"},
	    {"[{bool: {must: {term: {port: 1}}, filter: [{term: {port: 2}}]}}]",
		"port:1 and port:2"},
	    {"[{bool: {should: [{term: {port: 1}}, {term: {port: 2}}]}}]", "port:1 or port:2"},
	    {"[{bool: {must: [{term: {port: 1}}], should: [{term: {port: 2}}]}}]", "port:1"},
	    {"[{bool: {must: [{term: {port: 1}}], should: [{term: {port: 2}}, {term: {port: 3}}],"
	     " minimum_should_match: 1}}]",
		"port:1 and (port:2 or port:3)"},
	    {"[{bool: {should: [{term: {port: 2}}, {term: {port: 3}}], minimum_should_match: -0}}]",
		"*"},
	    {"[{bool: {should: [{term: {port: 2}}, {exists: {field: sni}}],"
	     " minimum_should_match: '100%'}}]",
		"port:2 and sni:*"},
	    {"[{bool: {should: []}}]", "*"},
	    {"[{bool: {}}]", "*"},
	    {"[{bool: {must_not: []}}]", "*"},
	};

	CHECK_ALL(examples);
}

static void terms_and_ids(void)
{
	static const struct example examples[] = {
	    {"[{term: {issuer.keyword: {value: R3, boost: 2.0}}}]", "issuer = \"R3\""},
	    {"[{terms: {port: [443, 8443]}}]", "port:443 or port:8443"},
	    {"[{terms: {port: []}}]", "not *"},
	    {"[{term: {ip: 10.0.0.0/8}}]", "ip:10.0.0.0/8"},
	    {"[{term: {self_signed: yes}}]", "self_signed:yes"},
	    {"[{term: {findings: expired}}]", "findings:expired@2026-11-22T03:30:15Z"},
	    {"[{term: {SANs: www.example.com}}]", "SANs = \"www.example.com\""},
	    {"[{term: {not_after: 2026-03-01}}]",
		"not_after >= 2026-03-01T00:00:00Z and not_after < 2026-03-02T00:00:00Z"},
	    {"[{term: {_id: '10.0.0.1:443'}}]", "ip:10.0.0.1 and port:443"},
	    {"[{ids: {values: ['[::1]:443/www.example.com']}}]",
		"ip:::1 and port:443 and sni = \"www.example.com\""},
	    {"[{exists: {field: hostname}}]", "hostname:*"},
	};

	CHECK_ALL(examples);
}

static void ranges(void)
{
	static const struct example examples[] = {
	    {"[{range: {notvalidafter: {from: now, to: now+60d}}}]",
		"notvalidafter >= 2026-11-22T03:30:15Z and notvalidafter <= 2027-01-21T03:30:15Z"},
	    {"[{range: {not_after: {from: now, to: now+1d, include_lower: false,"
	     " include_upper: false}}}]",
		"not_after > 2026-11-22T03:30:15Z and not_after < 2026-11-23T03:30:15Z"},
	    {"[{range: {'@timestamp': {gte: now-1d/d, lt: now/d, format: x}}}]",
		"timestamp >= 2026-11-21T00:00:00Z and timestamp < 2026-11-22T00:00:00Z"},
	    {"[{range: {not_after: {gt: now/d, lte: now/d}}}]",
		"not_after >= 2026-11-23T00:00:00Z and not_after < 2026-11-23T00:00:00Z"},
	    {"[{range: {not_after: {gte: 1795318215000, time_zone: UTC}}}]",
		"not_after >= 2026-11-22T03:30:15Z"},
	    {"[{range: {port: {gt: 1024, to: null}}}]", "port > 1024"},
	    {"[{range: {port: {}}}]", "port:*"},
	    {"[{range: {severity: {gte: high}}}]", "severity >= \"high\""},
	};

	CHECK_ALL(examples);
}

static void patterns_and_texts(void)
{
	static const struct example examples[] = {
	    {"[{wildcard: {issuer: 'Let*'}}]", "issuer:Let*"},
	    {"[{wildcard: {issuer: {wildcard: 'L?t'}}}]", "issuer:L?t"},
	    {"[{wildcard: {findings: 'self*'}}]", "findings:self-signed@2026-11-22T03:30:15Z"},
	    {"[{prefix: {subject: 'a*'}}]", "subject:a\\**"},
	    {"[{regexp: {subject: 'web.*\\.example\\.com'}}]", "subject:web*.example.com"},
	    {"[{regexp: {subject: {value: 'a.b|c.+', flags: ALL}}}]", "subject:a?b or subject:c?*"},
	    {"[{regexp: {subject: 'abc'}}]", "subject = \"abc\""},
	    {"[{match: {issuer: \"Let's Encrypt\"}}]", "issuer:\"Let's\" or issuer:\"Encrypt\""},
	    {"[{match: {issuer: {query: 'a b', operator: and}}}]", "issuer:\"a\" and issuer:\"b\""},
	    {"[{match_phrase: {issuer: \"Let's Encrypt\"}}]", "issuer:\"Let's Encrypt\""},
	    {"[{match: {port: 443}}]", "port:443"},
	    {"[{match: {issuer: ' '}}]", "not *"},
	};

	CHECK_ALL(examples);
}

static void query_string_reads_as_lucene_does(void)
{
	static const struct example examples[] = {
	    {"a b", "\"a\" or \"b\""},
	    {"a AND b", "\"a\" and \"b\""},
	    {"a AND b OR c", "\"a\" and \"b\""},
	    {"a OR b c", "\"a\" or \"b\" or \"c\""},
	    {"+a b -c", "\"a\" and not \"c\""},
	    {"a NOT b", "\"a\" and not \"b\""},
	    {"NOT port:25", "not port:25"},
	    {"a and b", "\"a\" or \"and\" or \"b\""},
	    {"port:(443 OR 8443) AND issuer:R3", "(port:443 or port:8443) and issuer:\"R3\""},
	    {"port:(443 8443)", "port:443 or port:8443"},
	    {"not_after:[now TO now+1d}",
		"not_after >= 2026-11-22T03:30:15Z and not_after < 2026-11-23T03:30:15Z"},
	    {"_exists_:sni AND !port:25", "sni:* and not port:25"},
	    {"*:*", "*"},
	    {"subject:*.example.com", "subject:*.example.com"},
	};
	char yaml[256];

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct example e = {yaml, examples[i].expected};

		snprintf(yaml, sizeof(yaml), "[{query_string: {query: '%s'}}]", examples[i].yaml);
		check_all(&e, 1);
	}
	CHECK_STR(
	    read_filter("[{query_string: {query: 'a b OR c', default_operator: AND}}]"), "\"a\"");
}

static void what_is_wrong_and_where(void)
{
	static const struct example examples[] = {
	    {"- term: {prot: 443}", "1:10 no field is called \"prot\""},
	    {"- foo: {}",
		"1:3 no filter \"foo\" here; there are bool, constant_score, exists, ids, match, "
		"match_all, match_none, match_phrase, prefix, query, query_string, range, regexp, "
		"term, terms, wildcard"},
	    {"- term: [1]", "1:9 term takes an object, not a list"},
	    {"- 5", "1:3 a filter is an object of one: {term: {port: 443}}, not a whole number"},
	    {"- {term: {port: 1}, terms: {port: [1]}}",
		"1:3 a filter is an object of one: {term: {port: 443}}, not of none or several"},
	    {"- term: {port: 1, ip: 2}", "1:19 term takes one field, and this is a second"},
	    {"- term: {}", "1:9 term takes a field and a value"},
	    {"- term:\n    port: [1]", "2:11 port: a value is expected"},
	    {"- terms: {port: [[1]]}", "1:18 port: a value is expected, not a list"},
	    {"- terms: {port: 1}", "1:17 port: a list of values is expected"},
	    {"- term: {port: https}", "1:16 port: a number is expected; for more of them port:(443 "
				      "or 8443) or port:[1 to "
				      "1024]"},
	    {"- term: {findings: expird}", "1:20 findings: no \"expird\"; did you mean "
					   "\"expired\"?"},
	    {"- term: {_id: x}", "1:15 an _id is an address and a port: 10.0.0.1:443"},
	    {"- term: {_id: 'a.b:1'}", "1:15 an _id is an address and a port: 10.0.0.1:443"},
	    {"- range: {issuer: {gte: a}}", "1:11 issuer has no ranges; its type is text"},
	    {"- range: {ip: {gte: 10.0.0.1}}",
		"1:11 ip has no ranges; its type is address; a term may be a network: 10.0.0.0/8"},
	    {"- range: {port: 5}", "1:17 port: {gte: ..., lt: ...} is expected"},
	    {"- range: {port: {above: 5}}", "1:18 \"above\" is not known here"},
	    {"- range: {port: {gte: [5]}}", "1:23 gte: a value is expected, not a list"},
	    {"- range: {not_after: {gte: now, time_zone: '+01:00'}}",
		"1:44 times are UTC here; write the offset behind each"},
	    {"- range: {not_after: {gte: soon}}",
		"1:28 a time is expected here: 2026-03-01, 2026-03-01T12:00:00Z, now+30d"},
	    {"- exists: {field: [x]}", "1:19 exists takes the name of a field"},
	    {"- exists: {field: error}", "1:19 no field is called \"error\""},
	    {"- ids: {}", "1:8 ids takes values, a list"},
	    {"- wildcard: {port: '4*'}", "1:20 port has no patterns; its type is number"},
	    {"- regexp: {subject: 'a[bc]'}",
		"1:21 regexp: only texts, . .* .+ and | can be used here, not \"[bc]\""},
	    {"- regexp: {subject: 'ab*'}",
		"1:21 regexp: only texts, . .* .+ and | can be used here, not \"b*\""},
	    {"- regexp: {subject: '\\d'}",
		"1:21 regexp: only texts, . .* .+ and | can be used here, not \"\\d\""},
	    {"- query_string: {query: 'port:'}",
		"1:25 at character 6: a value of port is expected here"},
	    {"- query_string: {query: 'a~2'}",
		"1:25 at character 1: fuzzy words, boosts and regular expressions are not known "
		"here"},
	    {"- query_string: {fields: [x], query: a}", "1:18 \"fields\" is not known here"},
	    {"- query_string: {query: 5}", "1:25 query_string takes query, a text"},
	    {"- constant_score: {}", "1:19 constant_score needs a filter"},
	    {"- bool: {must: {term: {port: 1}}, shuold: []}", "1:35 \"shuold\" is not known here"},
	    {"- bool: {should: [{term: {port: 1}}, {term: {port: 2}}, {term: {port: 3}}],"
	     " minimum_should_match: 2}",
		"1:99 minimum_should_match is 0, 1 or all (3) here"},
	    {"- bool: {should: [{term: {port: 1}}], minimum_should_match: x}",
		"1:61 minimum_should_match is 0, 1 or all (1) here"},
	};

	CHECK_ALL(examples);
}

static void too_many_comparisons(void)
{
	static char yaml[8192];
	char *at = yaml + sprintf(yaml, "- terms: {port: [1");

	for (int i = 0; i < 500; i++)
		at += sprintf(at, ",1");
	strcpy(at, "]}");
	CHECK_STR(read_filter(yaml), "1:1018 more than 500 comparisons");
}

/* The seed's rule, as it is. */
static void the_rule_that_people_have(void)
{
	static char text[8192];
	FILE *f = fopen(test_path("../../shared/data/seed/certexpire.yaml"), "r");
	struct doc_error error = {.text = ""};
	struct arena a;
	struct buf out;
	const struct doc *doc = NULL;
	const struct query *q = NULL;
	size_t n;

	if (!f)
		SKIP("../shared/data is not there");
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	arena_init(&a, 1 << 20);
	buf_init(&out, 1 << 16);
	CHECK(!err_is(doc_from_yaml(span_of(text, n), &a, &doc, &error)));
	CHECK(!err_is(dsl_query(doc_get(doc, "filter"), &env, &a, &q, &error)));
	CHECK_STR(error.text, "");
	if (q)
		query_print(q, &out);
	CHECK_STR(buf_text(&out),
	    "not (port:3389 or port:25) and notvalidafter >= 2026-11-22T03:30:15Z"
	    " and notvalidafter <= 2027-01-21T03:30:15Z");
	buf_done(&out);
	arena_done(&a);
}

int main(void)
{
	RUN(a_list_is_joined_by_and);
	RUN(bool_joins_others);
	RUN(terms_and_ids);
	RUN(ranges);
	RUN(patterns_and_texts);
	RUN(query_string_reads_as_lucene_does);
	RUN(what_is_wrong_and_where);
	RUN(too_many_comparisons);
	RUN(the_rule_that_people_have);
	return test_done();
}
