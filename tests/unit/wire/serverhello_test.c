#include "wire/serverhello.h"

#include "lib/hex.h"

#define RANDOM "4242424242424242424242424242424242424242424242424242424242424242"
#define RETRY "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"

static struct span message;

/* Parses the hexadecimal text; spans of the result live until the next. */
static bool parse(const char *text, struct server_hello *ret)
{
	unhex_free(message);
	message = unhex(text);
	return !err_is(server_hello_parse(message, ret));
}

static void without_extensions(void)
{
	struct server_hello h = {0};

	CHECK(parse("0301" RANDOM "00"
		    "002f"
		    "00",
	    &h));
	CHECK_EQ(h.version, 0x0301);
	CHECK_EQ(h.cipher, 0x002f);
	CHECK(!h.retry && !h.ocsp_promised && h.alpn.n == 0);
}

static void of_tls12(void)
{
	struct server_hello h = {0};

	CHECK(parse("0303" RANDOM "0401020304"
		    "c02f"
		    "00"
		    "0018"
		    "ff01000100"
		    "00050000"
		    "0010000b00090868747470"
		    "2f312e31",
	    &h));
	CHECK_EQ(h.version, 0x0303);
	CHECK_EQ(h.session_id.n, 4);
	CHECK(h.ocsp_promised);
	CHECK(span_is(h.alpn, "http/1.1"));
}

static void of_tls13(void)
{
	struct server_hello h = {0};

	CHECK(parse("0303" RANDOM "00"
		    "1301"
		    "00"
		    "0010"
		    "002b00020304"
		    "00330006001d0002abcd",
	    &h));
	CHECK_EQ(h.version, 0x0304);
	CHECK_EQ(h.group, 29);
	CHECK_STR(hex(h.share.p, h.share.n), "abcd");
	CHECK(!h.retry);
}

static void a_retry(void)
{
	struct server_hello h = {0};

	CHECK(parse("0303" RETRY "00"
		    "1302"
		    "00"
		    "0013"
		    "002b00020304"
		    "003300020018"
		    "002c0003000155",
	    &h));
	CHECK(h.retry);
	CHECK_EQ(h.group, 24);
	CHECK_STR(hex(h.cookie.p, h.cookie.n), "55");
}

static void broken_ones_change_nothing(void)
{
	static const char *const rows[] = {
	    "", "0303" RANDOM,
	    "0303" RANDOM "00"
	    "c02f",
	    "0303" RANDOM "21" RANDOM "00"
	    "c02f"
	    "00", /* session id of 33 */
	    "0303" RANDOM "00"
	    "c02f"
	    "00"
	    "00", /* half a length */
	    "0303" RANDOM "00"
	    "c02f"
	    "00"
	    "0001"
	    "00", /* half an extension */
	    "0303" RANDOM "00"
	    "c02f"
	    "00"
	    "0000"
	    "00", /* something behind */
	    "0303" RANDOM "00"
	    "1301"
	    "00"
	    "0005"
	    "002b000103", /* half a version */
	    "0303" RANDOM "00"
	    "1301"
	    "00"
	    "0006"
	    "00330002001d", /* no share */
	    "0303" RANDOM "00"
	    "c02f"
	    "00"
	    "0006"
	    "001000020000", /* no protocol */
	    "0303" RETRY "00"
	    "1301"
	    "00"
	    "0006"
	    "002c00020001", /* half a cookie */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server_hello h = {.cipher = 0x7777};

		CHECK(!parse(rows[i], &h));
		CHECK_EQ(h.cipher, 0x7777);
	}
}

static void encrypted_extensions(void)
{
	struct span alpn = span_str("before"), m = unhex("000b"
							 "0000"
							 "0000"
							 "0010000300"
							 "0102"); /* broken */

	CHECK(err_is(encrypted_extensions_parse(m, &alpn)));
	CHECK(span_is(alpn, "before"));
	unhex_free(m);
	m = unhex("000d"
		  "00000000"
		  "00100005000302"
		  "6832");
	CHECK(!err_is(encrypted_extensions_parse(m, &alpn)));
	CHECK(span_is(alpn, "h2"));
	unhex_free(m);
	m = unhex("0000");
	CHECK(!err_is(encrypted_extensions_parse(m, &alpn)));
	CHECK_EQ(alpn.n, 0);
	unhex_free(m);
}

int main(void)
{
	RUN(without_extensions);
	RUN(of_tls12);
	RUN(of_tls13);
	RUN(a_retry);
	RUN(broken_ones_change_nothing);
	RUN(encrypted_extensions);
	unhex_free(message);
	return test_done();
}
