#include "wire/fingerprint.h"

#include "lib/hex.h"
#include "lib/tlsbytes.h"

static struct buf extensions, message;

static struct client_hello hello(uint16_t version, const uint16_t *ciphers, size_t n)
{
	struct hello_bytes bytes = {version, span_of(NULL, 0), ciphers, n,
	    extensions.n ? buf_view(&extensions) : span_of(NULL, 0)};
	struct client_hello h = {0};

	put_client_hello(&message, &bytes);
	CHECK(!err_is(client_hello_parse(buf_view(&message), false, &h)));
	return h;
}

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

/* The two vectors of its authors. */
static void ja3_vectors(void)
{
	static const uint16_t old[] = {4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99},
			      newer[] = {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4},
			      groups[] = {23, 24, 25};
	struct client_hello h;
	char md5[JA3_HEX + 1];

	begin();
	h = hello(0x0301, old, 11);
	CHECK(ja3(&h, md5));
	CHECK_STR(md5, "de350869b8c85de67a350c8d186f11e6");
	end();
	begin();
	put_name(&extensions, "a.example");
	put_list(&extensions, 10, groups, 3, 2);
	put_extension(&extensions, 11, span_of("\1\0", 2));
	h = hello(0x0301, newer, 12);
	CHECK(ja3(&h, md5));
	CHECK_STR(md5, "ada70206e40642a3e4461f35503241d5");
	end();
}

static void ja3_leaves_grease_out(void)
{
	static const uint16_t ciphers[] = {0x1a1a, 0x1301}, groups[] = {0x2a2a, 29};
	struct client_hello h;
	struct buf text;

	begin();
	buf_init(&text, 1000);
	put_extension(&extensions, 0x3a3a, span_str(""));
	put_list(&extensions, 10, groups, 2, 2);
	h = hello(0x0303, ciphers, 2);
	ja3_text(&h, &text);
	CHECK_STR(buf_text(&text), "771,4865,10,29,");
	buf_done(&text);
	end();
}

static void ja3s_of_a_server(void)
{
	static const uint16_t cipher[] = {0x1301};
	struct server_hello h;
	struct buf text;
	char md5[JA3_HEX + 1];

	begin();
	buf_init(&text, 1000);
	put_extension(&extensions, 43, span_of("\3\4", 2));
	put_extension(&extensions, 51, span_of("\0\x1d\0\1k", 5));
	put_server_hello(&message,
	    &(struct hello_bytes){0x0303, span_str("id"), cipher, 1, buf_view(&extensions)});
	CHECK(!err_is(server_hello_parse(buf_view(&message), &h)));
	ja3s_text(&h, &text);
	CHECK_STR(buf_text(&text), "771,4865,43-51");
	CHECK(ja3s(&h, md5));
	CHECK_STR(md5, "f4febc55ea12b31ae17cfb7e614afda8");
	buf_done(&text);
	end();
}

/* A Chrome of 2023, the example of JA4's own text. */
static void ja4_vector(void)
{
	static const uint16_t ciphers[] = {0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c,
	    0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035},
			      empty[] = {0x1b, 0x33, 0x2a2a, 0x12, 0x17, 0x23, 0x0b, 0x05, 0x2d,
				  0x15, 0x0a, 0x4469, 0xff01},
			      versions[] = {0x3a3a, 0x0304, 0x0303},
			      schemes[] = {
				  0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
	struct client_hello h;
	char text[JA4_TEXT + 1];

	begin();
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		put_extension(&extensions, empty[i], span_str(""));
	put_name(&extensions, "a.example");
	put_list(&extensions, 43, versions, 3, 1);
	put_list(&extensions, 13, schemes, 8, 2);
	put_extension(&extensions, 16, span_of("\0\014\2h2\10http/1.1", 14));
	h = hello(0x0303, ciphers, 16);
	ja4(&h, 't', text);
	CHECK_STR(text, "t13d1516h2_8daaf6152771_e5627efa2ab1");
	end();
}

static void ja4_of_next_to_nothing(void)
{
	static const uint16_t grease[] = {0x0a0a};
	struct client_hello h;
	char text[JA4_TEXT + 1];

	begin();
	h = hello(0x0300, grease, 1);
	ja4(&h, 't', text);
	CHECK_STR(text, "ts3i000000_000000000000_000000000000");
	end();
}

static void ja4_protocols(void)
{
	static const uint16_t ciphers[] = {0x1301};
	static const struct {
		const char *alpn;
		size_t n;
		const char *want;
	} rows[] = {
	    {"\0\2\1h", 4, "hh"},
	    {"\0\3\2h2", 5, "h2"},
	    {"\0\3\2\xab\xcd", 5, "ad"}, /* first and last hex digit */
	    {"\0\2\1\xab", 4, "ab"},
	    {"\0\2\1 ", 4, "20"},
	    {"\0\1\0", 3, "00"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client_hello h;
		char text[JA4_TEXT + 1], part[3] = "";

		begin();
		put_extension(&extensions, 16, span_of(rows[i].alpn, rows[i].n));
		h = hello(0x0303, ciphers, 1);
		ja4(&h, 'q', text);
		memcpy(part, text + 8, 2);
		CHECK_STR(part, rows[i].want);
		end();
	}
}

static void ja4_of_dtls_takes_the_newest(void)
{
	static const uint16_t ciphers[] = {0xc02f}, versions[] = {0xfefd, 0xfefc};
	struct client_hello h;
	char text[JA4_TEXT + 1];

	begin();
	put_list(&extensions, 43, versions, 2, 1);
	h = hello(0xfefd, ciphers, 1);
	ja4(&h, 'd', text);
	CHECK(strncmp(text, "dd3i0101", 8) == 0);
	end();
}

int main(void)
{
	RUN(ja3_vectors);
	RUN(ja3_leaves_grease_out);
	RUN(ja3s_of_a_server);
	RUN(ja4_vector);
	RUN(ja4_of_next_to_nothing);
	RUN(ja4_protocols);
	RUN(ja4_of_dtls_takes_the_newest);
	return test_done();
}
