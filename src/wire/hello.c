/*
 * hello.c: ClientHellos as data: a variant is a row of lists and of extensions, an extension is a
 * row with its writer. Asking for one kind of key leaves the other kind's suites and signature
 * schemes out, and then says in signature_algorithms_cert that the chain above may be signed with
 * anything: else a strict server would hold back an ECDSA leaf under an RSA root. RFC 8446 4.1.2,
 * RFC 5246 7.4.1.2, RFC 6066, RFC 8422.
 *
 * Two sizes matter: a hello of 256 to 511 bytes hangs some old load balancers, so it is padded to
 * 512 (RFC 7685), or kept below (HELLO_SMALL).
 */
#include "wire/hello.h"

#include "wire/handshake.h"
#include "wire/key_shares.h"
#include "wire/limits.h"
#include "wire/suites.h"

const char *const hello_alpn_web[] = {"h2", "http/1.1", NULL};

/* Lists end with 0. Every order is by preference: ours to finish first, then what is cheap for
 * them. */
static const uint16_t suites_modern[] = {0x1301, 0x1302, 0x1303, 0x1304, 0x1305, /* TLS 1.3 */
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, /* ECDHE, AEAD */
    0x009e, 0x009f, 0xccaa, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af, /* DHE; CCM */
    0xc009, 0xc013, 0xc00a, 0xc014, 0xc023, 0xc027, 0xc024, 0xc028, /* ECDHE, CBC */
    0x0033, 0x0039, 0x0067, 0x006b, /* DHE, CBC */
    0x009c, 0x009d, 0xc09c, 0xc09d, 0x002f, 0x0035, 0x003c, 0x003d, /* RSA key exchange */
    0xc008, 0xc012, 0x0016, 0x000a, /* 3DES */
    0};

enum { TLS13_SUITES = 5 }; /* of these */

/* Whatever a certificate ever came with; under 128, which is where some servers stop reading. */
static const uint16_t suites_legacy[] = {0xc02b, 0xc02f, 0xc02c, 0xc030, 0x009e, 0x009f, 0x009c,
    0x009d, 0xc009, 0xc013, 0xc00a, 0xc014, 0xc023, 0xc027, 0xc024, 0xc028, 0x0033, 0x0039, 0x0067,
    0x006b, 0x002f, 0x0035, 0x003c, 0x003d, 0x0045, 0x0088, 0x0041, 0x0084, 0x00be, 0x00c4, 0x00ba,
    0x00c0, 0xc076, 0xc077, 0xc072, 0xc073, /* Camellia */
    0xc050, 0xc051, 0xc060, 0xc061, 0xc05c, 0xc05d, /* ARIA */
    0x009a, 0x0096, 0x0007, /* SEED, IDEA */
    0xc004, 0xc005, 0xc00e, 0xc00f, 0xc02d, 0xc02e, 0xc031, 0xc032, /* static ECDH */
    0x0032, 0x0038, 0x0040, 0x006a, 0x00a2, 0x00a3, 0x0013, /* DSS */
    0xc008, 0xc012, 0x0016, 0x000a, 0xc003, 0xc00d, /* 3DES */
    0xc007, 0xc011, 0x0005, 0x0004, /* RC4 */
    0x0015, 0x0009, 0x0012, 0x0014, 0x0008, 0x0003, 0x0006, 0x0011, /* DES, export */
    0xc010, 0xc006, 0x0002, 0x0001, 0x003b, /* no encryption at all */
    0x00ff, 0};

static const uint16_t suites_tls10[] = {0xc009, 0xc013, 0xc00a, 0xc014, 0x0033, 0x0039, 0x002f,
    0x0035, 0x0032, 0x0038, 0x0041, 0x0084, 0xc008, 0xc012, 0x0016, 0x0013, 0x000a, 0xc007, 0xc011,
    0x0005, 0x0004, 0x0015, 0x0009, 0x0012, 0x0014, 0x0008, 0x0003, 0x0006, 0x00ff, 0};

static const uint16_t suites_ssl3[] = {0x0033, 0x0039, 0x002f, 0x0035, 0x0032, 0x0038, 0x0016,
    0x0013, 0x000a, 0x0005, 0x0004, 0x0007, 0x0015, 0x0009, 0x0012, 0x0014, 0x0008, 0x0003, 0x0006,
    0x0011, 0x00ff, 0};

static const uint16_t suites_small[] = {0xc02b, 0xc02f, 0xc02c, 0xc030, 0x009c, 0x009d, 0xc009,
    0xc013, 0xc00a, 0xc014, 0x0033, 0x0039, 0x002f, 0x0035, 0x000a, 0};

