/*
 * report.h: what a reader of one format tells: targets, bad records, and pieces of what is known of
 * an endpoint, from which gather.c makes observations.
 */
#pragma once

#include "base/buf.h"
#include "import/import.h"
#include "import/order.h"

struct gather;

struct report {
	const struct import_ops *ops;
	void *context;
	int64_t when_ms; /* for records without a time */
	struct import_counts counts;
	struct gather *gather;
	struct buf der; /* of the certificate being decoded */
	bool no_memory; /* something was lost for want of it: the import fails */
};

/* Where a piece came from. Texts are copied. */
struct origin {
	struct endpoint endpoint;
	char hostname[NAME_MAX_LEN];
	int64_t when_ms; /* 0: not said */
	size_t line;
	bool leaf_only; /* the writer never tells more: what came with it is not known */
};

must_use struct err report_init(
    struct report *r, int64_t when_ms, const struct import_ops *ops, void *context);
void report_done(struct report *r);

void report_bad(struct report *r, size_t line, const char *what);
void report_target(struct report *r, const struct import_target *target);
/* An open port of an address; name "" where none was asked for. */
void report_open(
    struct report *r, const struct addr *a, uint16_t port, const char *name, size_t line);
/* A certificate in base64, white space allowed. A cut one is counted and told. */
void report_cert(struct report *r, const struct origin *o, struct span base64, enum cert_role role);
/* TLS was refused with an alert. */
void report_alert(struct report *r, const struct origin *o, uint8_t level, uint8_t alert);
/* What was agreed on; no observation by itself. */
void report_handshake(struct report *r, const struct origin *o, uint16_t version, uint16_t cipher);
/* All that is pending becomes observations. */
void report_flush(struct report *r);
