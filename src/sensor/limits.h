/*
 * limits.h: this room's maxima.
 */
#pragma once

enum {
	/* 802.1Q in 802.1ad in VXLAN in IP-in-IP in GRE: more is a loop or an attack. */
	PEEL_DEPTH_MAX = 8,

	/* Looked through for a hello, in each direction: mail and directory servers say hundreds of
	 * bytes before STARTTLS, talkative ones some thousands. */
	DISSECT_LOOK_BYTES = 32 << 10,
	/* A handshake message: certificate messages to 1 MiB. */
	DISSECT_MESSAGE_MAX = 1 << 20,

	/* Held behind a hole, per direction; how long a hole may stay. */
	REASSEMBLY_BYTES_MAX = 256 << 10,
	REASSEMBLY_WAIT_US = 5000000,
	/* Pieces that do not touch: a flight in one-byte segments, shuffled, has some hundreds. */
	REASSEMBLY_SEGMENTS_MAX = 2048,
	/* Farther ahead or behind than a peer may be: believed when two segments agree. */
	REASSEMBLY_WINDOW = 1 << 20,

	SENSOR_FLOWS_MAX = 1 << 20,
	SENSOR_BYTES_MAX = 256 << 20,
	SENSOR_IDLE_US = 300000000,
};
