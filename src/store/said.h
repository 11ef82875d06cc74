/*
 * said.h: what people say of the sightings of a question: of endpoints, else of their certificates.
 */
#pragma once

#include "store/tally.h"

/* Rows by "owner" or "note"; with_value: rows that have one. */
must_use struct err said_count(const struct scope *c, const struct tally *t, const char *what,
    struct counter *counter, uint64_t *ret_with_value);
/* By tags: the endpoint's and the certificate's, each once of a row. */
must_use struct err said_tags(const struct scope *c, const struct tally *t, struct counter *counter,
    uint64_t *ret_with_value);
