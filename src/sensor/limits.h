/*
 * limits.h: this room's maxima.
 */
#pragma once

enum {
	/* Headers, one in another, before TCP or UDP. What a mirror session sends (IP, GRE,
	 * Ethernet, two tags, IP, VXLAN, Ethernet, tag, IP) has ten; more than this is a loop or an
	 * attack. */
	PEEL_DEPTH_MAX = 16,

	/* Datagrams of which fragments wait, or that became whole just now. 1.2 KB each beside
	 * their bytes. */
	DEFRAG_DATAGRAMS_MAX = 4096,
	/* 256 of the longest; of those that a tunnel cuts in two, more than a network reorders. */
	DEFRAG_BYTES_MAX = 16 << 20,
	DEFRAG_WAIT_US = 30000000, /* as Linux does; RFC 8200 4.5 says 60 s, nobody waits so long */
	/* The second copy of a frame on a span port is milliseconds behind; a busy host uses an
	 * IPv4 identification again after seconds. */
	DEFRAG_ECHO_US = 20000,

	/* Looked through for a hello, in each direction: mail and directory servers say hundreds of
	 * bytes before STARTTLS, talkative ones some thousands. */
	DISSECT_LOOK_BYTES = 32 << 10,
	/* After so many sealed records of one side (about 1 MiB) it will show no more. */
	DISSECT_SEALED_MAX = 64,
	/* A record of SSL 2.0. */
	SSLV2_MESSAGE_MAX = 2 + 32767,
	/* What a session keeps: two certificate messages, hellos, a stapled response. */
	HANDSHAKE_ARENA_MAX = 3 << 20,
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
	/* A closed flow stays for stragglers, and for what its end overtook. */
	SENSOR_CLOSING_US = 5000000,

	/* A DTLS message waits for those before it: a lost one is sent again after one second. */
	DTLS_WAIT_US = 2000000,
};
