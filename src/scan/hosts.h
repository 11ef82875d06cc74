/*
 * hosts.h: which hosts say "open" of every port. A tarpit, a SYN proxy, some firewalls answer each
 * SYN, and a scan of a thousand ports would knock a thousand times. So a host with an open port is
 * asked for a port that nobody uses; if that is open, for another; if that is open too, the host is
 * a liar, of whom only the ports that TLS is known to live on are believed.
 *
 * An open port elsewhere waits (about a second) until its host is known. The table is bounded: for
 * a host that finds no room in it all ports are believed.
 */
#pragma once

#include "base/siphash.h"
#include "inet/addr.h"

enum hosts_say {
	HOSTS_GO, /* the port is open */
	HOSTS_HOLD, /* on_settled will tell */
	HOSTS_LIAR, /* nobody knows, and nobody should ask */
};

/* None of them may call back into this table. */
struct hosts_ops {
	/* A held port, by the number it was held with: given up for a liar's, or open. */
	void (*on_settled)(void *context, uint64_t held, bool is_liar);
	/* Once, unless the host was forgotten in between. May be NULL. */
	void (*on_liar)(void *context, const struct addr *a);
	/* Ports that are scanned anyway are no decoys. */
	bool (*is_scanned)(void *context, const struct addr *a, uint16_t port);
};

struct hosts_counts {
	uint64_t known; /* hosts with an open port */
	uint64_t liars;
	uint64_t disbelieved; /* ports of theirs, held or told of later */
	uint64_t decoys; /* probes */
	uint64_t forgotten; /* hosts that made room for others */
	uint64_t unheld; /* ports believed for lack of room */
};

struct hosts;

/* The key chooses the decoys, too: nobody else can tell them. */
must_use struct err hosts_new(const struct siphash_key *key, const struct hosts_ops *ops,
    void *context, struct hosts **ret_hosts);
/* What is held is told of no more. */
void hosts_free(struct hosts *h);

/* A port of this host is open, told once a port. is_usual: one that TLS lives on, which is never
 * held. held: what on_settled is told of it. */
enum hosts_say hosts_opened(struct hosts *h, const struct addr *a, bool is_usual, uint64_t held);
/* So long a decoy's answer is waited for, each time: what answers come in here. DECOY_WAIT_US at
 * first, and at most. */
void hosts_patience(struct hosts *h, uint64_t wait_us);
/* The next decoy to be asked now; false: none. Call it as often as packets may go: hosts are
 * settled in it, too. */
bool hosts_decoy_due(struct hosts *h, uint64_t now_us, struct addr *ret_addr, uint16_t *ret_port);
/* What answered from a port that may be a decoy. false: it is none. True does not say that the port
 * is no target: where all ports are scanned, the decoys are. */
bool hosts_decoy_answer(struct hosts *h, const struct addr *a, uint16_t port, bool is_open);
/* Not later than hosts_decoy_due has something to do; UINT64_MAX: never. While it is not, the scan
 * is not over. */
uint64_t hosts_next_us(const struct hosts *h);
struct hosts_counts hosts_counts(const struct hosts *h);
