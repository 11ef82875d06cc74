#include "flight_fixture.h"
#include "wire/handshake.h"
#include "wire/hello.h"
#include "wire/suites.h"

#include "lib/test.h"

/* A hello taken apart again. */
struct hello {
	uint16_t version;
	struct span random, session_id, suites, extensions;
};

static struct buf out;

static struct hello write_and_read(
    const struct hello_spec *spec, uint16_t group, struct span cookie)
{
	struct hello h = {0};
	struct span s, body;

	buf_done(&out);
	buf_init(&out, 1 << 18);
	CHECK(!err_is(hello_write(spec, fixed_shares(), group, cookie, &out)));
	s = buf_view(&out);
	CHECK_EQ(span_u8(&s), HS_CLIENT_HELLO);
	body = span_vec(&s, 3);
	CHECK(span_end(&s));
	h.version = span_u16(&body);
	h.random = span_take(&body, 32);
	h.session_id = span_vec(&body, 1);
	h.suites = span_vec(&body, 2);
	CHECK_EQ(span_u16(&body), 0x0100);
	h.extensions = body.n ? span_vec(&body, 2) : body;
	CHECK(span_end(&body));
	return h;
}

static struct hello plain(uint8_t variant, uint8_t keys)
{
	struct hello_spec spec = fixed_spec(variant, keys);

	return write_and_read(&spec, 0, span_of(NULL, 0));
}

/* The body of an extension; bad if it is not there. */
static struct span extension(struct hello h, uint16_t wanted)
{
	struct span body;
	uint16_t type;

	while (extension_next(&h.extensions, &type, &body))
		if (type == wanted)
			return body;
	return (struct span){NULL, 0, true};
}

static bool has_number(struct span list, uint16_t number)
{
	while (list.n > 0)
		if (span_u16(&list) == number)
			return true;
	return false;
}

static bool offers(struct hello h, uint16_t type, uint16_t number)
{
	struct span body = extension(h, type);

	span_u16(&body);
	return has_number(body, number);
}

static void the_modern_one(void)
{
	struct hello h = plain(HELLO_MODERN, HELLO_ANY_KEY);
	struct span list, share;

	CHECK_EQ(h.version, 0x0303);
	CHECK_EQ(h.random.p[0], 0x42);
	CHECK_EQ(h.session_id.n, 32);
	CHECK(has_number(h.suites, 0x1301) && has_number(h.suites, 0x000a));
	CHECK(!has_number(h.suites, 0x0005)); /* RC4 is for the legacy one */
	CHECK_MEM(extension(h, EXT_SUPPORTED_VERSIONS).p, "\x8\3\4\3\3\3\2\3\1", 9);
	CHECK_MEM(extension(h, EXT_SERVER_NAME).p, "\0\x11\0\0\x0eserver.example", 19);
	CHECK_MEM(extension(h, EXT_ALPN).p, "\0\x0c\2h2\x8http/1.1", 14);
	CHECK(offers(h, EXT_SIGNATURE_ALGORITHMS, 0x0807) &&
	      offers(h, EXT_SIGNATURE_ALGORITHMS, 0x0201));
	CHECK(extension(h, EXT_SIGNATURE_ALGORITHMS_CERT).bad);
	list = extension(h, EXT_KEY_SHARE);
	share = span_vec(&list, 2);
	CHECK(span_end(&list));
	CHECK_EQ(span_u16(&share), 29);
	CHECK_EQ(span_vec(&share, 2).n, 32);
	CHECK_EQ(span_u16(&share), 23);
	CHECK_EQ(span_vec(&share, 2).n, 65);
	CHECK(span_end(&share));
}

static void without_a_name_and_without_protocols(void)
{
	struct hello_spec spec = fixed_spec(HELLO_MODERN, HELLO_ANY_KEY);
	struct hello h;

	spec.name = NULL;
	spec.alpn = NULL;
	h = write_and_read(&spec, 0, span_of(NULL, 0));
	CHECK(extension(h, EXT_SERVER_NAME).bad);
	CHECK(extension(h, EXT_ALPN).bad);
	spec.name = "";
	h = write_and_read(&spec, 0, span_of(NULL, 0));
	CHECK(extension(h, EXT_SERVER_NAME).bad);
}

static void for_one_kind_of_key(void)
{
	struct hello rsa = plain(HELLO_MODERN, HELLO_RSA);

	CHECK(has_number(rsa.suites, 0xc02f) && has_number(rsa.suites, 0x1301));
	CHECK(!has_number(rsa.suites, 0xc02b));
	CHECK(offers(rsa, EXT_SIGNATURE_ALGORITHMS, 0x0804));
	CHECK(offers(rsa, EXT_SIGNATURE_ALGORITHMS, 0x0201));
	CHECK(!offers(rsa, EXT_SIGNATURE_ALGORITHMS, 0x0403));
	CHECK(!offers(rsa, EXT_SIGNATURE_ALGORITHMS, 0x0807));
	CHECK(offers(rsa, EXT_SIGNATURE_ALGORITHMS_CERT, 0x0403));

	struct hello ecdsa = plain(HELLO_MODERN, HELLO_ECDSA);

	CHECK(has_number(ecdsa.suites, 0xc02b) && has_number(ecdsa.suites, 0x1303));
	CHECK(!has_number(ecdsa.suites, 0xc02f) && !has_number(ecdsa.suites, 0x002f));
	CHECK(offers(ecdsa, EXT_SIGNATURE_ALGORITHMS, 0x0403));
	CHECK(offers(ecdsa, EXT_SIGNATURE_ALGORITHMS, 0x0807));
	CHECK(!offers(ecdsa, EXT_SIGNATURE_ALGORITHMS, 0x0804));
	CHECK(!offers(ecdsa, EXT_SIGNATURE_ALGORITHMS, 0x0401));
	CHECK(offers(ecdsa, EXT_SIGNATURE_ALGORITHMS_CERT, 0x0401));
}

