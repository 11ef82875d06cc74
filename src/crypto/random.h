/*
 * random.h: unpredictable bytes: the one thing in this room that is no function of its arguments.
 */
#pragma once

#include "base/err.h"

must_use struct err random_bytes(uint8_t *ret, size_t n);
