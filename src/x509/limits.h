/*
 * limits.h: every maximum of this room, and why it is that.
 */
#pragma once

enum {
	NAME_TEXT_MAX = 16384, /* bytes of one name as text: real ones stay below 500 */
	NAME_RDNS_MAX = 64, /* relative names in one name: real ones have 3 to 12 */
};
