/*
 * narrow.h: of some rows, those of which a question is true.
 */
#pragma once

#include "store/scope.h"

must_use struct err narrow(struct scope *c, const struct query *query, struct bits *rows);
