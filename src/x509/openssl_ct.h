/*
 * openssl_ct.h: Signed Certificate Timestamps (RFC 6962) of a leaf: those in it, those that the
 * server sent in its hello, those in a stapled response; which of them verify with the key of a log
 * that we know. Zeek counts logs and their operators.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

enum { CT_OPERATOR_MAX = 64 };

struct ct_logs;

struct ct_count {
	uint32_t logs, operators; /* different ones whose timestamps verify */
};

/* A list of logs: a line each, the operator's name, a tab, the log's key as SubjectPublicKeyInfo in
 * base64. Lines that begin with '#' say nothing. ERR_INPUT with the number of a bad line. */
must_use struct err ct_logs_new(struct span list, struct ct_logs **ret_logs);
void ct_logs_free(struct ct_logs *l);

/* certs in the order presented, the leaf first. hello: SignedCertificateTimestampList of the
 * ServerHello; staple: an OCSPResponse; both may be empty. */
struct ct_count ct_verify(const struct ct_logs *l, const struct span *certs, size_t n,
    struct span hello, struct span staple);
