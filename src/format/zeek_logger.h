/*
 * zeek_logger.h: from the sensor's events to lines: which log, when, and not twice. What Zeek
 * writes when a connection is established or, failing that, when it ends is written then;
 * certificates when they are there.
 */
#pragma once

#include "format/zeek.h"
#include "x509/openssl_ct.h"
#include "x509/openssl_verify.h"

struct zeek_line {
	enum zeek_log log;
	int64_t time_us;
	struct span text; /* with its LF; until the callback returns */
	const uint8_t *key; /* ZEEK_KEY_SIZE bytes: lines of one key within hold_s are one, over all
			       workers; NULL: every line counts */
	uint32_t hold_s;
};

/* false: not taken; what stands for one of many is told the next time. */
typedef bool zeek_line_fn(void *context, const struct zeek_line *line);

struct zeek_logger_config {
	struct zeek_options options;
	struct zeek_policy policy;
	bool notices, known_certs; /* write these logs, too */
	bool relog_always; /* x509.log tells a certificate each time, as legacy does, not daily */
	struct openssl_verifier *verifier; /* for validation_status and ocsp_status; borrowed */
	const struct ct_logs *ct_logs; /* for valid_ct_logs and valid_ct_operators; borrowed */
};

struct zeek_logger;

must_use struct err zeek_logger_new(const struct zeek_logger_config *config, zeek_line_fn *line,
    void *context, struct zeek_logger **ret_logger);
void zeek_logger_free(struct zeek_logger *l);
/* Every event of every session (sensor_ops). */
void zeek_logger_event(struct zeek_logger *l, enum session_event event, const struct session *s);