/* Only groups that key_shares can finish, for a retry may ask for any of the first row; the
 * brainpool numbers of the second are not valid in TLS 1.3 (RFC 8734) and nobody asks for them. */
static const uint16_t groups_modern[] = {29, 23, 24, 25, 30, 26, 27, 28, 0};
static const uint16_t groups_legacy[] = {
    23, 24, 25, 29, 30, 26, 27, 28, 22, 21, 19, 13, 14, 9, 10, 11, 12, 0};
static const uint16_t groups_small[] = {29, 23, 24, 0};
static const uint16_t shared_first[] = {29, 23, 0}; /* key shares of the first hello */

static const uint16_t schemes_modern[] = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805,
    0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x081a, 0x081b, 0x081c, 0x0303, 0x0301,
    0x0203, 0x0201, 0};
static const uint16_t schemes_legacy[] = {0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401,
    0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0302, 0x0202, 0x0101, 0};
static const uint16_t schemes_small[] = {
    0x0403, 0x0503, 0x0804, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0};

static const uint16_t versions_modern[] = {0x0304, 0x0303, 0x0302, 0x0301, 0};

enum {
	WITH_NAME = 1 << 0,
	WITH_CURVES = 1 << 1, /* groups and point formats */
	WITH_SCHEMES = 1 << 2,
	WITH_ALPN = 1 << 3,
	WITH_STATUS = 1 << 4,
	WITH_EXTRAS =
	    1 << 5, /* renegotiation_info, EMS, encrypt_then_mac, an empty session ticket */
	WITH_TLS13 = 1 << 6,
};

static const struct variant {
	const char *name;
	uint16_t record_version, version;
	unsigned with; /* which extensions; 0: not even the field for them */
	const uint16_t *suites, *groups, *schemes;
} variants[HELLO_VARIANT_MAX] = {
    [HELLO_MODERN] = {"modern", VERSION_TLS10, VERSION_TLS12,
	WITH_NAME | WITH_CURVES | WITH_SCHEMES | WITH_ALPN | WITH_STATUS | WITH_EXTRAS | WITH_TLS13,
	suites_modern, groups_modern, schemes_modern},
    [HELLO_TLS12] = {"tls12", VERSION_TLS10, VERSION_TLS12,
	WITH_NAME | WITH_CURVES | WITH_SCHEMES | WITH_ALPN | WITH_STATUS | WITH_EXTRAS,
	suites_modern + TLS13_SUITES, groups_modern, schemes_modern},
    [HELLO_LEGACY] = {"legacy", VERSION_TLS10, VERSION_TLS12,
	WITH_NAME | WITH_CURVES | WITH_SCHEMES, suites_legacy, groups_legacy, schemes_legacy},
    [HELLO_TLS10] = {"tls10", VERSION_TLS10, VERSION_TLS10, WITH_NAME | WITH_CURVES, suites_tls10,
	groups_legacy, NULL},
    [HELLO_SSL3] = {"ssl3", VERSION_SSL3, VERSION_SSL3, 0, suites_ssl3, NULL, NULL},
    [HELLO_SMALL] = {"small", VERSION_TLS10, VERSION_TLS12, WITH_NAME | WITH_CURVES | WITH_SCHEMES,
	suites_small, groups_small, schemes_small},
};

/* What an extension's writer may look at. */
struct job {
	const struct hello_spec *spec;
	const struct variant *v;
	struct key_shares *shares;
	uint16_t retry_group;
	struct span cookie;
};

static bool suite_fits(uint16_t id, enum hello_keys keys)
{
	const struct suite *s = keys == HELLO_ANY_KEY ? NULL : suite_find(id);

	if (!s || s->key == SUITE_ANY || s->key == SUITE_NONE)
		return true;
	return s->key == (keys == HELLO_RSA ? SUITE_RSA : SUITE_EC);
}

/* RFC 8446 4.2.3: before 1.3 the low byte was the signature, 1 RSA, 2 DSA, 3 ECDSA; 0804 to 0806
 * and 0809 to 080b are RSA-PSS. */
static bool scheme_fits(uint16_t scheme, enum hello_keys keys)
{
	bool pss = (scheme >= 0x0804 && scheme <= 0x0806) || (scheme >= 0x0809 && scheme <= 0x080b);
	bool rsa = pss || (scheme < 0x0800 && (scheme & 0xff) == 1);
	bool dsa = scheme < 0x0800 && (scheme & 0xff) == 2;

	if (keys == HELLO_ANY_KEY)
		return true;
	return keys == HELLO_RSA ? rsa : !rsa && !dsa;
}

