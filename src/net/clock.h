/*
 * clock.h: the only place that asks the machine what time it is.
 */
#pragma once

#include <stdint.h>

int64_t clock_now_ms(void); /* wall clock, milliseconds since the epoch */
uint64_t clock_mono_us(void); /* monotonic microseconds, for timers and rates */
