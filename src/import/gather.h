/*
 * gather.h: the certificates of an endpoint, told in several records, become one observation (or
 * one for each chain). A bounded table of endpoints: the longest untouched makes room.
 */
#pragma once

#include "import/report.h"

struct gather;

must_use struct err gather_new(struct gather **ret_gather);
void gather_free(struct gather *g);

/* The pieces; observations that are complete, or in the way, go to the report's on_observation. */
void gather_cert(struct gather *g, struct report *r, const struct origin *o, struct span der,
    enum cert_role role, bool cut);
void gather_alert(
    struct gather *g, struct report *r, const struct origin *o, uint8_t level, uint8_t alert);
void gather_handshake(
    struct gather *g, struct report *r, const struct origin *o, uint16_t version, uint16_t cipher);
void gather_flush(struct gather *g, struct report *r);