static bool any_fits(uint16_t number, enum hello_keys keys)
{
	(void)number;
	(void)keys;
	return true;
}

/* A vector of those numbers that fit. */
static void write_list(struct buf *out, const uint16_t *list, enum hello_keys keys,
    bool (*fits)(uint16_t, enum hello_keys))
{
	size_t mark = buf_open(out, 2);

	for (; *list; list++)
		if (fits(*list, keys))
			buf_be(out, *list, 2);
	buf_close(out, mark, 2);
}

static bool has_name(const struct job *j)
{
	return j->spec->name && j->spec->name[0];
}

static bool has_alpn(const struct job *j)
{
	return j->spec->alpn && j->spec->alpn[0];
}

static bool has_cookie(const struct job *j)
{
	return j->cookie.n > 0;
}

static bool one_key_only(const struct job *j)
{
	return j->spec->keys != HELLO_ANY_KEY;
}

static void write_name(const struct job *j, struct buf *out)
{
	size_t list = buf_open(out, 2), name;

	buf_be(out, 0, 1); /* host_name */
	name = buf_open(out, 2);
	buf_str(out, j->spec->name);
	buf_close(out, name, 2);
	buf_close(out, list, 2);
}

static void write_empty(const struct job *j, struct buf *out)
{
	(void)j;
	(void)out;
}

static void write_renegotiation(const struct job *j, struct buf *out)
{
	(void)j;
	buf_be(out, 0, 1);
}

static void write_groups(const struct job *j, struct buf *out)
{
	write_list(out, j->v->groups, HELLO_ANY_KEY, any_fits);
}

static void write_point_formats(const struct job *j, struct buf *out)
{
	(void)j;
	buf_be(out, 0x0100, 2); /* one: uncompressed */
}

static void write_alpn(const struct job *j, struct buf *out)
{
	size_t list = buf_open(out, 2);

	for (const char *const *name = j->spec->alpn; *name; name++) {
		buf_be(out, strlen(*name), 1);
		buf_str(out, *name);
	}
	buf_close(out, list, 2);
}

static void write_status_request(const struct job *j, struct buf *out)
{
	(void)j;
	buf_be(out, 1, 1); /* ocsp, no responder ids, no extensions */
	buf_be(out, 0, 4);
}

static void write_schemes(const struct job *j, struct buf *out)
{
	write_list(out, j->v->schemes, j->spec->keys, scheme_fits);
}

static void write_schemes_cert(const struct job *j, struct buf *out)
{
	write_list(out, j->v->schemes, HELLO_ANY_KEY, any_fits);
}

static void write_versions(const struct job *j, struct buf *out)
{
	size_t mark = buf_open(out, 1);

	(void)j;
	for (const uint16_t *v = versions_modern; *v; v++)
		buf_be(out, *v, 2);
	buf_close(out, mark, 1);
}

static void write_cookie(const struct job *j, struct buf *out)
{
	buf_be(out, j->cookie.n, 2);
	buf_span(out, j->cookie);
}

static void write_psk_modes(const struct job *j, struct buf *out)
{
	(void)j;
	buf_be(out, 0x0101, 2); /* one: psk_dhe_ke */
}

static void write_share(const struct job *j, uint16_t group, struct buf *out)
{
	struct span public = kex_public(key_shares_find(j->shares, group));

	buf_be(out, group, 2);
	buf_be(out, public.n, 2);
	buf_span(out, public);
}

static void write_key_share(const struct job *j, struct buf *out)
{
	size_t mark = buf_open(out, 2);

	if (j->retry_group)
		write_share(j, j->retry_group, out);
	else
		for (const uint16_t *group = shared_first; *group; group++)
			write_share(j, *group, out);
	buf_close(out, mark, 2);
}

