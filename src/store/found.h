/*
 * found.h: the findings of the rows of a question: of their chains, and of themselves.
 */
#pragma once

#include "store/tally.h"

/* A comparison of findings or severity. */
must_use struct err found_narrow(struct scope *c, const struct query *compare, struct bits *rows);

/* Each finding once of each row; with_value: rows that have any. */
must_use struct err found_count(
    struct scope *c, const struct tally *t, struct counter *counter, uint64_t *ret_with_value);
/* Rows by the worst severity of what holds. */
must_use struct err found_severities(
    struct scope *c, const struct tally *t, struct counter *counter, uint64_t *ret_with_value);
/* The worst of what holds of a certificate's rows, by certificate; the caller frees it. */
must_use struct err found_worst(struct scope *c, const struct tally *t, uint8_t **ret_worst);
