/*
 * limits.h: this room's maxima.
 */
#pragma once

/* Descriptors are the true limit; this keeps the table of hosts below 50 MB. */
enum { BUDGET_OPEN_MAX = 1 << 20 };
/* What may go out at once when the loop comes late: longer than its tick, and no flood. */
enum { BUDGET_BURST_US = 10000 };
/* Interfaces and on-link routes looked at: more than any host that should be scanning has. */
enum { LINKS_MAX = 4096, ROUTES_MAX = 4096 };
/* Routing rules with ports and policies of IPsec: each is looked at for each stretch of
 * addresses. */
enum { KERNEL_ONLY_MAX = 4096 };
/* Where routes begin and end, each two questions to the kernel of 7 us: a hundred thousand routes
 * cost 3 s at start. A router with the Internet's full table has more, and is no place to scan
 * from. */
enum { CUTS_MAX = 1 << 20 };
/* Ways that differ in link, next hop or source address: distinct next hops of a router. */
enum { WAYS_MAX = 4096 };
/* What a look at all ways may cost a worker, which sends and hears nothing meanwhile: 3,000
 * routes. */
enum { WAYS_LOOK_MAX_US = 100 * 1000 };
/* How long a refused one is waited for to come again: several of its own pauses. */
enum { BUDGET_YIELD_US = 100000 };
/* A time zone's table: real ones have 4 KiB at most. */
enum { ZONE_FILE_MAX = 64 * 1024 };
/* Source ports of a worker: a pair for what is asked twice; more spread the probes over the paths
 * of routers that choose by port. Few, so that one window is easily found. */
enum { SOURCE_PORTS_EACH = 16, SOURCE_PORTS_MIN = 2 };
/* Answers to a multicast question: more than any link has hosts, each heard four times or so. */
enum { NEIGHBOURS_MAX = 1 << 17 };