/* In the order they are sent; the last must not be empty (some servers stumble over that). */
static const struct extension {
	uint16_t type;
	unsigned with;
	bool (*wanted)(const struct job *j); /* NULL: always */
	void (*write)(const struct job *j, struct buf *out);
} extensions[] = {
    {EXT_SERVER_NAME, WITH_NAME, has_name, write_name},
    {EXT_EXTENDED_MASTER_SECRET, WITH_EXTRAS, NULL, write_empty},
    {EXT_RENEGOTIATION_INFO, WITH_EXTRAS, NULL, write_renegotiation},
    {EXT_GROUPS, WITH_CURVES, NULL, write_groups},
    {EXT_POINT_FORMATS, WITH_CURVES, NULL, write_point_formats},
    {EXT_SESSION_TICKET, WITH_EXTRAS, NULL, write_empty},
    {EXT_ALPN, WITH_ALPN, has_alpn, write_alpn},
    {EXT_STATUS_REQUEST, WITH_STATUS, NULL, write_status_request},
    {EXT_ENCRYPT_THEN_MAC, WITH_EXTRAS, NULL, write_empty},
    {EXT_SIGNATURE_ALGORITHMS, WITH_SCHEMES, NULL, write_schemes},
    {EXT_SIGNATURE_ALGORITHMS_CERT, WITH_EXTRAS, one_key_only, write_schemes_cert},
    {EXT_SUPPORTED_VERSIONS, WITH_TLS13, NULL, write_versions},
    {EXT_COOKIE, WITH_TLS13, has_cookie, write_cookie},
    {EXT_PSK_MODES, WITH_TLS13, NULL, write_psk_modes},
    {EXT_KEY_SHARE, WITH_TLS13, NULL, write_key_share},
};

static void write_extensions(const struct job *j, struct buf *out)
{
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		const struct extension *x = &extensions[i];
		size_t mark;

		if (!(x->with & j->v->with) || (x->wanted && !x->wanted(j)))
			continue;
		buf_be(out, x->type, 2);
		mark = buf_open(out, 2);
		x->write(j, out);
		buf_close(out, mark, 2);
	}
}

/* RFC 7685. n: bytes of the hello so far, its header included. */
static void write_padding(size_t n, struct buf *out)
{
	enum { BAD_FROM = 256, BAD_BELOW = 512, HEADER = 4 };
	size_t fill;

	if (n < BAD_FROM || n >= BAD_BELOW)
		return;
	fill = n + HEADER < BAD_BELOW ? BAD_BELOW - HEADER - n : 1;
	buf_be(out, EXT_PADDING, 2);
	buf_be(out, fill, 2);
	buf_fill(out, 0, fill);
}

static void write_body(const struct job *j, size_t start, struct buf *out)
{
	size_t mark;

	buf_be(out, j->v->version, 2);
	buf_put(out, j->spec->fresh.random, sizeof(j->spec->fresh.random));
	if (j->v->with & WITH_TLS13) {
		buf_be(out, sizeof(j->spec->fresh.session_id), 1);
		buf_put(out, j->spec->fresh.session_id, sizeof(j->spec->fresh.session_id));
	} else {
		buf_be(out, 0, 1);
	}
	write_list(out, j->v->suites, j->spec->keys, suite_fits);
	buf_be(out, 0x0100, 2); /* compression: one method, none */
	if (j->v->with == 0)
		return;
	mark = buf_open(out, 2);
	write_extensions(j, out);
	write_padding(out->n - start, out);
	buf_close(out, mark, 2);
}

static const struct variant *variant_of(enum hello_variant variant)
{
	return (unsigned)variant < HELLO_VARIANT_MAX && variants[variant].name ? &variants[variant]
									       : NULL;
}

const char *hello_variant_name(enum hello_variant variant)
{
	const struct variant *v = variant_of(variant);

	return v ? v->name : NULL;
}

uint16_t hello_record_version(enum hello_variant variant)
{
	const struct variant *v = variant_of(variant);

	return v ? v->record_version : VERSION_TLS10;
}

bool hello_offers_tls13(enum hello_variant variant)
{
	const struct variant *v = variant_of(variant);

	return v && (v->with & WITH_TLS13);
}

struct err hello_write(const struct hello_spec *spec, struct key_shares *shares,
    uint16_t retry_group, struct span cookie, struct buf *out)
{
	struct job j = {spec, variant_of(spec->variant), shares, retry_group, cookie};
	size_t start = out->n, mark;

	if (!j.v)
		return err_bug("no such hello");
	if (spec->name && strlen(spec->name) > SERVER_NAME_MAX)
		return err_input(0, "server name too long");
	if (retry_group && !key_shares_find(shares, retry_group))
		return err_make(
		    ERR_PEER, retry_group, 0, "the server wants a group that is not ours");
	buf_be(out, HS_CLIENT_HELLO, 1);
	mark = buf_open(out, 3);
	write_body(&j, start, out);
	buf_close(out, mark, 3);
	return out->full ? err_limit("hello too long") : OK;
}
