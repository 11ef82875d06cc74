/*
 * rlimit.h: how many files this process may have open.
 */
#pragma once

#include <stdint.h>

/* Raises the soft limit to the hard one, and tells what it is now. */
uint32_t rlimit_raise(void);
