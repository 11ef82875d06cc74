/*
 * ladder.h: what went wrong with a connection, and the one change to make for the next. Pure.
 */
#pragma once

#include "dial/talk.h"

/* What one connection says. */
struct attempt {
	uint8_t dialect; /* enum dialect_id */
	uint8_t hello; /* enum hello_variant */
	uint8_t keys; /* enum hello_keys */
	bool ptr; /* with the name from reverse DNS */
	bool listen; /* to a greeting first */
	bool guess; /* at a dialect: waits less */
};

enum trouble {
	TROUBLE_NONE, /* certificates in hand */

	/* The server speaks TLS, */
	TROUBLE_NAME, /* and wants another name, or one at all */
	TROUBLE_VERSION, /* but not our versions */
	TROUBLE_PARAMETERS, /* but has no suite, group or algorithm in common with us */
	TROUBLE_ALERT, /* and sent another alert */
	TROUBLE_BROKEN, /* in a way that we do not understand, or not to the end */
	TROUBLE_NO_CERT, /* and has no certificate */

	/* Our hello was */
	TROUBLE_HELLO_CLOSED, /* answered by the end of the connection, */
	TROUBLE_HELLO_SILENT, /* by nothing, */
	TROUBLE_NOT_TLS, /* or in another protocol */

	/* The STARTTLS dialogue */
	TROUBLE_DIALOGUE_CLOSED, /* was cut off before a word, */
	TROUBLE_DIALOGUE_SILENT, /* never began, */
	TROUBLE_DIALOGUE_STALLED, /* began and stopped, */
	TROUBLE_DIALOGUE_OTHER, /* was one in another protocol, */
	TROUBLE_DIALOGUE_TLS, /* was answered in TLS, */
	TROUBLE_NO_UPGRADE, /* or ended in a refusal */

	TROUBLE_CONNECT, /* no connection */
	TROUBLE_LOCAL, /* this machine ran out of something */
	TROUBLE_MAX,
};

/* ret_sniffed is the dialect that the answer seems to be in, where it was not the expected one;
 * else 0. */
enum trouble trouble_of(const struct talk_result *r, uint8_t *ret_sniffed);

/* What is known of the port, for rows that depend on it. */
enum ladder_when {
	WHEN_ALWAYS = 0,
	WHEN_LIKELY = 1 << 0, /* TLS is expected here: our port table or an earlier scan says so */
	WHEN_GUESSING = 1 << 1, /* it is not */
	WHEN_WAS_OPEN = 1 << 2, /* this endpoint took a connection before */
};

enum ladder_change {
	CHANGE_NAME, /* send the PTR name */
	CHANGE_HELLO, /* to `value` */
	CHANGE_DIALECT, /* to `value` */
	CHANGE_SNIFFED, /* to the dialect that answered */
	CHANGE_NEAR, /* to the dialect of the port that this one resembles: 15432 */
	CHANGE_NOTHING, /* once more */
};

struct ladder_row {
	enum trouble trouble;
	unsigned when; /* all of these; enum ladder_when */
	enum ladder_change change;
	uint8_t value;
};

/* In order of preference; the first one that leads to something new is taken. */
const struct ladder_row *ladder_rows(size_t *ret_n);
