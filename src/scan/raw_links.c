/*
 * raw_links.c: an ear hears answers to the ports of its own worker, so that no worker sees those of
 * another; and what tells of neighbours and of unreachable networks, which concerns all. A packet
 * that passes several interfaces of this machine (a bridge and its port) is heard as often.
 */
#include "scan/raw_links.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

static struct err answers_open(
    const struct source_ports *ports, struct caplive **ret_ear, const char **ret_problem)
{
	char filter[256];
	const struct caplive_config config = {
	    .interface = "any", .filter = filter, .ring_bytes = EAR_BYTES, .wait_ms = EAR_WAIT_MS};

	/* Destination unreachable, time exceeded, parameter problem. */
	snprintf(filter, sizeof(filter),
	    "(tcp and dst portrange %u-%u) or (icmp and (icmp[0] = 3 or icmp[0] = 11 or"
	    " icmp[0] = 12)) or (icmp6 and (ip6[40] = 1 or ip6[40] = 3 or ip6[40] = 4))",
	    ports->first, ports->first + ports->n - 1u);
	return caplive_open(&config, ret_ear, ret_problem);
}

static struct err neighbours_open(
    const char *interface, struct caplive **ret_ear, const char **ret_problem)
{
	const struct caplive_config config = {.interface = interface,
	    .filter = "arp or (icmp6 and ip6[40] = 136)",
	    .ring_bytes = NEIGHBOUR_EAR_BYTES,
	    .wait_ms = NEIGHBOUR_EAR_WAIT_MS};

	return caplive_open(&config, ret_ear, ret_problem);
}

static struct err link_open(
    struct raw_link *l, const struct raw_links_config *config, const char **ret_problem)
{
	const struct link_info *info = routes_link(config->routes, l->index);
	const struct raw_link *like =
	    config->proven ? raw_links_find(config->proven, l->index) : NULL;
	const struct tx_config tx = {.link = l->index,
	    .kind = config->tx,
	    .queue = config->worker,
	    .proven = like ? tx_kind(like->tx) : TX_AUTO};
	const struct tx_config plain = {.link = l->index, .kind = TX_MMSG};
	struct err e;

	if (!info)
		return err_bug("a link that no route knows");
	e = tx_open(&tx, &l->tx);
	/* The link has not a queue for each worker. */
	if (err_is(e) && config->worker > 0 && config->tx == TX_XDP)
		e = tx_open(&plain, &l->tx);
	return err_is(e) ? e : neighbours_open(info->name, &l->ear, ret_problem);
}

struct err raw_links_open(
    const struct raw_links_config *config, struct raw_links **ret_links, const char **ret_problem)
{
	struct raw_links *l = calloc(1, sizeof(*l));
	struct err e = OK;

	*ret_problem = NULL;
	if (!l)
		return err_limit("out of memory");
	*l = (struct raw_links){.routes = config->routes, .ports = config->ports};
	if (config->n_links > RAW_LINKS_MAX)
		e = err_limit("too many interfaces lead to the targets");
	else
		e = answers_open(&config->ports, &l->ear, ret_problem);
	for (size_t i = 0; i < config->n_links && !err_is(e); i++) {
		l->v[l->n].index = config->links[i];
		e = link_open(&l->v[l->n++], config, ret_problem);
	}
	if (err_is(e))
		raw_links_close(l);
	else
		*ret_links = l;
	return e;
}

void raw_links_close(struct raw_links *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++) {
		tx_close(l->v[i].tx);
		caplive_close(l->v[i].ear);
	}
	caplive_close(l->ear);
	free(l);
}

uint64_t raw_links_unheard(const struct raw_links *l)
{
	uint64_t n = caplive_counts(l->ear).dropped;

	for (size_t i = 0; i < l->n; i++)
		n += caplive_counts(l->v[i].ear).dropped;
	return n;
}

struct raw_link *raw_links_find(struct raw_links *l, int index)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].index == index)
			return &l->v[i];
	return NULL;
}
