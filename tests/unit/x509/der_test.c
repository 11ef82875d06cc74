#include "x509/der.h"

#include "lib/test.h"

static struct span bytes(const char *text, size_t n)
{
	return span_of(text, n);
}

#define BYTES(literal) bytes((literal), sizeof(literal) - 1)

static void takes_what_the_syntax_says(void)
{
	struct span s = BYTES("\x30\x06\x02\x01\x05\x01\x01\xff\x05\x00"), seq, body;

	seq = der_take(&s, DER_SEQUENCE);
	CHECK_EQ(seq.n, 6);
	CHECK_EQ(der_small(&seq), 5);
	CHECK(!der_optional(&seq, DER_INTEGER, &body));
	CHECK(der_bool(&seq));
	CHECK(span_end(&seq));
	CHECK_EQ(der_peek(&s), DER_NULL);
	der_take(&s, DER_NULL);
	CHECK(span_end(&s));
	CHECK_EQ(der_peek(&s), DER_NONE);
}

static void a_wrong_tag_sticks(void)
{
	struct span s = BYTES("\x02\x01\x05\x02\x01\x06");

	CHECK(der_take(&s, DER_OID).bad);
	CHECK(s.bad);
	CHECK_EQ(der_small(&s), 0);
}

static void whole_has_its_header(void)
{
	struct span s = BYTES("\x30\x81\x02\x05\x00rest"), whole = der_whole(&s, DER_SEQUENCE);

	CHECK_EQ(whole.n, 5);
	CHECK(span_is(s, "rest"));
}

static void lengths(void)
{
	const struct {
		struct span in;
		bool good;
		size_t n;
	} cases[] = {
	    {BYTES("\x04\x01x"), true, 1},
	    {BYTES("\x04\x81\x01x"), true, 1}, /* longer than needed */
	    {BYTES("\x04\x84\x00\x00\x00\x01x"), true, 1},
	    {BYTES("\x04\x85\x00\x00\x00\x00\x01x"), false, 0},
	    {BYTES("\x04\x80x\x00\x00"), false, 0}, /* indefinite */
	    {BYTES("\x04\x02x"), false, 0}, {BYTES("\x04\x84\xff\xff\xff\xffx"), false, 0},
	    {BYTES("\x04"), false, 0},
	    {BYTES("\x1f\x81\x01\x01x"), false, 0}, /* a tag of several bytes */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span s = cases[i].in, body;
		uint8_t tag = 0xee;

		body = der_any(&s, &tag);
		CHECK_EQ(!body.bad, cases[i].good);
		CHECK_EQ(body.n, cases[i].n);
		CHECK_EQ(tag, cases[i].good ? 0x04 : 0xee);
	}
}

static void small_integers(void)
{
	struct span s = BYTES("\x02\x05\x00\xff\xff\xff\xff\x02\x01\x80");

	CHECK_EQ(der_small(&s), 0xffffffffLL);
	CHECK_EQ(der_small(&s), 0);
	CHECK(s.bad); /* negative */
	s = BYTES("\x02\x05\x01\x00\x00\x00\x00");
	der_small(&s);
	CHECK(s.bad);
	s = BYTES("\x02\x00");
	der_small(&s);
	CHECK(s.bad);
}

static void integer_bits(void)
{
	CHECK_EQ(der_integer_bits(BYTES("\x00\xff")), 8);
	CHECK_EQ(der_integer_bits(BYTES("\x7f\xff")), 15);
	CHECK_EQ(der_integer_bits(BYTES("\x00\x00\x01\x00")), 9);
	CHECK_EQ(der_integer_bits(BYTES("\x00")), 0);
	CHECK_EQ(der_integer_bits(BYTES("")), 0);
}

static void bit_strings(void)
{
	struct span s = BYTES("\x03\x02\x05\xa0\x03\x02\x08\x00"), bits;
	unsigned unused = 99;

	bits = der_bits(&s, &unused);
	CHECK_EQ(bits.n, 1);
	CHECK_EQ(unused, 5);
	CHECK(der_bits(&s, &unused).bad); /* eight unused bits */
	CHECK_EQ(unused, 5);
	s = BYTES("\x03\x03\x07\x06\x80");
	CHECK_EQ(der_flags(&s), 1 << 5 | 1 << 6 | 1 << 8);
	s = BYTES("\x03\x01\x00");
	CHECK_EQ(der_flags(&s), 0);
	CHECK(span_end(&s));
}

static int64_t time_of(const char *tag, const char *text)
{
	char der[64];
	struct span s = span_of(der, strlen(text) + 2);
	int64_t seconds;

	snprintf(der, sizeof(der), "%s%c%s", tag, (char)strlen(text), text);
	seconds = der_time(&s);
	return s.bad ? -1 : seconds;
}

static void times(void)
{
	CHECK_EQ(time_of("\x17", "700101000001Z"), 1);
	CHECK_EQ(time_of("\x17", "260101000000Z"), 1767225600);
	CHECK_EQ(time_of("\x17", "491231235959Z"), 2524607999);
	CHECK_EQ(time_of("\x17", "500101000000Z"), -631152000); /* RFC 5280: 1950 */
	CHECK_EQ(time_of("\x18", "20260101000000Z"), 1767225600);
	CHECK_EQ(time_of("\x18", "99991231235959Z"), 253402300799);
	CHECK_EQ(time_of("\x18", "20240229000000Z"), 1709164800);
	CHECK_EQ(time_of("\x18", "20260101000000.75Z"), 1767225600);
	CHECK_EQ(time_of("\x17", "2601010000Z"), 1767225600);
	CHECK_EQ(time_of("\x17", "260101010000+0100"), 1767225600);
	CHECK_EQ(time_of("\x17", "251231230000-0100"), 1767225600);
	CHECK_EQ(time_of("\x18", "20260101000000"), 1767225600);
}

