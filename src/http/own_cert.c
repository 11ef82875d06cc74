/*
 * own_cert.c: libcrypto makes it (RFC 5280), files keep it. A certificate without names would be
 * refused by every browser, so names that cannot be DNS names or addresses are left out and
 * localhost is always there. The key is written first: if the machine stops between the two files,
 * they do not match, and both are made anew.
 */
#include "http/own_cert.h"

#include "http/limits.h"
#include "inet/addr.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SERIAL_BYTES = 16,
	BACKDATED_S = 24 * 60 * 60, /* for clocks of browsers that go after ours */
	DNS_NAME_LEN = 253,
	COMMON_NAME_LEN = 64, /* RFC 5280 A.1: ub-common-name */
	PATH_LEN = 4096,
};

static const char *const always[] = {"localhost", "127.0.0.1", "::1"};

/* The i-th of the names, ours last. */
static const char *name_at(const struct own_cert_spec *spec, size_t i)
{
	return i < spec->n_names ? spec->names[i] : always[i - spec->n_names];
}

static size_t count_names(const struct own_cert_spec *spec)
{
	return spec->n_names + sizeof(always) / sizeof(always[0]);
}

static bool is_dns_name(const char *name)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	size_t n = strlen(name);

	return n > 0 && n <= DNS_NAME_LEN && name[strspn(name, letters)] == 0 && name[0] != '.' &&
	       name[0] != '-';
}

static bool is_addr(const char *name, struct addr *ret_addr)
{
	return !err_is(addr_parse(span_str(name), ret_addr)) && ret_addr->zone == 0;
}

/* NULL: it is no name, or no memory. */
static GENERAL_NAME *general_name(const char *name)
{
	GENERAL_NAME *general = GENERAL_NAME_new();
	ASN1_STRING *value = ASN1_STRING_type_new(V_ASN1_IA5STRING);
	struct addr a;
	bool ok = general && value;

	if (ok && is_addr(name, &a)) {
		size_t skip = addr_is_v4(&a) ? 12 : 0;

		value->type = V_ASN1_OCTET_STRING;
		ok = ASN1_STRING_set(value, a.b + skip, (int)(16 - skip)) == 1;
		if (ok)
			GENERAL_NAME_set0_value(general, GEN_IPADD, value);
	} else if (ok) {
		ok = is_dns_name(name) && ASN1_STRING_set(value, name, -1) == 1;
		if (ok)
			GENERAL_NAME_set0_value(general, GEN_DNS, value);
	}
	if (ok)
		return general;
	ASN1_STRING_free(value);
	GENERAL_NAME_free(general);
	return NULL;
}

static bool add_names(X509 *cert, const struct own_cert_spec *spec)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	bool ok = names != NULL;

	for (size_t i = 0; ok && i < count_names(spec) && i < OWN_CERT_NAMES_MAX; i++) {
		GENERAL_NAME *one = general_name(name_at(spec, i));

		if (one && sk_GENERAL_NAME_push(names, one) == 0) {
			GENERAL_NAME_free(one);
			ok = false;
		}
	}
	ok = ok && X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(names);
	return ok;
}

/* "certscape", as UTF8String in an extension of our own. */
static bool add_mark(X509 *cert, const char *mark)
{
	static const unsigned char value[] = "\x0c\x09"
					     "certscape";
	ASN1_OBJECT *oid = OBJ_txt2obj(mark, 1);
	ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension = NULL;
	bool ok = oid && data && ASN1_OCTET_STRING_set(data, value, sizeof(value) - 1) == 1;

	if (ok)
		extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, data);
	ok = extension && X509_add_ext(cert, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(data);
	ASN1_OBJECT_free(oid);
	return ok;
}

static bool add_extensions(X509 *cert, const struct own_cert_spec *spec)
{
	static const struct {
		int nid;
		const char *value;
	} rows[] = {
	    {NID_basic_constraints, "critical,CA:FALSE"},
	    {NID_key_usage, "critical,digitalSignature"},
	    {NID_ext_key_usage, "serverAuth"},
	    {NID_subject_key_identifier, "hash"},
	};
	X509V3_CTX context;
	bool ok = true;

	X509V3_set_ctx(&context, cert, cert, NULL, NULL, 0);
	for (size_t i = 0; ok && i < sizeof(rows) / sizeof(rows[0]); i++) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context, rows[i].nid, rows[i].value);

		ok = e && X509_add_ext(cert, e, -1) == 1;
		X509_EXTENSION_free(e);
	}
	return ok && add_names(cert, spec) && (!spec->mark || add_mark(cert, spec->mark));
}

static bool add_serial(X509 *cert)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number;
	bool ok;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	bytes[0] = (bytes[0] & 0x7f) | 0x40; /* positive, and always as long */
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
	BN_free(number);
	return ok;
}

static bool add_text(X509_NAME *name, const char *field, const char *text)
{
	return X509_NAME_add_entry_by_txt(
		   name, field, MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0) == 1;
}

static bool add_subject(X509 *cert, const struct own_cert_spec *spec)
{
	X509_NAME *name = X509_get_subject_name(cert);
	size_t i = 0;

	while (strlen(name_at(spec, i)) > COMMON_NAME_LEN || !is_dns_name(name_at(spec, i)))
		i++; /* localhost is one */
	return add_text(name, "O", "certscape") && add_text(name, "OU", "made by the service") &&
	       add_text(name, "CN", name_at(spec, i)) && X509_set_issuer_name(cert, name) == 1;
}

