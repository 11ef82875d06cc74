/*
 * right.h: the right to send packets, CAP_NET_RAW, and how to get it.
 */
#pragma once

#include <stdbool.h>

enum { RIGHT_TEXT_MAX = 512 };

bool right_is_ours(void);
/* "no right to send packets; as root: setcap ...", with the name of this program. Returns text. */
const char *right_text(char text[RIGHT_TEXT_MAX]);
