/*
 * own_cert.h: the certificate that the service makes for itself, so that its page is never served
 * in the clear: P-256, self-signed, for this host's names, 397 days. Its subject says O=certscape,
 * and an extension of a private arc tells it from all others, so that the inventory can tag it and
 * rules leave it alone.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

struct own_cert_spec {
	const char *const *names; /* DNS names or addresses; localhost and loopback are added */
	size_t n_names; /* what can be neither is left out */
	int64_t now_s;
	const char *mark; /* OID of the extension, around UTF8String "certscape"; NULL: none */
};

/* Makes one: PEM at the end of initialised buffers. */
must_use struct err own_cert_make(
    const struct own_cert_spec *spec, struct buf *ret_certificate, struct buf *ret_key);
/*
 * What lies beside the store, in `path`.crt and `path`.key (0600), or a new one there: when there
 * is none, when it cannot be used, is not for these names or ends within OWN_CERT_RENEW_S. Each
 * file is replaced as a whole. *ret_is_new may be NULL.
 */
must_use struct err own_cert_keep(const char *path, const struct own_cert_spec *spec,
    struct buf *ret_certificate, struct buf *ret_key, bool *ret_is_new);
