/* The logs, their timestamps and the certificates are made here. */
#include "x509/openssl_ct.h"

#include "base/base64.h"
#include "crypto/digest.h"
#include "lib/test.h"

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

enum { TIME_MS = 1780000000 };

static EVP_PKEY *log_keys[3], *ca_key;
static X509 *ca;
static struct ct_logs *logs;

static struct buf key_der(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct buf b;

	buf_init(&b, 4096);
	buf_put(&b, der, n > 0 ? (size_t)n : 0);
	OPENSSL_free(der);
	return b;
}

/* Two logs of one operator, one of another. */
static void make_logs(void)
{
	static const char *const operators[] = {"Ours", "Ours", "Theirs"};
	struct buf list;

	buf_init(&list, 8192);
	buf_str(&list, "# comment\n\n");
	for (size_t i = 0; i < 3; i++) {
		struct buf key;

		log_keys[i] = EVP_EC_gen("P-256");
		key = key_der(log_keys[i]);
		buf_printf(&list, "%s\t", operators[i]);
		base64_encode(&list, buf_view(&key));
		buf_str(&list, "\n");
		buf_done(&key);
	}
	CHECK(!err_is(ct_logs_new(buf_view(&list), &logs)));
	buf_done(&list);
}

static X509 *new_cert(void)
{
	X509 *c = X509_new();
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "CA:TRUE");

	X509_set_version(c, 2);
	X509_NAME_add_entry_by_txt(
	    X509_get_subject_name(c), "CN", MBSTRING_ASC, (const unsigned char *)"x", -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(c));
	ASN1_TIME_set(X509_getm_notBefore(c), 1);
	ASN1_TIME_set(X509_getm_notAfter(c), 2000000000);
	X509_set_pubkey(c, ca_key);
	X509_add_ext(c, ext, -1);
	X509_EXTENSION_free(ext);
	X509_sign(c, ca_key, EVP_sha256());
	return c;
}

static struct span der_of(X509 *c, unsigned char room[8192])
{
	unsigned char *p = room;

	return span_of(room, (size_t)i2d_X509(c, &p));
}

/* Appends a timestamp of a log; entry is what follows entry_type. */
static void put_sct(struct buf *list, size_t log, uint16_t type, struct span entry)
{
	struct buf key = key_der(log_keys[log]), text;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[256];
	size_t n = sizeof(signature), mark;
	uint8_t id[32];

	digest_sha256(buf_view(&key), id);
	buf_init(&text, 1 << 16);
	buf_be(&text, 0, 2);
	buf_be(&text, TIME_MS, 8);
	buf_be(&text, type, 2);
	buf_span(&text, entry);
	buf_be(&text, 0, 2);
	EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, log_keys[log]);
	CHECK_EQ(EVP_DigestSign(ctx, signature, &n, text.p, text.n), 1);
	mark = buf_open(list, 2);
	buf_be(list, 0, 1);
	buf_put(list, id, sizeof(id));
	buf_be(list, TIME_MS, 8);
	buf_be(list, 0, 2);
	buf_be(list, 0x0403, 2);
	buf_be(list, n, 2);
	buf_put(list, signature, n);
	buf_close(list, mark, 2);
	EVP_MD_CTX_free(ctx);
	buf_done(&text);
	buf_done(&key);
}

static void put_leaf_sct(struct buf *list, size_t log, struct span der)
{
	struct buf entry;

	buf_init(&entry, 1 << 16);
	buf_be(&entry, der.n, 3);
	buf_span(&entry, der);
	put_sct(list, log, 0, buf_view(&entry));
	buf_done(&entry);
}

static void check_count(struct ct_count c, uint32_t expected_logs, uint32_t expected_operators)
{
	CHECK_EQ(c.logs, expected_logs);
	CHECK_EQ(c.operators, expected_operators);
}

static void timestamps_of_the_hello(void)
{
	unsigned char room[8192];
	struct span leaf = der_of(ca, room), none = {NULL, 0, false};
	struct buf list;
	size_t mark;

	buf_init(&list, 1 << 16);
	mark = buf_open(&list, 2);
	put_leaf_sct(&list, 0, leaf);
	put_leaf_sct(&list, 0, leaf);
	put_leaf_sct(&list, 1, leaf);
	put_leaf_sct(&list, 2, leaf);
	buf_close(&list, mark, 2);
	check_count(ct_verify(logs, &leaf, 1, buf_view(&list), none), 3, 2);
	list.p[list.n - 1] ^= 1; /* the last one's signature */
	check_count(ct_verify(logs, &leaf, 1, buf_view(&list), none), 2, 1);
	list.p[5] ^= 1; /* the first one's log: nobody's, but there is another of it */
	check_count(ct_verify(logs, &leaf, 1, buf_view(&list), none), 2, 1);
	check_count(ct_verify(logs, &leaf, 1, span_of("\x00\x05\x00\x09", 4), none), 0, 0);
	check_count(ct_verify(logs, &leaf, 0, buf_view(&list), none), 0, 0);
	buf_done(&list);
}

