/*
 * limits.h: this room's maxima.
 */
#pragma once

enum {
	/* Per endpoint, server name and key type: what a server may reasonably be asked to bear. */
	GRAB_CONNECTIONS_MAX = 3,
	/* Per plan: those without a name, then those with the PTR's. */
	GRAB_TRIED_MAX = 2 * GRAB_CONNECTIONS_MAX,

	/* A chain that waits for its sibling; longer ones are reported without asking for
	 * another. */
	GRAB_CHAIN_BYTES_MAX = 2 << 20,

	/* How long a port that may greet first is listened to: a round trip and a slow process. */
	GRAB_LISTEN_US = 400000,
	/* How long a guess (this could be PostgreSQL) is waited for: those answer at once or
	 * never. */
	GRAB_GUESS_US = 2000000,

	/* How much of the user's time-out is kept for a second hello where the first is met with
	 * silence: whoever heard that one and can be helped by another answers promptly. */
	GRAB_AGAIN_US = 1000000,

	/* This machine had no descriptor or port left: tries, and how far apart. Ten seconds in
	 * all. */
	GRAB_LOCAL_RETRIES = 50,
	GRAB_LOCAL_RETRY_US = 200000,

	/* Tasks that wait for the budget. The caller paces itself by grab_pending() long before
	 * that. */
	GRAB_WAITING_MAX = 65536,
	/* Looked at in one turn, so that a queue for one slow host does not eat the loop. */
	GRAB_WAKE_MAX = 64,
	GRAB_WAKE_US = 20000,
	/* So many waiting, and no connection to be had: whoever begins new tasks is told. */
	GRAB_BUSY_AT = 128,
};
