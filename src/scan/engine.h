/*
 * engine.h: finds open ports. Two engines stand behind this interface, one that connects and one
 * that sends raw packets (engine_raw.h): both tell open ports by on_open, the connect engine with
 * the connected socket in hand, so that no connection is spent twice. Targets have an index, in the
 * order of the walk (which seed, shard and targets make the same again); an index is finished when
 * its port is known not to be open, or when the caller says that it is done with the open one.
 * Below the low-water mark every index is finished: it is the run's checkpoint.
 */
#pragma once

#include "net/budget.h"
#include "net/loop.h"
#include "scan/walk.h"

struct open {
	struct addr addr;
	uint16_t port;
	int fd; /* connected, now the receiver's, with its budget; -1 from engines that have none */
	uint64_t index; /* to give back to engine_finished */
	const char *name; /* the target's own name, or ""; valid during the call */
	bool alone; /* the port was written as a single port */
};

/* What may have cost something, and need not end the scan. */
enum mishap {
	MISHAP_UNSENT, /* packets that this machine did not take */
	MISHAP_UNHEARD, /* answers that an ear had no room for */
	MISHAP_FORGOTTEN, /* open ports that the list of them had no room for */
	MISHAP_UNHELD, /* open ports that were believed for want of room (hosts.h) */
	MISHAP_NEIGHBOURS, /* hosts of local networks that the table had no room for */
	MISHAPS
};

struct engine_counts {
	/* Targets of this worker's share from `first` on; about, until all were taken. */
	uint64_t total;
	uint64_t taken; /* of them, those that the walk has come to */
	uint64_t tried; /* connections begun, repetitions too */
	/* Targets by their end: their sum is `taken` when all are done. */
	uint64_t open, refused, timeout, unreachable, local_errors;
	/* Every index of this share below it is finished or held; targets_count when all are. */
	uint64_t low_water;
	/* Of those before it so many have been asked once only, and may be asked again. */
	uint64_t owed;
	uint64_t busy; /* times that this machine was out of something, and we slowed down */
	/* Of raw packets: */
	uint64_t probes; /* sent; `tried` too */
	uint64_t probed, answered; /* targets that they went to, and of these */
	uint64_t absent; /* unreachable for nobody answered ARP or NDP: not probed */
	uint64_t disbelieved; /* open, as all ports of their hosts are: not told open (hosts.h) */
	/* Of open ports so many thousandths are found, and of so many, by estimate (survey.h); 0
	 * and 0: nothing tells. */
	uint64_t covered, surveyed;
	unsigned passes; /* begun, the most of any target */
	uint64_t mishaps[MISHAPS];
};

/* No errnos, but reasons like them. */
enum {
	ENGINE_PROHIBITED = 1000, /* a firewall on the way says so (ICMP) */
	ENGINE_BROADCAST, /* all hosts of a network of ours: nothing was sent */
	ENGINE_LIES, /* every port answers as open */
	ENGINE_EXPIRED, /* a packet met as many routers as it may (ICMP) */
	ENGINE_MISHAP, /* and the MISHAPS - 1 after it: times, not hosts */
};

struct engine_ops {
	void (*on_open)(void *context, const struct open *open);
	/* All targets tried and finished. Once, and last; the engine may be freed. */
	void (*on_done)(void *context);
	/* For the summary: at most once per address and reason. May be NULL. */
	void (*on_unreachable)(void *context, const struct addr *a, uint16_t port, int os_error);
	/* A host that says that every port is open: of it only ports that TLS lives on are told
	 * open. At most once per address. May be NULL. */
	void (*on_liar)(void *context, const struct addr *a);
	/* One line for the user: this goes ill; or, at last, the scan should be stopped, so that it
	 * can be resumed when it goes well again. May be NULL. */
	void (*on_trouble)(void *context, const char *text, bool is_last);
	/* Of a fed engine: this one is not open. It is never done. */
	void (*on_closed)(void *context, uint64_t index);
};

struct engine_config {
	const struct targets *targets; /* must outlive the engine */
	uint64_t seed; /* of the permutation: kept in the run, a resume walks the same way */
	uint64_t first; /* index to begin at (a resume) */
	uint64_t owed; /* so many before it have been asked once (engine_counts) */
	const uint64_t *held; /* open ports below it that were found before (engine_held) */
	size_t n_held;
	struct walk_share share;
	uint64_t timeout_us;
	unsigned retries; /* after a time-out */
	struct neigh *neigh; /* NULL: local networks are not watched (net/neigh.h) */
	bool fed; /* walks nothing: it is told what to try (engine_connect_ask) */
};

struct engine;

enum { ENGINE_HELD_MAX = 4096 };

/* What an engine does; the first member of each is a struct engine. */
struct engine_kind {
	struct err (*start)(struct engine *e);
	void (*stop)(struct engine *e);
	void (*free)(struct engine *e);
	void (*finished)(struct engine *e, uint64_t index);
	struct engine_counts (*counts)(const struct engine *e);
	void (*pause)(struct engine *e, bool paused);
	size_t (*held)(const struct engine *e, uint64_t ret_index[ENGINE_HELD_MAX]);
};

struct engine {
	const struct engine_kind *kind;
};

must_use struct err engine_connect_new(struct loop *loop, struct budget *budget,
    const struct engine_config *config, const struct engine_ops *ops, void *context,
    struct engine **ret_engine);
/* A fed engine tries this index, too; false: it has enough to do for now. */
bool engine_connect_ask(struct engine *e, uint64_t index);
void engine_free(struct engine *e); /* NULL is fine */
must_use struct err engine_start(struct engine *e);
/* No new targets; what is in flight is abandoned. */
void engine_stop(struct engine *e);
void engine_finished(struct engine *e, uint64_t index);
struct engine_counts engine_counts(const struct engine *e);
/* What became of targets and connections, and mishaps: of another engine's. */
void engine_counts_add(struct engine_counts *to, const struct engine_counts *of);
/* Open ports below the low-water mark that the caller has not done with: a checkpoint has both. */
size_t engine_held(const struct engine *e, uint64_t ret_index[ENGINE_HELD_MAX]);
/* Back-pressure: while paused no new connection is begun. */
void engine_pause(struct engine *e, bool paused);