static void bad_times(void)
{
	static const char *const utc[] = {"", "26", "261301000000Z", "260001000000Z",
	    "260100000000Z", "260132000000Z", "260229000000Z", "260101240000Z", "260101006000Z",
	    "260101000060Z", "26010100000xZ", "260101000000ZZ", "260101000000+0160",
	    "260101000000+9900", "260101000000.5Z", "260101000000+01"};

	for (size_t i = 0; i < sizeof(utc) / sizeof(utc[0]); i++)
		CHECK_EQ(time_of("\x17", utc[i]), -1);
	CHECK_EQ(time_of("\x18", "21000229000000Z"), -1); /* no leap year */
	CHECK_EQ(time_of("\x0c", "260101000000Z"), -1);
}

static const char *oid_of(const char *body, size_t n)
{
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 256);
	der_oid_text(bytes(body, n), &out);
	return buf_text(&out);
}

static void oids(void)
{
	CHECK_STR(oid_of("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", 9), "1.2.840.113549.1.1.11");
	CHECK_STR(oid_of("\x55\x04\x03", 3), "2.5.4.3");
	CHECK_STR(oid_of("\x88\x37\x03", 3), "2.999.3");
	CHECK_STR(oid_of("\x00", 1), "0.0");
	CHECK_STR(oid_of("", 0), "?");
	CHECK_STR(oid_of("\x55\x84", 2), "2.5?");
	/* below 2.25 stands a UUID: 128 bits, and no more */
	CHECK_STR(oid_of("\x69\x83\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
			 "\xff\x7f",
		      20),
	    "2.25.340282366920938463463374607431768211455");
	CHECK_STR(oid_of("\x69\x84\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
			 "\x80\x00",
		      20),
	    "2.25?");
	CHECK_STR(oid_of("\x55\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11),
	    "2.5.1180591620717411303297");
}

static const char *text_of(uint8_t tag, struct span content)
{
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 256);
	der_text(tag, content, &out);
	return buf_text(&out);
}

static void strings_become_utf8(void)
{
	CHECK_STR(text_of(DER_UTF8, BYTES("Z\xc3\xbcrich \xe2\x98\x83 \xf0\x9d\x84\x9e")),
	    "Z\xc3\xbcrich \xe2\x98\x83 \xf0\x9d\x84\x9e");
	CHECK_STR(text_of(DER_T61, BYTES("Z\xfcrich")), "Z\xc3\xbcrich");
	CHECK_STR(text_of(DER_BMP, BYTES("\0Z\0\xfc&\x03\xd8\x34\xdd\x1e")),
	    "Z\xc3\xbc\xe2\x98\x83\xf0\x9d\x84\x9e");
	CHECK_STR(text_of(DER_UNIVERSAL, BYTES("\0\0\0Z\0\1\xd1\x1e")), "Z\xf0\x9d\x84\x9e");
	CHECK_STR(text_of(DER_PRINTABLE, BYTES("plain")), "plain");
}

static void what_is_no_character_is_replaced(void)
{
	CHECK_STR(text_of(DER_UTF8, BYTES("a\xff"
					  "b")),
	    "a\xef\xbf\xbd"
	    "b");
	CHECK_STR(text_of(DER_UTF8, BYTES("\xc3")), "\xef\xbf\xbd");
	CHECK_STR(
	    text_of(DER_UTF8, BYTES("\xc0\x80")), "\xef\xbf\xbd\xef\xbf\xbd"); /* overlong NUL */
	CHECK_STR(text_of(DER_UTF8, BYTES("\xed\xa0\x80")),
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
	CHECK_STR(text_of(DER_BMP, BYTES("\0a\xd8\0\0b")), "a\xef\xbf\xbd"
							   "b");
	CHECK_STR(text_of(DER_BMP, BYTES("\0ab")), "a\xef\xbf\xbd");
	CHECK_STR(text_of(DER_UNIVERSAL, BYTES("\x7f\0\0\0\0\0")), "\xef\xbf\xbd\xef\xbf\xbd");
}

static void no_control_character_gets_through(void)
{
	CHECK_STR(text_of(DER_UTF8, BYTES("a\0b\x1b[2J\x7f\\")), "a\\00b\\1B[2J\\7F\\5C");
	CHECK_STR(text_of(DER_UTF8, BYTES("\xc2\x9b")), "\\C2\\9B");
	CHECK_STR(text_of(DER_T61, BYTES("\x9b")), "\\C2\\9B");
	/* U+202E would show "moc.knab" as its reverse */
	CHECK_STR(text_of(DER_BMP, BYTES("\x20\x2e\0m")), "\\E2\\80\\AEm");
}

int main(void)
{
	RUN(takes_what_the_syntax_says);
	RUN(a_wrong_tag_sticks);
	RUN(whole_has_its_header);
	RUN(lengths);
	RUN(small_integers);
	RUN(integer_bits);
	RUN(bit_strings);
	RUN(times);
	RUN(bad_times);
	RUN(oids);
	RUN(strings_become_utf8);
	RUN(what_is_no_character_is_replaced);
	RUN(no_control_character_gets_through);
	return test_done();
}
