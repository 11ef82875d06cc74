/*
 * own_cert.h: the certificate that the service makes for itself, so that its page is never served
 * in the clear: P-256, self-signed, for this host's names, a year and a month long. An extension of
 * a private arc says that it is ours, so that the inventory can tag it and rules leave it alone.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

/* The bytes of the extension's OID (DER, without tag and length): 2.25 below a UUID of ours. Its
 * value is an OCTET STRING around UTF8String "certscape". */
extern const uint8_t own_cert_oid[];
extern const size_t own_cert_oid_n;

struct own_cert_spec {
	/* DNS names or addresses as text; "localhost" and loopback are added */
	const char *const *names;
	size_t n_names;
	int64_t now_s;
};

/* Makes one: PEM into initialised buffers. */
must_use struct err own_cert_make(
    const struct own_cert_spec *spec, struct buf *ret_certificate, struct buf *ret_key);
/*
 * What lies beside the store, in `path`.crt and `path`.key (0600), or a new one there: when there
 * is none, when it cannot be read, is not for these names or ends within OWN_CERT_RENEW_S. The
 * files are replaced as a whole. *ret_is_new may be NULL.
 */
must_use struct err own_cert_keep(const char *path, const struct own_cert_spec *spec,
    struct buf *ret_certificate, struct buf *ret_key, bool *ret_is_new);
