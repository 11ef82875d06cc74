/*
 * openssl_text.h: parts of a certificate in the words of libcrypto: for outputs that promise them
 * (Zeek's logs). Each part is given to libcrypto alone, so that a certificate it refuses as a whole
 * still has its names and its key. Our own walk has other words: name.h, key.h, sigalg.h.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum { OPENSSL_WORD_MAX = 64 };

/* A Name, header included, as X509_NAME_print_ex with XN_FLAG_RFC2253; name_text() where libcrypto
 * cannot read it. */
void openssl_name_text(struct span name, struct buf *out);
/* The long name of an AlgorithmIdentifier's algorithm: "sha256WithRSAEncryption"; else the OID. */
void openssl_algorithm_text(struct span algorithm, struct buf *out);
/* The two AlgorithmIdentifiers of a certificate: in what is signed, and beside the signature. */
bool openssl_algorithms(struct span der, struct span *ret_inner, struct span *ret_outer);

struct openssl_key {
	char algorithm[OPENSSL_WORD_MAX]; /* "rsaEncryption", "id-ecPublicKey", "ML-DSA-44" */
	char type[OPENSSL_WORD_MAX]; /* "rsa", "dsa", "ecdsa", else libcrypto's name; "": not
					readable */
	unsigned bits; /* 0: not known */
	char curve[OPENSSL_WORD_MAX]; /* "prime256v1"; "" */
	struct buf exponent; /* decimal; empty: not RSA */
};

/* Of a SubjectPublicKeyInfo, header included. openssl_key_done() frees. */
void openssl_key_read(struct span spki, struct openssl_key *ret_key);
void openssl_key_done(struct openssl_key *k);
/* The content of an INTEGER as i2a_ASN1_INTEGER writes it: "0203BC", "-01". */
void openssl_serial_text(struct span serial, struct buf *out);
