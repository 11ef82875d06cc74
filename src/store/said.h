/*
 * said.h: what people say of rows: of their endpoints, else of their certificates.
 */
#pragma once

#include "store/tally.h"

/* A comparison of the owner, a note or tags. */
must_use struct err said_narrow(struct scope *c, const struct query *compare, struct bits *rows);
/* Rows by their owner, note or tags; of tags each once of a row. with_value: rows that have any. */
must_use struct err said_count(struct scope *c, const struct tally *t, enum field_id field,
    struct counter *counter, uint64_t *ret_with_value);
