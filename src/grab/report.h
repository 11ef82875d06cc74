/*
 * report.h: how one connection ended, as an observation.
 */
#pragma once

#include "grab/ladder.h"
#include "observe/observation.h"

/* Writes outcome, dialect, TLS facts and flags; who, when and how many connections are the
 * caller's. */
void report_fill(struct observation *obs, const struct attempt *a, enum trouble trouble,
    const struct talk_result *r);
/* How much an outcome tells: of several failures the best is reported. */
unsigned report_rank(enum outcome outcome);
/* Might another server name have another end? */
bool report_depends_on_name(enum outcome outcome);
