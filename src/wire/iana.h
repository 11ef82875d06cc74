/*
 * iana.h: the names of TLS's numbers, as the IANA registries and the RFCs write them. NULL where a
 * number has none here: the caller prints the number.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

const char *iana_version(uint16_t version); /* "TLS 1.2" */
const char *iana_cipher(uint16_t cipher); /* "TLS_AES_128_GCM_SHA256" */
const char *iana_group(uint16_t group); /* "x25519" */
const char *iana_scheme(uint16_t scheme); /* "ecdsa_secp256r1_sha256" */
const char *iana_alert(uint8_t alert); /* "handshake_failure" */

enum iana_table { IANA_VERSIONS, IANA_CIPHERS, IANA_GROUPS, IANA_ALERTS };
/* The k-th row of a table; NULL after the last. */
const char *iana_at(enum iana_table table, size_t k, uint16_t *ret_number);