/* OCTET STRING around the list, the extension around that. */
static X509_EXTENSION *extension_of(int nid, struct span list)
{
	struct buf der;
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	buf_init(&der, 1 << 16);
	buf_be(&der, 0x0482, 2);
	buf_be(&der, list.n, 2);
	buf_span(&der, list);
	ASN1_OCTET_STRING_set(value, der.p, (int)der.n);
	ext = X509_EXTENSION_create_by_NID(NULL, nid, 0, value);
	ASN1_OCTET_STRING_free(value);
	buf_done(&der);
	return ext;
}

static void timestamps_in_the_certificate(void)
{
	X509 *leaf = new_cert();
	struct buf issuer = key_der(ca_key), entry, list;
	unsigned char *tbs = NULL, rooms[2][8192];
	size_t n = (size_t)i2d_re_X509_tbs(leaf, &tbs), mark;
	struct span certs[2], none = {NULL, 0, false};
	X509_EXTENSION *ext;
	uint8_t id[32];

	digest_sha256(buf_view(&issuer), id);
	buf_init(&entry, 1 << 16);
	buf_put(&entry, id, sizeof(id));
	buf_be(&entry, n, 3);
	buf_put(&entry, tbs, n);
	buf_init(&list, 1 << 16);
	mark = buf_open(&list, 2);
	put_sct(&list, 0, 1, buf_view(&entry));
	put_sct(&list, 2, 1, buf_view(&entry));
	buf_close(&list, mark, 2);
	ext = extension_of(NID_ct_precert_scts, buf_view(&list));
	X509_add_ext(leaf, ext, -1);
	X509_sign(leaf, ca_key, EVP_sha256());
	certs[0] = der_of(leaf, rooms[0]);
	certs[1] = der_of(ca, rooms[1]);
	check_count(ct_verify(logs, certs, 2, none, none), 2, 2);
	check_count(ct_verify(logs, certs, 1, none, none), 0, 0); /* whose key? */
	X509_EXTENSION_free(ext);
	X509_free(leaf);
	OPENSSL_free(tbs);
	buf_done(&entry);
	buf_done(&list);
	buf_done(&issuer);
}

static void timestamps_in_the_staple(void)
{
	unsigned char room[8192], *staple = NULL;
	struct span leaf = der_of(ca, room), none = {NULL, 0, false};
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(NULL, ca, ca);
	ASN1_TIME *now = ASN1_TIME_set(NULL, 1780000000);
	OCSP_SINGLERESP *single = OCSP_basic_add1_status(basic, id, 0, 0, NULL, now, NULL);
	OCSP_RESPONSE *response;
	X509_EXTENSION *ext;
	struct buf list;
	size_t mark;
	int n;

	buf_init(&list, 1 << 16);
	mark = buf_open(&list, 2);
	put_leaf_sct(&list, 1, leaf);
	buf_close(&list, mark, 2);
	ext = extension_of(NID_ct_cert_scts, buf_view(&list));
	OCSP_SINGLERESP_add_ext(single, ext, -1);
	OCSP_basic_sign(basic, ca, ca_key, EVP_sha256(), NULL, 0);
	response = OCSP_response_create(0, basic);
	n = i2d_OCSP_RESPONSE(response, &staple);
	check_count(ct_verify(logs, &leaf, 1, none, span_of(staple, (size_t)n)), 1, 1);
	check_count(ct_verify(logs, &leaf, 1, none, span_of(staple, (size_t)n - 1)), 0, 0);
	X509_EXTENSION_free(ext);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(now);
	OPENSSL_free(staple);
	buf_done(&list);
}

static void check_bad(const char *list, uint32_t line)
{
	struct ct_logs *l = NULL;
	struct err e = ct_logs_new(span_str(list), &l);

	CHECK_EQ(err_class(e), ERR_INPUT);
	CHECK_EQ(e.at, line);
	CHECK(!l);
}

static void bad_lists(void)
{
	check_bad("# fine\nno tab\n", 2);
	check_bad("\tAAAA\n", 1);
	check_bad("Name\tAAAA\n", 1);
	check_bad("Name\t!\n", 1);
}

int main(void)
{
	ca_key = EVP_EC_gen("P-256");
	ca = new_cert();
	make_logs();
	RUN(timestamps_of_the_hello);
	RUN(timestamps_in_the_certificate);
	RUN(timestamps_in_the_staple);
	RUN(bad_lists);
	ct_logs_free(logs);
	X509_free(ca);
	EVP_PKEY_free(ca_key);
	for (size_t i = 0; i < 3; i++)
		EVP_PKEY_free(log_keys[i]);
	return test_done();
}
