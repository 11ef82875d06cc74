/*
 * live.h: the one live line of a scan, on standard error, where that is a terminal.
 */
#pragma once

#include "app/printer.h"
#include "observe/run.h"

struct live;

/* shown false: every call does nothing. */
must_use struct err live_new(bool shown, int width, struct live **ret_live);
void live_free(struct live *l);
/* now_us is monotonic. */
void live_draw(struct live *l, uint64_t now_us, const struct progress *all,
    const struct printer_counts *printed, bool stopping);
/* Takes the line away, so that something else can be written. NULL-safe. */
void live_clear(struct live *l);
