/*
 * import.h: reads what other scanners wrote, as a stream of chunks: the open ports they found, to
 * be scanned (--targets-from), and the certificates they fetched (`certscape import`). The format
 * is sniffed from the first 4 KB. Broken records are named by line, counted and skipped; nothing in
 * a file makes it fail but running out of memory.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "observe/observation.h"

enum import_kind {
	IMPORT_ADDR, /* addr; port 0: no port was said */
	IMPORT_NAME, /* a host name, yet to be resolved */
	IMPORT_RANGE, /* a network or range, in text for targets_add */
	/* an address with the name of its interface, in text ("fe80::1%eth0"), and port */
	IMPORT_ZONED,
};

struct import_target {
	enum import_kind kind;
	struct addr addr;
	uint16_t port;
	const char *name; /* IMPORT_NAME: the host; else the server name to ask for, or "" */
	struct span range; /* IMPORT_RANGE, IMPORT_ZONED */
	size_t line;
};

/* Everything given is valid during the call. on_target and on_observation may be NULL. */
struct import_ops {
	void (*on_target)(void *context, const struct import_target *target);
	/* EVIDENCE_IMPORT, with the file's time. n DERs, leaf first; 0: TLS was there, but no
	 * certificate. obs->chain is not set yet. */
	void (*on_observation)(
	    void *context, struct observation *obs, const struct span *der, size_t n);
	void (*on_bad)(void *context, size_t line, const char *what);
};

struct import_counts {
	uint64_t lines;
	uint64_t records; /* understood, of whatever kind */
	uint64_t targets; /* given to on_target */
	uint64_t observations; /* given to on_observation */
	uint64_t certificates; /* whole ones in the file, each copy counted */
	uint64_t duplicates; /* of them: told before by the same endpoint */
	uint64_t truncated; /* cut short by the writer, skipped */
	uint64_t bad; /* records that could not be read, skipped */
};

struct import;

/* format: "masscan-json", ..., or NULL to look for it. when_ms: the time of records that have none
 * (the file's). ERR_INPUT where there is no such format. */
must_use struct err import_new(const char *format, int64_t when_ms, const struct import_ops *ops,
    void *context, struct import **ret_import);
void import_free(struct import *im);
must_use struct err import_push(struct import *im, struct span bytes);
/* The file has ended: what was pending comes out. */
must_use struct err import_end(struct import *im);
struct import_counts import_counts(const struct import *im);
/* What it was taken for; NULL before it is known. */
const char *import_format(const struct import *im);
/* The k-th format there is, for help texts; NULL after the last. */
const char *import_format_name(size_t k);
