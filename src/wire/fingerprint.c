/*
 * fingerprint.c: JA3 is the MD5 of a hello's numbers in the order they were sent; JA4 sorts them,
 * because browsers shuffle their extensions, and says the commonest facts in clear before the
 * hashes.
 */
#include "wire/fingerprint.h"

#include "crypto/digest.h"
#include "wire/handshake.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { FINGERPRINT_TEXT_MAX = 1 << 20, JA4_HASH = 12, JA4_COUNT_MAX = 99 };

static void put_numbers(struct buf *out, struct span list, size_t bytes)
{
	const char *between = "";

	while (list.n >= bytes) {
		uint16_t number = (uint16_t)span_be(&list, bytes);

		if (bytes == 2 && is_grease(number))
			continue;
		buf_printf(out, "%s%u", between, number);
		between = "-";
	}
}

static void put_extensions(struct buf *out, struct span list)
{
	const char *between = "";
	struct span body;
	uint16_t type;

	while (extension_next(&list, &type, &body)) {
		if (is_grease(type))
			continue;
		buf_printf(out, "%s%u", between, type);
		between = "-";
	}
}

static void put_hex(char *ret, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static bool md5_of(struct buf *text, char ret[JA3_HEX + 1])
{
	uint8_t digest[DIGEST_SIZE_MAX];
	bool done = digest_has(DIGEST_MD5) && !text->full;

	ret[0] = 0;
	if (done) {
		digest_once(DIGEST_MD5, buf_view(text), digest);
		put_hex(ret, digest, JA3_HEX / 2);
	}
	buf_done(text);
	return done;
}

void ja3_text(const struct client_hello *h, struct buf *out)
{
	buf_printf(out, "%u,", h->version);
	put_numbers(out, h->ciphers, 2);
	buf_str(out, ",");
	put_extensions(out, h->extensions);
	buf_str(out, ",");
	put_numbers(out, h->groups, 2);
	buf_str(out, ",");
	put_numbers(out, h->point_formats, 1);
}

bool ja3(const struct client_hello *h, char ret[JA3_HEX + 1])
{
	struct buf text;

	buf_init(&text, FINGERPRINT_TEXT_MAX);
	ja3_text(h, &text);
	return md5_of(&text, ret);
}

void ja3s_text(const struct server_hello *h, struct buf *out)
{
	buf_printf(out, "%u,%u,", h->legacy_version, h->cipher);
	put_extensions(out, h->extensions);
}

bool ja3s(const struct server_hello *h, char ret[JA3_HEX + 1])
{
	struct buf text;

	buf_init(&text, FINGERPRINT_TEXT_MAX);
	ja3s_text(h, &text);
	return md5_of(&text, ret);
}

/* The highest that is offered. Numbers of DTLS go down as the versions go up. */
static uint16_t best_version(const struct client_hello *h, bool dtls)
{
	struct span list = h->versions;
	uint16_t best = 0;

	while (list.n >= 2) {
		uint16_t version = span_u16(&list);

		if (is_grease(version))
			continue;
		if (best == 0 || (dtls ? version < best : version > best))
			best = version;
	}
	return best ? best : h->version;
}

static const char *version_text(uint16_t version)
{
	static const struct {
		uint16_t version;
		char text[3];
	} rows[] = {{0x0304, "13"}, {0x0303, "12"}, {0x0302, "11"}, {0x0301, "10"}, {0x0300, "s3"},
	    {0x0002, "s2"}, {0xfeff, "d1"}, {0xfefd, "d2"}, {0xfefc, "d3"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].version == version)
			return rows[i].text;
	return "00";
}

static int compare_u16(const void *a, const void *b)
{
	const uint16_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Numbers without GREASE, at most as many as two bytes each allow. */
struct numbers {
	uint16_t *v;
	size_t n;
};

static struct numbers numbers_of(struct span list)
{
	struct numbers ret = {malloc(list.n + 2), 0};

	while (ret.v && list.n >= 2) {
		uint16_t number = span_u16(&list);

		if (!is_grease(number))
			ret.v[ret.n++] = number;
	}
	return ret;
}

static struct numbers extensions_of(struct span list)
{
	struct numbers ret = {malloc(list.n / 2 + 2), 0};
	struct span body;
	uint16_t type;

	while (ret.v && extension_next(&list, &type, &body))
		if (!is_grease(type))
			ret.v[ret.n++] = type;
	return ret;
}

static void put_hex_list(struct buf *out, const struct numbers *list)
{
	for (size_t i = 0; i < list->n; i++)
		buf_printf(out, "%s%04x", i ? "," : "", list->v[i]);
}

/* Twelve hex digits of the text's SHA-256; zeros where there is no text. */
static void put_hash(char *ret, struct buf *text)
{
	uint8_t digest[32];

	snprintf(ret, JA4_HASH + 1, "000000000000");
	if (text->n > 0) {
		digest_sha256(buf_view(text), digest);
		put_hex(ret, digest, JA4_HASH / 2);
	}
	buf_done(text);
}

static void hash_ciphers(const struct numbers *ciphers, char *ret)
{
	struct buf text;

	buf_init(&text, FINGERPRINT_TEXT_MAX);
	if (ciphers->n > 0)
		qsort(ciphers->v, ciphers->n, sizeof(uint16_t), compare_u16);
	put_hex_list(&text, ciphers);
	put_hash(ret, &text);
}

/* Names and protocols are left out here: they say where somebody goes, not who goes. */
static void hash_extensions(struct numbers *types, struct span schemes, char *ret)
{
	struct numbers algorithms = numbers_of(schemes);
	struct buf text;
	size_t n = 0;

	for (size_t i = 0; i < types->n; i++)
		if (types->v[i] != EXT_SERVER_NAME && types->v[i] != EXT_ALPN)
			types->v[n++] = types->v[i];
	types->n = n;
	if (n > 0)
		qsort(types->v, n, sizeof(uint16_t), compare_u16);
	buf_init(&text, FINGERPRINT_TEXT_MAX);
	put_hex_list(&text, types);
	if (n > 0 && algorithms.n > 0) {
		buf_str(&text, "_");
		put_hex_list(&text, &algorithms);
	}
	put_hash(ret, &text);
	free(algorithms.v);
}

/* First and last character of the first protocol; of its hex form where they are not both letters
 * or digits. */
static void put_alpn(struct span alpn, char ret[3])
{
	struct span first = span_vec(&alpn, 1);
	uint8_t a, z;

	snprintf(ret, 3, "00");
	if (first.bad || first.n == 0)
		return;
	a = first.p[0];
	z = first.p[first.n - 1];
	if (a < 0x80 && z < 0x80 && isalnum(a) && isalnum(z))
		snprintf(ret, 3, "%c%c", a, z);
	else
		snprintf(ret, 3, "%x%x", a >> 4, z & 15);
}

static unsigned two_digits(size_t n)
{
	return n < JA4_COUNT_MAX ? (unsigned)n : JA4_COUNT_MAX;
}

void ja4(const struct client_hello *h, char transport, char ret[JA4_TEXT + 1])
{
	struct numbers ciphers = numbers_of(h->ciphers), types = extensions_of(h->extensions);
	char alpn[3], b[JA4_HASH + 1], c[JA4_HASH + 1];
	unsigned n_ciphers = two_digits(ciphers.n), n_types = two_digits(types.n);

	put_alpn(h->alpn, alpn);
	hash_ciphers(&ciphers, b);
	hash_extensions(&types, h->schemes, c);
	snprintf(ret, JA4_TEXT + 1, "%c%s%c%02u%02u%s_%s_%s", transport,
	    version_text(best_version(h, transport == 'd')), h->has_name ? 'd' : 'i', n_ciphers,
	    n_types, alpn, b, c);
	free(ciphers.v);
	free(types.v);
}
