/*
 * patience.h: how long answers are waited for, by the times that those of the sample took.
 */
#pragma once

#include "scan/sample.h"

/* After a pass, until who has not answered is given up or asked again. */
uint64_t patience_us(const struct sample *s);
/* Until nearly all have answered who will: the pace does not wait for the last. */
uint64_t patience_soon_us(const struct sample *s);
