/*
 * limits.h: what a file may make us hold.
 */
#pragma once

#include "observe/chain.h"

enum {
	IMPORT_SNIFF_BYTES = 4096, /* a format shows itself in its first lines */

	/* One line or one JSON string. masscan's longest banner is 16 KB of certificate, 22 KB in
	 * base64; nmap writes certificates of any size, and the largest seen in the wild are under
	 * 200 KB. */
	IMPORT_TOKEN_MAX = 1 << 20,

	/* JSON brackets within brackets: a record of masscan has 4. */
	IMPORT_DEPTH_MAX = 16,

	/* Endpoints whose certificates are still being collected: a writer tells all of a
	 * connection at once, or nearly so. 64 sets of 4, with the bytes of their certificates: 64
	 * MB at worst. */
	GATHER_SETS = 64,
	GATHER_WAYS = 4,
	GATHER_CERTS_MAX = CHAIN_CERTS_MAX,
	GATHER_BYTES_MAX = 256 << 10,
	/* Records of one endpoint further apart than this are two sightings. */
	GATHER_WINDOW_MS = 120 * 1000,
};
