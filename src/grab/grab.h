/*
 * grab.h: everything that can be learnt about the certificates of one open port: which dialect,
 * which hello, which names, both key types; at most three connections per (endpoint, server name,
 * key type), all counted. Emits observations with their chains, then says that the task is
 * finished.
 */
#pragma once

#include "net/budget.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/neigh.h"
#include "observe/observation.h"
#include "wire/hello.h"

/* What an earlier scan learnt: where to begin. Zeros: nothing known. */
struct grab_hint {
	uint8_t starttls;
	uint8_t hello; /* enum hello_variant */
	bool known;
	bool one_key; /* the other key type was refused last time */
};

struct grab_task {
	struct addr addr;
	uint16_t port;
	int fd; /* connected, owned from here on, its budget already taken; or -1 */
	uint64_t tag; /* the caller's, given back by finished() */
	bool may_speak; /* false: a fragile port in a range; it is noted as open and left alone */
	const char *name; /* the target's own name; "" if it was an address. Copied. */
};

struct grab_config {
	/* --sni: every endpoint is asked with each; NULL-ended, may be NULL */
	const char *const *names;
	bool one_key;
	bool resolve; /* PTR names may be asked for */
	uint64_t connect_us, step_us, total_us;
	uint64_t run;
	struct neigh *neigh; /* NULL: local networks are not watched (net/neigh.h) */
};

struct grab_ops {
	/* One observation; n DERs, leaf first (0: none), valid during the call. obs->chain is not
	 * set yet. */
	void (*observed)(void *context, struct observation *obs, const struct span *der, size_t n);
	void (*finished)(void *context, uint64_t tag);
	/* Tasks under way wait for the budget: true asks those who share it to begin nothing new
	 * until it is called again with false. Or the second connections would starve behind the
	 * first ones of others, and the tasks pile up. May be NULL. */
	void (*busy)(void *context, bool busy);
	/* What is known of this endpoint; name may be "". */
	struct grab_hint (*hint)(
	    void *context, const struct addr *a, uint16_t port, const char *name);
};

struct grab;

must_use struct err grab_new(struct loop *loop, struct budget *budget, struct dns *dns,
    struct key_shares *shares, const struct grab_config *config, const struct grab_ops *ops,
    void *context, struct grab **ret_grab);
void grab_free(struct grab *g);
/* Never blocks; finished() comes later, exactly once. */
void grab_start(struct grab *g, const struct grab_task *task);
/* Tasks not finished yet. */
size_t grab_pending(const struct grab *g);
