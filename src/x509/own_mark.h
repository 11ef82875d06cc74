/*
 * own_mark.h: the extension by which the certificate that the service makes for itself
 * (http/own_cert.h) is told from all others: an OID of ours around UTF8String "certscape". Anybody
 * can write it into a certificate: it sorts what we made, and proves nothing.
 */
#pragma once

#include "base/span.h"

/* 2.25 below a UUID of ours (X.667). */
#define OWN_MARK_OID "2.25.243190327505523444829089793650967871073"

/* Of a certificate's DER. */
bool own_mark_is_in(struct span der);
