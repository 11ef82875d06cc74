/*
 * sessions.h: sessions as the sensor would tell them, by hand.
 */
#pragma once

#include "lib/certs.h"
#include "observe/session.h"

enum { T0_S = 1780000000 }; /* 28 May 2026 */

/* TLS 1.2 with one certificate of tests/certs, established. */
static inline struct session session_of(const char *cert)
{
	struct session s = {.uid = {0x0123456789abcdef, 0xfedcba9876543210},
	    .transport = TRANSPORT_TCP,
	    .begin_us = T0_S * 1000000ll,
	    .first_us = T0_S * 1000000ll + 1000,
	    .last_us = T0_S * 1000000ll + 123456,
	    .flags = SESSION_IS_ESTABLISHED,
	    .version = 0x0303,
	    .cipher = 0xc02f,
	    .group = 23,
	    .name = "www.example",
	    .history = "CsxknGIti"};

	s.client.addr = addr_from_v4(0x0a000001);
	s.client.port = 40000;
	s.server.addr = addr_from_v4(0x0a000002);
	s.server.port = 443;
	if (cert) {
		s.server.n_certs = 1;
		s.server.certs[0] = test_cert(cert);
	}
	return s;
}

/* The n-th cell of a line of tabs; empty where there are fewer. */
static inline struct span cell_at(struct span line, size_t n)
{
	for (;; n--) {
		const uint8_t *tab = line.n ? memchr(line.p, '\t', line.n) : NULL;
		struct span cell = span_take(&line, tab ? (size_t)(tab - line.p) : line.n);

		if (n == 0)
			return cell;
		span_take(&line, tab ? 1 : 0);
	}
}

static inline struct span line_after(struct buf *log, const char *begin)
{
	struct span text = buf_view(log), line = {0};

	while (span_line(&text, &line))
		if (begin ? span_starts(line, begin) : line.n && line.p[0] != '#')
			return line;
	return span_of("", 0);
}

/* The value of a column in the first row of a log with its header. */
static inline const char *cell_of(struct buf *log, const char *column)
{
	static char value[16384];
	struct span names = line_after(log, "#fields"), name;

	snprintf(value, sizeof(value), "(no such column)");
	for (size_t i = 1; (name = cell_at(names, i)).n; i++) {
		if (span_is(name, column)) {
			struct span cell = cell_at(line_after(log, NULL), i - 1);

			snprintf(value, sizeof(value), "%.*s", (int)cell.n, (const char *)cell.p);
		}
	}
	return value;
}
