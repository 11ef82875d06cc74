/*
 * secure.c: TLS 1.2 with forward secrecy and AEAD, or 1.3; OpenSSL's defaults otherwise. ALPN is
 * http/1.1 or nothing: a client that only wants something else is told so (RFC 7301 3.2). Memory
 * that TLS needs for a record is given back between records: idle pages stay connected for hours.
 */
#include "http/secure.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

static int no_password(char *p, int size, int writing, void *context)
{
	(void)p;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static int choose_alpn(SSL *ssl, const unsigned char **ret, unsigned char *ret_n,
    const unsigned char *offered, unsigned offered_n, void *context)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;

	(void)ssl;
	(void)context;
	if (SSL_select_next_proto(&chosen, ret_n, ours, sizeof(ours) - 1, offered, offered_n) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*ret = chosen;
	return SSL_TLSEXT_ERR_OK;
}

/* The leaf, then what comes behind it. */
static bool use_chain(SSL_CTX *context, BIO *pem)
{
	X509 *cert = PEM_read_bio_X509(pem, NULL, no_password, NULL);
	bool ok = cert && SSL_CTX_use_certificate(context, cert) == 1;

	X509_free(cert);
	while (ok && (cert = PEM_read_bio_X509(pem, NULL, no_password, NULL)))
		if (SSL_CTX_add0_chain_cert(context, cert) != 1) {
			X509_free(cert);
			ok = false;
		}
	return ok;
}

static struct err use_pair(SSL_CTX *context, struct span certificate, struct span key)
{
	BIO *chain = BIO_new_mem_buf(certificate.p, (int)certificate.n);
	BIO *secret = BIO_new_mem_buf(key.p, (int)key.n);
	EVP_PKEY *pkey = secret ? PEM_read_bio_PrivateKey(secret, NULL, no_password, NULL) : NULL;
	struct err e = OK;

	if (!chain || !use_chain(context, chain))
		e = err_input(0, "the certificate is no PEM that TLS can serve");
	else if (!pkey)
		e = err_input(0, "the key is no PEM private key without a password");
	else if (SSL_CTX_use_PrivateKey(context, pkey) != 1)
		e = err_input(0, "the key is not the certificate's");
	EVP_PKEY_free(pkey);
	BIO_free(chain);
	BIO_free(secret);
	ERR_clear_error();
	return e;
}

struct err secure_context_new(struct span certificate, struct span key, SSL_CTX **ret_context)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	struct err e;

	if (!context)
		return err_io(ENOMEM, "TLS");
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_id_context(context, (const unsigned char *)"certscape", 9);
	SSL_CTX_set_alpn_select_cb(context, choose_alpn, NULL);
	e = use_pair(context, certificate, key);
	if (err_is(e)) {
		SSL_CTX_free(context);
		return e;
	}
	*ret_context = context;
	return OK;
}

void secure_context_free(SSL_CTX *context)
{
	SSL_CTX_free(context);
}
