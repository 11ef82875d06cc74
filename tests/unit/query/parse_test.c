#include "query/parse.h"

#include "query/limits.h"

#include "lib/test.h"

static const char *test_word(enum field_id field, size_t k)
{
	static const char *const findings[] = {"expired", "expiring", "self-signed", "weak-key"};
	static const char *const severities[] = {"info", "low", "medium", "high", "critical"};
	static const char *const versions[] = {"TLS 1.0", "TLS 1.2", "TLS 1.3"};

	if (field == FIELD_FINDINGS)
		return k < 4 ? findings[k] : NULL;
	if (field == FIELD_SEVERITY)
		return k < 5 ? severities[k] : NULL;
	if (field == FIELD_VERSION)
		return k < 3 ? versions[k] : NULL;
	return NULL;
}

/* 2026-11-22T03:30:15Z */
static const struct query_env env = {.now_s = 1795318215, .word = test_word};

/* The tree as it is printed, or "at+n sentence". Static; until the next call. */
static const char *parsed(const char *text)
{
	static struct buf out;
	struct query_error error;
	struct arena a;
	const struct query *q;

	arena_init(&a, 4 << 20);
	buf_done(&out);
	buf_init(&out, 1 << 20);
	if (err_is(query_parse(span_str(text), &env, &a, &q, &error)))
		buf_printf(&out, "%zu+%zu %s", error.at, error.n, error.text);
	else
		query_print(q, &out);
	arena_done(&a);
	return buf_text(&out);
}

struct example {
	const char *text, *expected;
};

static void check_all(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = parsed(examples[i].text);

		if (strcmp(got, examples[i].expected) != 0)
			printf("# \"%s\"\n", examples[i].text);
		CHECK_STR(got, examples[i].expected);
	}
}

#define CHECK_ALL(examples) check_all((examples), sizeof(examples) / sizeof((examples)[0]))

static void and_or_not_and_brackets(void)
{
	static const struct example examples[] = {
	    {"", "*"},
	    {"  ", "*"},
	    {"*", "*"},
	    {"port:1 port:2 and port:3", "port:1 and port:2 and port:3"},
	    {"port:1 or port:2 port:3", "port:1 or port:2 and port:3"},
	    {"(port:1 or port:2) port:3", "(port:1 or port:2) and port:3"},
	    {"not port:1 and port:2", "not port:1 and port:2"},
	    {"not (port:1 and port:2)", "not (port:1 and port:2)"},
	    {"-port:1 !port:2 NOT port:3", "not port:1 and not port:2 and not port:3"},
	    {"port:1 && port:2 || ! port:3", "port:1 and port:2 or not port:3"},
	    {"not not port:1", "not not port:1"},
	    {"-(port:1)", "not port:1"},
	    {"* and port:1", "port:1"},
	    {"not *", "not *"},
	};

	CHECK_ALL(examples);
}

static void the_example_of_every_page(void)
{
	CHECK_STR(parsed("issuer:\"R3\" and not port:(3389 or 25) and not_after < now+30d"),
	    "issuer:\"R3\" and not (port:3389 or port:25) and not_after < 2026-12-22T03:30:15Z");
}

static void texts(void)
{
	static const struct example examples[] = {
	    {"issuer:R3", "issuer:\"R3\""},
	    {"issuer: \"Let's Encrypt\"", "issuer:\"Let's Encrypt\""},
	    {"issuer=R3", "issuer = \"R3\""},
	    {"issuer != \"R3\"", "not issuer = \"R3\""},
	    {"subject:*.example.com", "subject:*.example.com"},
	    {"subject=*.example.com", "subject = \"*.example.com\""},
	    {"subject:\\*.example.com", "subject:\"*.example.com\""},
	    {"subject:web-?\\ a*", "subject:web-?\\ a*"},
	    {"subject:\"a\\\"b\\\\c\\d\"", "subject:\"a\\\"b\\\\c\\\\d\""},
	    {"names:(a or \"b c\" or d*)", "SANs:\"a\" or SANs:\"b c\" or SANs:d*"},
	    {"cn:x tag:y CIDR:10.0.0.1", "subject:\"x\" and tags:\"y\" and ip:10.0.0.1"},
	    {"owner:none", "not owner:*"},
	    {"owner != none", "owner:*"},
	    {"owner:\"none\"", "owner:\"none\""},
	    {"owner=\"\"", "not owner:*"},
	    {"owner:*", "owner:*"},
	    {"tags:(prod -lab)", "tags:\"prod\" and not tags:\"lab\""},
	};

	CHECK_ALL(examples);
}

