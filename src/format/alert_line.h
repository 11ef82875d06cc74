/*
 * alert_line.h: an alert as one line: of JSON, for programs, or of text, for a terminal, a mailbox,
 * a system log. What strangers chose (names, subjects) cannot end the line or colour it.
 */
#pragma once

#include "base/buf.h"
#include "format/style.h"
#include "observe/alert.h"

enum { ALERT_LINE_MAX = 8192 };

/* {"kind":"alert",...}, with its LF. `timestamp`, `ip`, `hostname` and `port` are those of every
 * record. */
void alert_ndjson(const struct alert *a, struct buf *out);
/* "2026-11-22 01:00:00  high  outbound  self-signed  198.51.100.7:443 (www.test) ...", no LF. */
void alert_text(const struct alert *a, const struct style *style, struct buf *out);
