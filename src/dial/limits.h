/*
 * limits.h: this room's maxima.
 */
#pragma once

enum {
	TALK_FIRST_MAX = 64, /* of an answer, to tell by what spoke */
	TALK_OUT_MAX = 65536, /* ours to send: two hellos of 2 KB and an alert, at most */
	TALK_READ_MAX =
	    16384, /* at a time: the largest TLS record, so one busy peer keeps nobody waiting */
};