static void words_alone(void)
{
	static const struct example examples[] = {
	    {"web1", "\"web1\""},
	    {"web1 \"two words\"", "\"web1\" and \"two words\""},
	    {"*.example.com", "*.example.com"},
	    {"**", "*"},
	    {"-web", "not \"web\""},
	    {"web-1", "\"web-1\""},
	    {"- x", "\"-\" and \"x\""},
	    {"\"and\"", "\"and\""},
	    {"10.0.0.0/8", "ip:10.0.0.0/8"},
	    {"10.0.0.1", "ip:10.0.0.1 or SANs = \"10.0.0.1\""},
	    {"10.0.0.1:443", "ip:10.0.0.1 and port:443"},
	    {"[2001:db8::1]:443", "ip:2001:db8::1 and port:443"},
	    {"www.example.com:8443", "\"www.example.com\" and port:8443"},
	    {"2001:db8::/32", "ip:2001:db8::/32"},
	    {"::1", "ip:::1 or SANs = \"::1\""},
	    {"\"10.0.0.1\"", "\"10.0.0.1\""},
	    {"DEADBEEF", "\"DEADBEEF\" or sha256:deadbeef* or serial:deadbeef*"},
	    {"deadbee", "\"deadbee\""},
	    {"DE:AD:BE:EF", "\"DE:AD:BE:EF\" or sha256:deadbeef* or serial:deadbeef*"},
	    {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""
		" or spki_sha256 = "
		"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""},
	};

	CHECK_ALL(examples);
}

static void numbers_and_ranges(void)
{
	static const struct example examples[] = {
	    {"port:443", "port:443"},
	    {"port = 443", "port:443"},
	    {"port:0x1bb", "port:443"},
	    {"port!=443", "not port:443"},
	    {"port>1024 port<=2000", "port > 1024 and port <= 2000"},
	    {"port:>1024", "port > 1024"},
	    {"port:[1 to 1024]", "port >= 1 and port <= 1024"},
	    {"port:{1 TO 1024}", "port > 1 and port < 1024"},
	    {"port:[1 to 1024}", "port >= 1 and port < 1024"},
	    {"port:[* to 1024]", "port <= 1024"},
	    {"port:[1024 to *]", "port >= 1024"},
	    {"port:[* to *]", "port:*"},
	    {"port:(443 or [8000 to 9000] or >60000)",
		"port:443 or port >= 8000 and port <= 9000 or port > 60000"},
	    {"port:(-5 or 6)", "port:-5 or port:6"},
	    {"port!=(1 or 2)", "not (port:1 or port:2)"},
	    {"is_ca:yes self_signed:FALSE muted!=on",
		"is_ca:yes and self_signed:no and not muted:yes"},
	};

	CHECK_ALL(examples);
}

static void times_are_as_long_as_they_are_exact(void)
{
	static const struct example examples[] = {
	    {"expires < now", "not_after < 2026-11-22T03:30:15Z"},
	    {"expires < now+30d", "not_after < 2026-12-22T03:30:15Z"},
	    {"last_seen >= now-1h/d", "last_seen >= 2026-11-22T00:00:00Z"},
	    {"not_after:2026-03-01",
		"not_after >= 2026-03-01T00:00:00Z and not_after < 2026-03-02T00:00:00Z"},
	    {"not_after<=2026-03-01", "not_after < 2026-03-02T00:00:00Z"},
	    {"not_after>2026-03", "not_after >= 2026-04-01T00:00:00Z"},
	    {"not_after!=2026",
		"not (not_after >= 2026-01-01T00:00:00Z and not_after < 2027-01-01T00:00:00Z)"},
	    {"not_after=2026-03-01T12:00:00Z", "not_after:2026-03-01T12:00:00Z"},
	    {"not_after<=2026-03-01T12:00:00Z", "not_after <= 2026-03-01T12:00:00Z"},
	    {"not_after:\"2026-03-01 12:00:00\"", "not_after:2026-03-01T12:00:00Z"},
	    {"not_after:[2026 to 2027}",
		"not_after >= 2026-01-01T00:00:00Z and not_after < 2027-01-01T00:00:00Z"},
	    {"not_after:@-99999999999", "not_after:@-99999999999"},
	    {"not_after:[now to now+60d]",
		"not_after >= 2026-11-22T03:30:15Z and not_after <= 2027-01-21T03:30:15Z"},
	};

	CHECK_ALL(examples);
}

static void words_of_a_set_and_findings(void)
{
	static const struct example examples[] = {
	    {"version:\"tls 1.0\"", "version = \"TLS 1.0\""},
	    {"version:tls*", "version:tls*"},
	    {"version:0x7f17", "version = \"0x7f17\""},
	    {"severity>=HIGH", "severity >= \"high\""},
	    {"severity:[low to high}", "severity >= \"low\" and severity < \"high\""},
	    {"severity:none", "not severity:*"},
	    {"finding:expired", "findings:expired@2026-11-22T03:30:15Z"},
	    {"finding:expired@now+30d", "findings:expired@2026-12-22T03:30:15Z"},
	    {"finding!=expired", "not findings:expired@2026-11-22T03:30:15Z"},
	    {"finding:expir*",
		"findings:expired@2026-11-22T03:30:15Z or findings:expiring@2026-11-22T03:30:15Z"},
	    {"findings:*", "findings:*"},
	    {"findings:none", "not findings:*"},
	};

	CHECK_ALL(examples);
}

static void digests(void)
{
	static const struct example examples[] = {
	    {"sha256:AB:CD", "sha256:abcd*"},
	    {"sha256=abcd", "sha256 = \"abcd\""},
	    {"serial:00x", "7+3 serial: hexadecimal digits are expected"},
	    {"serial:\"00 x\"", "serial:\"00 x\""},
	    {"chain:*ff", "chain:*ff"},
	    {"fingerprint:00", "sha256:00*"},
	};

	CHECK_ALL(examples);
}

static void addresses(void)
{
	static const struct example examples[] = {
	    {"ip:10.0.0.0/8", "ip:10.0.0.0/8"},
	    {"ip != 10.0.0.1", "not ip:10.0.0.1"},
	    {"ip:::1", "ip:::1"},
	    {"ip:(10.0.0.0/8 or fe80::/10)", "ip:10.0.0.0/8 or ip:fe80::/10"},
	    {"ip:*", "ip:*"},
	};

	CHECK_ALL(examples);
}

static void errors_point_at_the_character(void)
{
	static const struct example examples[] = {
	    {"issuer:", "7+0 a value of issuer is expected here"},
	    {"isuer:x", "0+5 no field is called \"isuer\"; did you mean issuer?"},
	    {"port:1 and expire<now",
		"11+6 no field is called \"expire\"; did you mean not_after?"},
	    {"xyzzy:1",
		"0+5 no field is called \"xyzzy\" (a text with : or = in it goes in quotes)"},
	    {"www.example.com:x",
		"0+15 no field is called \"www.example.com\" (a text with : or = in it goes in "
		"quotes)"},
	    {"O=Acme", "0+1 no field is called \"O\" (a text with : or = in it goes in quotes)"},
	    {"error:x", "0+5 error cannot be searched for"},
	    {"\xc3\xa9\xc3\xa9 \xc3\xa9x:1",
		"3+2 no field is called \"\xc3\xa9x\" (a text with : or = in it goes in quotes)"},
	    {"(port:1", "0+1 this bracket is not closed"},
	    {"port:1)", "6+1 this bracket was never opened"},
	    {"port:(1 or", "10+0 a word or a comparison is expected here"},
	    {"and port:1", "0+3 a word or a comparison is expected before this"},
	    {"()", "1+1 a word or a comparison is expected before this"},
	    {"not", "3+0 a word or a comparison is expected here"},
	    {"a \"b", "2+1 this quote has no end"},
	    {"port:https",
		"5+5 port: a number is expected; for more of them port:(443 or 8443) or port:[1 to "
		"1024]"},
	    {"port:[1 1024]", "8+4 \"to\" is expected, as in [1 to 1024]"},
	    {"port:[1 to 1024", "5+1 this range is not closed: [1 to 1024]"},
	    {"port:[1 to ]", "11+0 a value is expected, as in [1 to 1024]"},
	    {"issuer:[a to b]", "7+1 issuer has no ranges; its type is text"},
	    {"issuer<R3", "7+2 issuer takes : = or !=, not <; its type is text"},
	    {"version>\"TLS 1.0\"", "8+9 version takes : = or !=, not >; its type is text"},
	    {"is_ca:maybe", "6+5 is_ca: yes or no is expected"},
	    {"is_ca>no", "6+2 is_ca takes : = or !=, not >; its type is yes or no"},
	    {"ip:10.0.0",
		"3+6 ip: an address or a network is expected: 10.0.0.1, 10.0.0.0/8, 2001:db8::/32"},
	    {"ip<10.0.0.1", "3+8 ip takes : = or !=, not <; its type is address"},
	    {"not_after<tomorrow",
		"10+8 a time is expected here: 2026-03-01, 2026-03-01T12:00:00Z, now+30d"},
	    {"not_after<now+30x",
		"16+1 a unit is expected here: y M w d h m s (M are months, m minutes)"},
	    {"finding:expird", "8+6 findings: no \"expird\"; did you mean \"expired\"?"},
	    {"finding:expired@soon",
		"16+4 a time is expected here: 2026-03-01, 2026-03-01T12:00:00Z, now+30d"},
	    {"finding>expired", "8+7 findings takes : = or !=, not >; its type is findings"},
	    {"finding:x*", "8+2 no finding is called like that"},
	    {"severity:bad",
		"9+3 severity: no \"bad\"; there are info, low, medium, high, critical"},
	    {": x", "0+1 a word or a field is expected before the colon"},
	    {"= x", "0+1 a field is expected before this"},
	    {"a \xff", "2+1 this is no character"},
	};

	CHECK_ALL(examples);
	CHECK_EQ(parsed("port:999999999999999999999")[0], '5');
}

static void what_is_too_much_is_refused(void)
{
	static char text[QUERY_TEXT_MAX + 2];

	memset(text, '(', QUERY_DEPTH_MAX + 1);
	CHECK_STR(parsed(text), "33+0 nested too deeply");
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i <= QUERY_PARTS_MAX; i++)
		memcpy(text + 2 * i, "a ", 2);
	CHECK_STR(parsed(text), "1000+1 more than 500 comparisons");
	memset(text, 'a', sizeof(text) - 1);
	CHECK_STR(parsed(text), "0+16385 a search longer than 16384 bytes");
}

static void too_little_memory_is_said(void)
{
	struct query_error error;
	struct arena a;
	const struct query *q = NULL;

	for (size_t cap = 0; cap < 1500; cap += 7) {
		struct err e;

		arena_init(&a, cap);
		e = query_parse(span_str("a (b or port:[1 to 5]) 10.0.0.1 deadbeef finding:e*"),
		    &env, &a, &q, &error);
		CHECK(err_class(e) == ERR_LIMIT && q == NULL);
		arena_done(&a);
	}
}

int main(void)
{
	RUN(and_or_not_and_brackets);
	RUN(the_example_of_every_page);
	RUN(texts);
	RUN(words_alone);
	RUN(numbers_and_ranges);
	RUN(times_are_as_long_as_they_are_exact);
	RUN(words_of_a_set_and_findings);
	RUN(digests);
	RUN(addresses);
	RUN(errors_point_at_the_character);
	RUN(what_is_too_much_is_refused);
	RUN(too_little_memory_is_said);
	return test_done();
}
