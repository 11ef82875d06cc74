/*
 * collect.h: runs an importer over bytes and writes down what it says, a line an event:
 *
 *	target 10.0.0.1:443 www.example
 *	name www.example:993
 *	range 10.0.0.0/8
 *	cert 10.0.0.1:443 certificate 1795289198 leaf,ca,ca
 *	bad 7 a certificate that was cut short
 *
 * Certificates are named by the first four bytes of their SHA-256.
 */
#pragma once

#include "base/buf.h"
#include "import/import.h"

#include "lib/test.h"

struct collected {
	struct buf log;
	struct import_counts counts;
	struct err end;
	size_t n_targets, n_observations, n_bad;
};

static inline void collect_target(void *context, const struct import_target *t)
{
	struct collected *c = context;
	char text[ADDR_TEXT_MAX + 8];

	c->n_targets++;
	if (t->kind == IMPORT_ADDR) {
		buf_printf(&c->log, "target %s", addr_port_text(&t->addr, t->port, text));
		if (t->name[0])
			buf_printf(&c->log, " %s", t->name);
	} else if (t->kind == IMPORT_NAME) {
		buf_printf(&c->log, "name %s:%u", t->name, t->port);
	} else {
		buf_str(&c->log, t->kind == IMPORT_RANGE ? "range " : "zoned ");
		buf_span(&c->log, t->range);
		if (t->port)
			buf_printf(&c->log, ":%u", t->port);
	}
	buf_str(&c->log, "\n");
}

static inline void collect_observation(
    void *context, struct observation *obs, const struct span *der, size_t n)
{
	struct collected *c = context;
	char text[ADDR_TEXT_MAX + 8];

	c->n_observations++;
	buf_printf(&c->log, "cert %s %s %lld",
	    addr_port_text(&obs->endpoint.addr, obs->endpoint.port, text),
	    outcome_text((enum outcome)obs->outcome), (long long)obs->last_ms / 1000);
	for (size_t i = 0; i < n; i++) {
		struct digest256 id = cert_id_of(der[i]);

		buf_printf(&c->log, "%c%02x%02x%02x%02x", i ? ',' : ' ', id.b[0], id.b[1], id.b[2],
		    id.b[3]);
	}
	if (obs->version)
		buf_printf(&c->log, " version %04x cipher %04x", obs->version, obs->cipher);
	if (obs->alert_level)
		buf_printf(&c->log, " alert %u", obs->alert);
	if (obs->endpoint.name[0])
		buf_printf(&c->log, " asked %s", obs->endpoint.name);
	if (obs->hostname[0])
		buf_printf(&c->log, " called %s", obs->hostname);
	buf_str(&c->log, "\n");
}

static inline void collect_bad(void *context, size_t line, const char *what)
{
	struct collected *c = context;

	c->n_bad++;
	buf_printf(&c->log, "bad %zu %s\n", line, what);
}

/* chunk: how many bytes are pushed at once. */
static inline void collect(struct collected *c, const char *format, struct span bytes, size_t chunk)
{
	static const struct import_ops ops = {
	    .on_target = collect_target,
	    .on_observation = collect_observation,
	    .on_bad = collect_bad,
	};
	struct import *im = NULL;

	*c = (struct collected){0};
	buf_init(&c->log, 1 << 24);
	c->end = import_new(format, 0, &ops, c, &im);
	while (!err_is(c->end) && bytes.n)
		c->end = import_push(im, span_take(&bytes, bytes.n < chunk ? bytes.n : chunk));
	if (!err_is(c->end))
		c->end = import_end(im);
	if (im)
		c->counts = import_counts(im);
	import_free(im);
}

static inline void collected_done(struct collected *c)
{
	buf_done(&c->log);
}

/* The text gives exactly this, pushed whole and byte by byte. */
static inline void check_import(const char *format, const char *text, const char *expected)
{
	static const size_t chunks[] = {SIZE_MAX, 1, 7};

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct collected c;

		collect(&c, format, span_str(text), chunks[i]);
		CHECK(!err_is(c.end));
		CHECK_STR(buf_text(&c.log), expected);
		collected_done(&c);
	}
}