static bool fill(X509 *cert, EVP_PKEY *key, const struct own_cert_spec *spec)
{
	return X509_set_version(cert, X509_VERSION_3) == 1 && add_serial(cert) &&
	       ASN1_TIME_set(X509_getm_notBefore(cert), spec->now_s - BACKDATED_S) &&
	       ASN1_TIME_set(
		   X509_getm_notAfter(cert), spec->now_s - BACKDATED_S + OWN_CERT_LIFE_S - 1) &&
	       add_subject(cert, spec) && X509_set_pubkey(cert, key) == 1 &&
	       add_extensions(cert, spec) && X509_sign(cert, key, EVP_sha256()) > 0;
}

static bool put_bio(struct buf *b, BIO *bio)
{
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);

	buf_put(b, bytes, (size_t)n);
	return !b->full;
}

static bool write_pair(X509 *cert, EVP_PKEY *key, struct buf *ret_certificate, struct buf *ret_key)
{
	BIO *public = BIO_new(BIO_s_mem()), *private = BIO_new(BIO_s_secmem());
	bool ok = public && private && PEM_write_bio_X509(public, cert) == 1 &&
		  PEM_write_bio_PKCS8PrivateKey(private, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		  put_bio(ret_certificate, public) && put_bio(ret_key, private);

	BIO_free(public);
	BIO_free(private);
	return ok;
}

struct err own_cert_make(
    const struct own_cert_spec *spec, struct buf *ret_certificate, struct buf *ret_key)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	bool ok =
	    key && cert && fill(cert, key, spec) && write_pair(cert, key, ret_certificate, ret_key);

	X509_free(cert);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok ? OK : err_bug("a certificate of our own cannot be made");
}

/* The whole file at the end of b; false: there is none, or it is larger than any of ours. */
static bool read_file(const char *path, struct buf *b)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = 1;

	if (fd < 0)
		return false;
	while (n > 0) {
		uint8_t *room = buf_room(b, 4096);

		n = room ? read(fd, room, 4096) : -1;
		if (n > 0)
			buf_wrote(b, (size_t)n);
	}
	close(fd);
	return n == 0;
}

static struct err write_all(int fd, struct span bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return err_io(errno, "cannot write the service's own certificate");
		span_take(&bytes, n > 0 ? (size_t)n : 0);
	}
	return fsync(fd) < 0 ? err_io(errno, "cannot write the service's own certificate") : OK;
}

/* As a whole: a reader sees the old file or the new one. */
static struct err replace_file(const char *path, struct span bytes)
{
	char fresh[PATH_LEN];
	struct err e;
	int fd;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_io(errno, "cannot write the service's own certificate");
	e = write_all(fd, bytes);
	close(fd);
	if (!err_is(e) && rename(fresh, path) < 0)
		e = err_io(errno, "cannot write the service's own certificate");
	if (err_is(e))
		unlink(fresh);
	return e;
}

static bool covers(X509 *cert, const char *name)
{
	struct addr a;

	if (is_addr(name, &a))
		return X509_check_ip(
			   cert, addr_is_v4(&a) ? a.b + 12 : a.b, addr_is_v4(&a) ? 4 : 16, 0) == 1;
	return !is_dns_name(name) || X509_check_host(cert, name, 0, 0, NULL) == 1;
}

static bool still_good(X509 *cert, EVP_PKEY *key, const struct own_cert_spec *spec)
{
	time_t until = spec->now_s + OWN_CERT_RENEW_S, now = spec->now_s;
	bool ok = X509_check_private_key(cert, key) == 1 &&
		  X509_cmp_time(X509_get0_notAfter(cert), &until) > 0 &&
		  X509_cmp_time(X509_get0_notBefore(cert), &now) < 0;

	for (size_t i = 0; ok && i < count_names(spec) && i < OWN_CERT_NAMES_MAX; i++)
		ok = covers(cert, name_at(spec, i));
	return ok;
}

static bool is_usable(const struct own_cert_spec *spec, struct span certificate, struct span secret)
{
	BIO *public = BIO_new_mem_buf(certificate.p, (int)certificate.n);
	BIO *private = BIO_new_mem_buf(secret.p, (int)secret.n);
	X509 *cert = public ? PEM_read_bio_X509(public, NULL, NULL, NULL) : NULL;
	EVP_PKEY *key = private ? PEM_read_bio_PrivateKey(private, NULL, NULL, NULL) : NULL;
	bool ok = cert && key && still_good(cert, key, spec);

	X509_free(cert);
	EVP_PKEY_free(key);
	BIO_free(public);
	BIO_free(private);
	ERR_clear_error();
	return ok;
}

struct err own_cert_keep(const char *path, const struct own_cert_spec *spec,
    struct buf *ret_certificate, struct buf *ret_key, bool *ret_is_new)
{
	size_t certificate_n = ret_certificate->n, key_n = ret_key->n;
	char public[PATH_LEN - 8], private[PATH_LEN - 8];
	struct err e;
	bool there;

	snprintf(public, sizeof(public), "%s.crt", path);
	snprintf(private, sizeof(private), "%s.key", path);
	there = read_file(public, ret_certificate) && read_file(private, ret_key) &&
		is_usable(spec,
		    span_of(ret_certificate->p + certificate_n, ret_certificate->n - certificate_n),
		    span_of(ret_key->p + key_n, ret_key->n - key_n));
	if (ret_is_new)
		*ret_is_new = !there;
	if (there)
		return OK;
	ret_certificate->n = certificate_n;
	ret_key->n = key_n;
	e = own_cert_make(spec, ret_certificate, ret_key);
	if (!err_is(e))
		e = replace_file(private, span_of(ret_key->p + key_n, ret_key->n - key_n));
	if (!err_is(e))
		e = replace_file(public, span_of(ret_certificate->p + certificate_n,
					     ret_certificate->n - certificate_n));
	return e;
}
