/*
 * prober.c: the lower half of our source ports is for first probes, the upper for those that the
 * sample repeats: so an answer tells which of the two it is for.
 */
#include "scan/prober.h"

void prober_init(
    struct prober *p, struct raw_links *links, struct sweep *sweep, const struct siphash_key *key)
{
	*p = (struct prober){.links = links, .sweep = sweep, .key = *key};
}

static bool is_ours(const struct prober *p, const struct route *route)
{
	return (route->kind == ROUTE_ON_LINK || (route->kind == ROUTE_GATEWAY && route->has_mac)) &&
	       raw_links_find(p->links, route->link);
}

static struct hop *hop_new(struct prober *p, const struct route *route)
{
	struct hop *h = &p->hops[p->next_hop++ % HOPS_MAX];
	struct syn_way way = {.from = route->from};

	memcpy(way.mac_from, routes_link(p->links->routes, route->link)->mac, 6);
	memcpy(way.mac_to, route->mac, 6);
	h->route = route;
	h->link = raw_links_find(p->links, route->link);
	syn_init(&h->frame, &way);
	p->n_hops += p->n_hops < HOPS_MAX;
	return h;
}

static struct hop *hop_of(struct prober *p, const struct route *route)
{
	if (p->last && p->last->route == route)
		return p->last;
	p->last = NULL;
	for (size_t i = 0; i < p->n_hops && !p->last; i++)
		if (p->hops[i].route == route)
			p->last = &p->hops[i];
	if (!p->last)
		p->last = hop_new(p, route);
	return p->last;
}

/* The address of who takes the frame; NULL: nobody is there. */
static const uint8_t *mac_of(
    const struct prober *p, const struct route *route, const struct addr *a)
{
	return route->kind == ROUTE_ON_LINK ? sweep_mac(p->sweep, a) : route->mac;
}

static uint16_t port_of(const struct prober *p, const struct probe_way *way)
{
	const struct source_ports *ports = &p->links->ports;
	uint32_t half = ports->n / 2u, at = (uint32_t)((way->step + way->pass) % half);

	return (uint16_t)(ports->first + (way->second ? half : 0) + at);
}

enum probed prober_send(struct prober *p, const struct target *t, const struct probe_way *way)
{
	const struct route *route = routes_find(p->links->routes, &t->addr);
	uint16_t from = port_of(p, way);
	const uint8_t *mac;
	struct hop *hop;
	uint8_t *frame;

	if (!is_ours(p, route))
		return route->kind == ROUTE_NONE ? PROBE_NO_WAY : PROBE_ELSEWHERE;
	mac = mac_of(p, route, &t->addr);
	if (!mac)
		return PROBE_ABSENT;
	hop = hop_of(p, route);
	frame = tx_frame(hop->link->tx);
	if (!frame)
		return PROBE_FULL;
	tx_put(hop->link->tx, syn_write(&hop->frame, frame, mac, &t->addr, from, t->port,
				  cookie_of(&p->key, &route->from, &t->addr, from, t->port)));
	return PROBE_SENT;
}

struct err prober_flush(struct prober *p)
{
	struct err first = OK;

	p->stuck = NULL;
	for (size_t i = 0; i < p->links->n; i++) {
		struct err e = tx_flush(p->links->v[i].tx);

		if (!err_is(e) || p->stuck)
			continue;
		first = e;
		p->stuck = routes_link(p->links->routes, p->links->v[i].index);
	}
	return first;
}

struct tx_counts prober_counts(const struct prober *p)
{
	struct tx_counts all = {0};

	for (size_t i = 0; i < p->links->n; i++) {
		struct tx_counts one = tx_counts(p->links->v[i].tx);

		all.sent += one.sent;
		all.dropped += one.dropped;
	}
	return all;
}

bool prober_knows(const struct prober *p, const struct answer *a)
{
	const struct source_ports *ports = &p->links->ports;

	return a->our_port >= ports->first && a->our_port < ports->first + ports->n &&
	       cookie_of(&p->key, &a->to, &a->from, a->our_port, a->port) == a->cookie;
}

/* Passes from 1 to half the ports: of the usual 16 that is PASSES_MAX. */
struct probe_way prober_way(const struct prober *p, const struct answer *a, uint64_t step)
{
	const struct source_ports *ports = &p->links->ports;
	uint32_t half = ports->n / 2u, at = (uint32_t)(a->our_port - ports->first);
	uint32_t before = at % half + 2 * half - (uint32_t)(step % half) - 1;

	return (struct probe_way){.step = step, .pass = before % half + 1, .second = at >= half};
}

bool prober_reset(struct prober *p, const struct answer *a)
{
	const struct route *route = routes_find(p->links->routes, &a->from);
	const uint8_t *mac = is_ours(p, route) ? mac_of(p, route, &a->from) : NULL;
	struct hop *hop = mac ? hop_of(p, route) : NULL;
	uint8_t *frame = hop ? tx_frame(hop->link->tx) : NULL;

	if (!frame)
		return false;
	tx_put(hop->link->tx, syn_write_reset(&hop->frame, frame, mac, &a->from, a->our_port,
				  a->port, a->cookie + 1));
	return true;
}
