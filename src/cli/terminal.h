/*
 * terminal.h: whether a person looks at it, and how wide their terminal is.
 */
#pragma once

#include "format/style.h"

/* Width and colours for standard output as of now; a width of 0 where it is no terminal. */
struct style terminal_style(void);
bool terminal_is(int fd);
