/*
 * certmsg.h: the Certificate message, in its two forms, and CertificateStatus. A list that breaks
 * off keeps what was whole: a certificate in hand is worth more than a rule.
 */
#pragma once

#include "base/err.h"
#include "wire/flight.h"

/* Spans point into the message. */
struct cert_list {
	size_t n;
	struct span certs[FLIGHT_CERTS_MAX];
	struct span ocsp; /* the leaf's stapled response (TLS 1.3); empty if none */
	bool cut; /* there were more than FLIGHT_CERTS_MAX */
	bool broken; /* the rest of the message was no list */
};

/* n may be 0 without an error: a server that says it has none. */
must_use struct err cert_list_parse(struct span body, bool tls13, struct cert_list *ret);
/* RFC 6066 8: the response of type ocsp; empty if of another type. */
must_use struct err cert_status_parse(struct span body, struct span *ret_ocsp);
