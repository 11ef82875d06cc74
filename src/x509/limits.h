/*
 * limits.h: every maximum of this room, and why it is that.
 */
#pragma once

enum {
	NAME_TEXT_MAX = 16384, /* bytes of one name as text: real ones stay below 500 */
	NAME_RDNS_MAX = 64, /* relative names in one name: real ones have 3 to 12 */
	VERIFY_ANSWERS =
	    4096, /* signatures remembered: 300 KB a worker; a network has tens of CAs */
	VERIFY_KEYS = 256, /* issuers' keys kept ready: 2 KB each; collisions cost 60 µs */
	CT_LOGS_MAX = 512, /* logs of certificate transparency: there were some 150 ever */
	CT_SCTS_MAX = 32, /* timestamps of one list: real ones have 2 to 8 */
	VERIFY_STATUSES = 4096, /* of libcrypto's words on chains: 200 KB */
	VERIFY_INTERMEDIATES =
	    1024, /* chains of intermediates met: the Web's CAs have some hundred */
	CERT_BYTES_MAX = 1 << 20, /* of one certificate: what a TLS message of ours may hold */
	CERT_SERIAL_MAX = 1024, /* bytes of a serial number that are shown: RFC 5280 has 20 */
	OID_TEXT_MAX = 256, /* dotted: real ones stay below 50 */
	EXT_TEXT_MAX = 64 << 10, /* of the values of one extension; real ones stay below 4 KB */
	EXT_HEX_MAX = 256, /* bytes that are shown of one that we cannot read */
	TRUST_BYTES_MAX = 64 << 20, /* of all roots and known issuers: 140 roots take 400 KB */
	KNOWN_MAX = 16384, /* issuers met on the network: more is somebody filling the table */
	KNOWN_SAME_NAME_MAX = 8, /* of one name: renewals and cross-signs come in twos and threes */
	PATH_CERTS_MAX = 16, /* leaf to anchor: real ones have 2 to 5 */
	PATH_CANDIDATES_MAX = 16, /* issuers of one name that are tried: cross-signs and renewals */
	PATH_STEPS_MAX = 512, /* of one search, so that a knot of CAs cannot hold a worker */
	PATH_OPERATIONS_MAX = 64, /* public-key operations of one search: 5 ms; real ones take 2 */
	/* Names times subtrees of one certificate: a CA with 100 subtrees over a leaf of 500
	 * names. */
	CONSTRAINT_COMPARISONS_MAX = 1 << 16,
};
