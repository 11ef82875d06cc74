#include "wire/clienthello.h"

#include "lib/hex.h"
#include "lib/tlsbytes.h"

static const uint16_t ciphers[] = {0x1301, 0xc02f};
static struct buf extensions, message;

static void begin(void)
{
	buf_init(&extensions, 1 << 16);
	buf_init(&message, 1 << 17);
}

static void end(void)
{
	buf_done(&extensions);
	buf_done(&message);
}

static bool parse(bool with_extensions, struct client_hello *ret)
{
	struct hello_bytes h = {0x0303, span_str("id"), ciphers, 2,
	    with_extensions ? buf_view(&extensions) : span_of(NULL, 0)};

	put_client_hello(&message, &h);
	return !err_is(client_hello_parse(buf_view(&message), false, ret));
}

static void lists_and_names(void)
{
	static const uint16_t groups[] = {29, 23}, schemes[] = {0x0403}, versions[] = {0x0304};
	struct client_hello h;

	begin();
	put_name(&extensions, "www.example");
	put_list(&extensions, 10, groups, 2, 2);
	put_list(&extensions, 13, schemes, 1, 2);
	put_list(&extensions, 43, versions, 1, 1);
	put_extension(&extensions, 11, span_of("\1\0", 2));
	put_extension(&extensions, 16, span_of("\0\3\2h2", 5));
	put_extension(&extensions, 45, span_of("\1\1", 2));
	put_extension(&extensions, 51, span_of("\0\5\0\x1d\0\1k", 7));
	put_extension(&extensions, 35, span_str("ticket"));
	CHECK(parse(true, &h));
	CHECK_EQ(h.version, 0x0303);
	CHECK(span_is(h.session_id, "id"));
	CHECK_STR(hex(h.ciphers.p, h.ciphers.n), "1301c02f");
	CHECK_STR(hex(h.compression.p, h.compression.n), "00");
	CHECK(span_is(h.name, "www.example") && h.n_names == 1 && h.has_name);
	CHECK_STR(hex(h.groups.p, h.groups.n), "001d0017");
	CHECK_STR(hex(h.schemes.p, h.schemes.n), "0403");
	CHECK_STR(hex(h.versions.p, h.versions.n), "0304");
	CHECK_STR(hex(h.point_formats.p, h.point_formats.n), "00");
	CHECK_STR(hex(h.alpn.p, h.alpn.n), "026832");
	CHECK_STR(hex(h.psk_modes.p, h.psk_modes.n), "01");
	CHECK_STR(hex(h.shares.p, h.shares.n), "001d00016b");
	CHECK(span_is(h.ticket, "ticket"));
	CHECK(!h.broken && !h.psk && !h.early_data && !h.ech);
	end();
}

static void without_extensions(void)
{
	struct client_hello h;

	begin();
	CHECK(parse(false, &h));
	CHECK(!h.broken && h.extensions.n == 0 && !h.has_name);
	end();
}

static void the_first_name_counts(void)
{
	struct client_hello h;

	begin();
	put_extension(&extensions, 0, span_of("\0\014\1\0\1x\0\0\1a\0\0\1b", 14));
	CHECK(parse(true, &h));
	CHECK(span_is(h.name, "a"));
	CHECK_EQ(h.n_names, 2);
	end();
}

static void what_resumption_offers(void)
{
	struct client_hello h;

	begin();
	put_extension(&extensions, 42, span_str(""));
	put_extension(&extensions, 41, span_str("x"));
	put_extension(&extensions, 0xfe0d, span_of("\0\0\1\0\2", 5));
	CHECK(parse(true, &h));
	CHECK(h.psk && h.early_data && h.ech);
	CHECK_EQ(h.ech_kdf, 1);
	CHECK_EQ(h.ech_aead, 2);
	end();
	begin();
	put_extension(&extensions, 0xfe0d, span_of("\1", 1));
	CHECK(parse(true, &h));
	CHECK(!h.ech); /* of the inner hello */
	end();
}

static void a_key_share_of_the_drafts(void)
{
	struct client_hello h;

	begin();
	put_extension(&extensions, 40, span_of("\0\5\0\x1d\0\1k", 7));
	CHECK(parse(true, &h));
	CHECK_EQ(h.shares.n, 5);
	end();
}

static void what_stood_before_a_flaw_is_kept(void)
{
	struct client_hello h;
	struct span whole;

	begin();
	put_name(&extensions, "www.example");
	put_extension(&extensions, 10, span_of("\0\2\0\x1d", 4));
	CHECK(parse(true, &h));
	whole = buf_view(&message);
	/* The last extension cut off, then the ciphers, then the session id. */
	CHECK(!err_is(client_hello_parse(span_of(whole.p, whole.n - 1), false, &h)));
	CHECK(h.broken && span_is(h.name, "www.example") && h.groups.n == 0);
	CHECK(!err_is(client_hello_parse(span_of(whole.p, 2 + 32 + 3 + 4), false, &h)));
	CHECK(h.broken);
	CHECK_STR(hex(h.ciphers.p, h.ciphers.n), "1301");
	CHECK(!err_is(client_hello_parse(span_of(whole.p, 2 + 32), false, &h)));
	CHECK(h.broken && h.session_id.n == 0);
	CHECK(err_is(client_hello_parse(span_of(whole.p, 2 + 31), false, &h)));
	end();
}

static void something_behind_the_extensions(void)
{
	struct client_hello h;

	begin();
	put_name(&extensions, "a");
	CHECK(parse(true, &h));
	buf_be(&message, 0, 1);
	CHECK(!err_is(client_hello_parse(buf_view(&message), false, &h)));
	CHECK(h.broken && span_is(h.name, "a"));
	end();
}

static void flawed_extensions(void)
{
	static const struct {
		uint16_t type;
		const char *bytes;
		size_t n;
	} rows[] = {
	    {0, "\0\4\0\0\5x", 6}, /* a name longer than its list */
	    {10, "\0\6\0\x1d", 4}, /* a list longer than its extension */
	    {10, "\0", 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client_hello h;

		begin();
		put_extension(&extensions, rows[i].type, span_of(rows[i].bytes, rows[i].n));
		put_extension(&extensions, 35, span_str("t"));
		CHECK(parse(true, &h));
		CHECK(h.broken);
		CHECK(span_is(h.ticket, "t"));
		end();
	}
}

static void dtls_has_a_cookie(void)
{
	struct span m = unhex("fefd"
			      "4242424242424242424242424242424242424242424242424242424242424242"
			      "00 03 aabbcc 0002 c02f 0100");
	struct client_hello h;

	CHECK(!err_is(client_hello_parse(m, true, &h)));
	CHECK_STR(hex(h.cookie.p, h.cookie.n), "aabbcc");
	CHECK_STR(hex(h.ciphers.p, h.ciphers.n), "c02f");
	CHECK(!h.broken);
	unhex_free(m);
}

static void grease(void)
{
	CHECK(is_grease(0x0a0a) && is_grease(0xfafa));
	CHECK(!is_grease(0x0a1a) && !is_grease(0x1301));
}

int main(void)
{
	RUN(lists_and_names);
	RUN(without_extensions);
	RUN(the_first_name_counts);
	RUN(what_resumption_offers);
	RUN(a_key_share_of_the_drafts);
	RUN(what_stood_before_a_flaw_is_kept);
	RUN(something_behind_the_extensions);
	RUN(flawed_extensions);
	RUN(dtls_has_a_cookie);
	RUN(grease);
	return test_done();
}
