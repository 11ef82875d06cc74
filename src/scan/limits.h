/*
 * limits.h: this room's maxima.
 */
#pragma once

/* Targets that a fed connect engine has in hand, for what can be in flight at once. */
enum { FED_MAX = 1 << 15 };
/* How far the walk may be ahead of its oldest unfinished target: a slow handshake of half a minute
 * at 100,000 targets a second. A bit each: 512 KB. At the limit the walk waits. */
enum { WINDOW_MAX = 1 << 22 };
/* Targets that wait for their busy host (150 bytes each). At the limit the walk waits. */
enum { PARKED_MAX = 8192 };
/* Hosts and reasons told of as unreachable; more are only counted (8 bytes each). */
enum { TOLD_MAX = 1 << 16 };
/* Attempts begun before the loop gets its turn again. */
enum { BEGUN_A_TURN = 256 };
/* How often, after ever longer pauses, this machine may lack room for a target: about 90 s. */
enum { BUSY_TRIES_MAX = 100, BUSY_PAUSE_MIN_US = 1000, BUSY_PAUSE_MAX_US = 1000000 };
/* Hosts of local networks whose MACs are known: more than any link has, and 50 MB of rows. */
enum { MACS_MAX = 1 << 20 };
/* Questions a second to a local network, all workers together: 3 Mbit/s of broadcasts, where
 * switches call one per cent of a gigabit a storm, and a /20 in a second. Ahead at most: a late
 * timer's time. */
enum { SWEEP_RATE_MAX = 5000, SWEEP_BURST_US = 20000 };
/* Hosts looked at in one step of the sweep, so that the loop gets its turn. */
enum { SWEEP_LOOKS_MAX = 1 << 16 };
/* Stretches of targets on local networks: each of this machine's addresses cuts one in two. */
enum { SWEEP_ROWS_MAX = 1 << 16 };
/* Interfaces that lead to the targets of one scan. */
enum { RAW_LINKS_MAX = 16 };
/* What an ear holds while its worker is busy elsewhere: a second of 50,000 answers a second, or of
 * the neighbours that are asked in it. And how late they are heard at the most: the pace lives by
 * answers. */
enum { EAR_BYTES = 8 << 20, EAR_WAIT_MS = 4 };
enum { NEIGHBOUR_EAR_BYTES = 2 << 20, NEIGHBOUR_EAR_WAIT_MS = 20 };
/* Next hops that a frame is kept ready for; of more the oldest is made anew. */
enum { HOPS_MAX = 64 };
/* A link that is down is waited for: as long as a switch port with spanning tree needs (802.1D: 2 x
 * 15 s). */
enum { LINK_WAIT_US = 30 * 1000 * 1000 };
/* Steps of the walk looked at before the loop gets its turn again. */
enum { STEPS_A_TURN = 2048 };
/* Passes over those that do not answer, however much is lost. */
enum { PASSES_MAX = 8 };
/* Open ports that the receiver has not done with, 8 bytes each; at the limit no new probe goes. */
enum { PENDING_MAX = 1 << 16 };
/* And what a list of steps may have: those that were under way then may be open, too. */
enum { STEPS_MAX = 4 * PENDING_MAX };
/* Packets a second that an adaptive scan begins with, where nobody says otherwise: a busy
 * browser's. Below the least no scan ends. */
enum { PACE_START = 1000, PACE_LEAST = 50 };
/* Two probes 200 ms apart, then their answers' time: so long until the sample tells of a rate. */
enum { PACE_LAG_US = 2500000 };
/* What who comes late may still make good: the machine was busy, not the network free. */
enum { PACE_MISSED_US = 100000 };
/* Hosts with an open port that are remembered, 150 bytes each: the unused longest makes room. */
enum { HOSTS_MAX = 1 << 16 };
/* Open ports that wait until their host is known, 16 bytes each. */
enum { HELD_MAX = 1 << 16 };
/* A decoy is asked so often, and waited for so long each time: a liar behind a line that loses a
 * tenth is found out in 998 of 1000 cases, an honest host that says nothing holds for a second. */
enum { DECOY_TRIES = 3, DECOY_WAIT_US = 400000 };
/* Resets a second of SYN-ACKs that are not the first, as many at once: further passes bring few,
 * and who repeats himself without end gets no more. */
enum { REPEATS_RATE = 100, REPEATS_BURST_US = 1000000 };
/* Rows of ceilings, 8 bytes each: those of a /16 share none. What may go in one go; a /24's share
 * in a tick of a millisecond varies by chance. */
enum { CEILING_HOSTS = 1 << 16, CEILING_NETS = 1 << 12, CEILING_BURST_US = 50000 };
