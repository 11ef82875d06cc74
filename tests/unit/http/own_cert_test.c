#include "http/own_cert.h"

#include "http/limits.h"
#include "http/secure.h"

#include "lib/test.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOW_S = 1790000000, DAY_S = 86400 };

#define MARK_OID "2.25.1"

static struct buf cert, key;
static const char *const names[] = {"scan.example", "192.0.2.7", "2001:db8::7", "no name\n"};
static struct own_cert_spec spec;
static char folder[] = "/tmp/own_cert.XXXXXX", path[64];

static void fresh(void)
{
	buf_done(&cert);
	buf_done(&key);
	buf_init(&cert, OWN_CERT_PEM_MAX);
	buf_init(&key, OWN_CERT_PEM_MAX);
	spec = (struct own_cert_spec){names, 4, NOW_S, MARK_OID};
}

static X509 *read_cert(void)
{
	BIO *bio = BIO_new_mem_buf(cert.p, (int)cert.n);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return x;
}

static void is_for_every_name(void)
{
	X509 *x;

	fresh();
	CHECK(!err_is(own_cert_make(&spec, &cert, &key)));
	x = read_cert();
	CHECK(X509_check_host(x, "scan.example", 0, 0, NULL) == 1);
	CHECK(X509_check_host(x, "localhost", 0, 0, NULL) == 1);
	CHECK(X509_check_ip_asc(x, "127.0.0.1", 0) == 1);
	CHECK(X509_check_ip_asc(x, "::1", 0) == 1);
	CHECK(X509_check_ip_asc(x, "192.0.2.7", 0) == 1);
	CHECK(X509_check_ip_asc(x, "2001:db8::7", 0) == 1);
	CHECK(X509_check_host(x, "other.example", 0, 0, NULL) == 0);
	CHECK(X509_verify(x, X509_get0_pubkey(x)) == 1);
	CHECK(!(X509_get_extension_flags(x) & (EXFLAG_CA | EXFLAG_INVALID)));
	X509_free(x);
}

static void lives_as_long_as_browsers_allow(void)
{
	int days, seconds;
	X509 *x;

	fresh();
	CHECK(!err_is(own_cert_make(&spec, &cert, &key)));
	x = read_cert();
	CHECK(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(x), X509_get0_notAfter(x)) == 1);
	CHECK_EQ(days * DAY_S + seconds + 1, OWN_CERT_LIFE_S);
	X509_free(x);
}

static void says_that_it_is_ours(void)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(MARK_OID, 1);
	X509 *x;
	int at;

	fresh();
	CHECK(!err_is(own_cert_make(&spec, &cert, &key)));
	x = read_cert();
	at = X509_get_ext_by_OBJ(x, oid, -1);
	CHECK(at >= 0);
	if (at >= 0) {
		ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(X509_get_ext(x, at));

		CHECK_EQ(data->length, 11);
		CHECK_MEM(data->data, "\x0c\tcertscape", 11);
	}
	ASN1_OBJECT_free(oid);
	X509_free(x);
}

static void serves_tls(void)
{
	struct ssl_ctx_st *context = NULL;

	fresh();
	CHECK(!err_is(own_cert_make(&spec, &cert, &key)));
	CHECK(!err_is(secure_context_new(buf_view(&cert), buf_view(&key), &context)));
	secure_context_free(context);
}

/* Whether a new one is made now. */
static bool keep(void)
{
	bool is_new = false;

	cert.n = key.n = 0;
	CHECK(!err_is(own_cert_keep(path, &spec, &cert, &key, &is_new)));
	return is_new;
}

static void is_kept_and_renewed_in_time(void)
{
	char file[80];
	struct stat st;

	fresh();
	CHECK(keep());
	CHECK(!keep());
	snprintf(file, sizeof(file), "%s.key", path);
	CHECK(stat(file, &st) == 0 && (st.st_mode & 07777) == 0600);
	spec.now_s = NOW_S - DAY_S + OWN_CERT_LIFE_S - OWN_CERT_RENEW_S - 10;
	CHECK(!keep());
	spec.now_s += 20;
	CHECK(keep());
	CHECK(!keep());
}

static void is_made_anew_where_it_does_not_fit(void)
{
	static const char *const more[] = {"scan.example", "new.example"};
	char file[80];

	fresh();
	(void)keep();
	spec.names = more;
	spec.n_names = 2;
	CHECK(keep()); /* another name */
	CHECK(!keep());
	snprintf(file, sizeof(file), "%s.key", path);
	CHECK(truncate(file, 100) == 0);
	CHECK(keep());
	CHECK(!keep());
	CHECK(unlink(file) == 0);
	CHECK(keep());
	snprintf(path, sizeof(path), "%s/none/own", folder);
	CHECK_EQ(err_class(own_cert_keep(path, &spec, &cert, &key, NULL)), ERR_IO);
}

int main(void)
{
	char command[64];

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/own", folder);
	RUN(is_for_every_name);
	RUN(lives_as_long_as_browsers_allow);
	RUN(says_that_it_is_ours);
	RUN(serves_tls);
	RUN(is_kept_and_renewed_in_time);
	RUN(is_made_anew_where_it_does_not_fit);
	buf_done(&cert);
	buf_done(&key);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) ? 1 : test_done();
}