static void the_older_ones(void)
{
	struct hello h = plain(HELLO_TLS12, HELLO_ANY_KEY);

	CHECK(!has_number(h.suites, 0x1301) && has_number(h.suites, 0xc02b));
	CHECK(extension(h, EXT_SUPPORTED_VERSIONS).bad && extension(h, EXT_KEY_SHARE).bad);
	CHECK_EQ(h.session_id.n, 0);
	h = plain(HELLO_LEGACY, HELLO_ANY_KEY);
	CHECK(has_number(h.suites, 0x0005) && has_number(h.suites, 0x0003) &&
	      has_number(h.suites, 0x0016));
	CHECK(offers(h, EXT_SIGNATURE_ALGORITHMS, 0x0101));
	CHECK(h.suites.n / 2 < 128);
	h = plain(HELLO_TLS10, HELLO_ANY_KEY);
	CHECK_EQ(h.version, 0x0301);
	CHECK(extension(h, EXT_SIGNATURE_ALGORITHMS).bad && !extension(h, EXT_SERVER_NAME).bad);
	h = plain(HELLO_SSL3, HELLO_ANY_KEY);
	CHECK_EQ(h.version, 0x0300);
	CHECK_EQ(h.extensions.n, 0);
	CHECK_EQ(hello_record_version(HELLO_SSL3), 0x0300);
	CHECK_EQ(hello_record_version(HELLO_MODERN), 0x0301);
	CHECK(hello_offers_tls13(HELLO_MODERN) && !hello_offers_tls13(HELLO_TLS12));
}

/* 256 to 511 bytes hang some load balancers: none of ours has such a size, whatever the name. */
static void none_has_a_bad_size(void)
{
	char name[254] = "";

	for (size_t n = 0; n < sizeof(name) - 1; name[n++] = 'a', name[n] = 0)
		for (uint8_t variant = HELLO_MODERN; variant < HELLO_VARIANT_MAX; variant++)
			for (uint8_t keys = HELLO_ANY_KEY; keys <= HELLO_ECDSA; keys++) {
				struct hello_spec spec = fixed_spec(variant, keys);

				spec.name = name;
				write_and_read(&spec, 0, span_of(NULL, 0));
				CHECK(out.n < 256 || out.n >= 512);
				if (variant == HELLO_SMALL && n <= 64)
					CHECK(out.n < 256);
			}
}

static void every_suite_is_known_and_comes_once_and_has_a_certificate(void)
{
	for (uint8_t variant = HELLO_MODERN; variant < HELLO_VARIANT_MAX; variant++) {
		struct span suites = plain(variant, HELLO_ANY_KEY).suites;

		while (suites.n > 0) {
			uint16_t id = span_u16(&suites);
			const struct suite *s = suite_find(id);

			CHECK(s != NULL);
			CHECK(!has_number(suites, id));
			CHECK(s && (s->key != SUITE_NONE || id == 0x00ff));
		}
	}
}

/* A retry may ask for any group of the list that TLS 1.3 knows: all of them can be answered. */
static void a_retry_with_every_group(void)
{
	static const uint16_t groups[] = {29, 23, 24, 25, 30};
	struct hello_spec spec = fixed_spec(HELLO_MODERN, HELLO_ANY_KEY);

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct hello h = write_and_read(&spec, groups[i], span_str("crumbs"));
		struct span list = extension(h, EXT_KEY_SHARE), share = span_vec(&list, 2);

		CHECK(span_end(&list));
		CHECK_EQ(span_u16(&share), groups[i]);
		CHECK(span_eq(
		    span_vec(&share, 2), kex_public(key_shares_find(fixed_shares(), groups[i]))));
		CHECK(span_end(&share));
		CHECK_MEM(extension(h, EXT_COOKIE).p, "\0\6crumbs", 8);
		CHECK(offers(h, EXT_GROUPS, groups[i]));
	}
}

static void what_cannot_be_said(void)
{
	struct hello_spec spec = fixed_spec(HELLO_MODERN, HELLO_ANY_KEY);
	char name[400];
	struct buf b;

	buf_init(&b, 1 << 18);
	CHECK(
	    err_class(hello_write(&spec, fixed_shares(), 4588, span_of(NULL, 0), &b)) == ERR_PEER);
	spec.variant = HELLO_NONE;
	CHECK(err_class(hello_write(&spec, fixed_shares(), 0, span_of(NULL, 0), &b)) == ERR_BUG);
	spec.variant = HELLO_MODERN;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = 0;
	spec.name = name;
	CHECK(err_class(hello_write(&spec, fixed_shares(), 0, span_of(NULL, 0), &b)) == ERR_INPUT);
	CHECK_EQ(b.n, 0);
	spec.name = "";
	b.max = 100;
	CHECK(err_class(hello_write(&spec, fixed_shares(), 0, span_of(NULL, 0), &b)) == ERR_LIMIT);
	buf_done(&b);
}

int main(void)
{
	RUN(the_modern_one);
	RUN(without_a_name_and_without_protocols);
	RUN(for_one_kind_of_key);
	RUN(the_older_ones);
	RUN(none_has_a_bad_size);
	RUN(every_suite_is_known_and_comes_once_and_has_a_certificate);
	RUN(a_retry_with_every_group);
	RUN(what_cannot_be_said);
	buf_done(&out);
	key_shares_free(fixed_shares());
	return test_done();
}
