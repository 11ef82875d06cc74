/*
 * raw_links.h: what a worker's raw engine sends and hears by: of each link that targets lie behind,
 * a sender and an ear for its neighbours; and one ear for answers, which may come by any link,
 * whichever the probe left by. Opened by who may, used by who may not.
 */
#pragma once

#include "link/caplive.h"
#include "link/tx.h"
#include "net/route.h"
#include "net/source_ports.h"
#include "scan/limits.h"

struct raw_link {
	int index;
	struct tx *tx;
	struct caplive *ear; /* ARP replies and neighbour advertisements */
};

struct raw_links {
	struct routes *routes; /* each process has its own after the fork */
	struct source_ports ports; /* of this worker: what is heard comes to one of them */
	struct caplive *ear; /* TCP to these ports, and ICMP errors */
	struct raw_link v[RAW_LINKS_MAX];
	size_t n;
};

struct raw_links_config {
	struct routes *routes; /* must outlive it */
	const int *links; /* their indexes */
	size_t n_links;
	enum tx_kind tx;
	uint32_t worker;
	struct raw_links *proven; /* of another worker, whose senders proved themselves; or NULL */
	struct source_ports ports;
};

/* Needs CAP_NET_RAW. *ret_problem: a text to show, or NULL. */
must_use struct err raw_links_open(
    const struct raw_links_config *config, struct raw_links **ret_links, const char **ret_problem);
void raw_links_close(struct raw_links *l);
/* Packets that found no room in an ear, since the opening. */
uint64_t raw_links_unheard(const struct raw_links *l);
/* NULL: none of ours. */
struct raw_link *raw_links_find(struct raw_links *l, int index);
