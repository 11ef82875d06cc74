/*
 * sweep.c: a few passes over the hosts on local networks, each asking who has not answered, and a
 * wait after each, longer every time: the first catches nearly all, a lost frame or a sleeping
 * radio costs the second; if that finds somebody, there may be more, and there is a third. Hosts
 * are walked by their numbers in the targets, never listed. Everybody on the link has to look at
 * each question by ARP, so there is a rate of our own below the scan's.
 */
#include "scan/sweep.h"

#include "base/bucket.h"
#include "base/vec.h"
#include "inet/arp.h"
#include "inet/ndp.h"
#include "scan/limits.h"
#include "scan/macs.h"

#include <stdlib.h>

static const uint64_t waits_us[] = {250000, 500000, 750000};

enum { PASSES = sizeof(waits_us) / sizeof(waits_us[0]) };

/* Hosts in a row that are on one link. */
struct row {
	struct stretch hosts;
	const struct route *route;
};

struct sweep {
	struct sweep_config config;
	struct row *rows;
	size_t n_rows, cap;
	struct macs macs;
	/* The walk: */
	unsigned pass;
	size_t row;
	uint64_t host; /* within the row */
	size_t present_before; /* the pass */
	uint64_t wait_until_us; /* 0: the pass is not at its end */
	uint64_t over_us; /* 0: there may be another pass */
	struct bucket rate;
	struct sweep_counts counts;
};

static struct err add_row(struct sweep *s, struct stretch hosts, const struct route *route)
{
	struct row *v;

	if (hosts.n == 0)
		return OK;
	v = vec_room(s->rows, s->n_rows, &s->cap, sizeof(*v), SWEEP_ROWS_MAX);
	if (!v)
		return err_limit("too many local networks");
	s->rows = v;
	v[s->n_rows++] = (struct row){hosts, route};
	return OK;
}

static bool is_asked(const struct sweep *s, const struct route *route)
{
	const struct sweep_config *c = &s->config;

	return route->kind == ROUTE_ON_LINK && (!c->reaches || c->reaches(c->context, route->link));
}

static struct err add_rows(struct sweep *s)
{
	const struct route *route;
	struct range range;
	struct err e = OK;
	size_t at = 0;

	while (!err_is(e) && routes_next(s->config.routes, &at, &range, &route)) {
		struct stretch hosts[2];

		if (!is_asked(s, route))
			continue;
		targets_hosts_in(s->config.targets, range, hosts);
		e = add_row(s, hosts[0], route);
		if (!err_is(e))
			e = add_row(s, hosts[1], route);
	}
	return e;
}

struct err sweep_new(const struct sweep_config *config, struct sweep **ret_sweep)
{
	struct sweep *s = calloc(1, sizeof(*s));
	struct err e;

	if (!s)
		return err_limit("out of memory");
	s->config = *config;
	s->macs.key = config->key;
	bucket_init(&s->rate, SWEEP_RATE_MAX / config->share.workers + 1, SWEEP_BURST_US);
	e = add_rows(s);
	if (err_is(e)) {
		sweep_free(s);
		return e;
	}
	*ret_sweep = s;
	return OK;
}

void sweep_free(struct sweep *s)
{
	if (!s)
		return;
	macs_done(&s->macs);
	free(s->rows);
	free(s);
}

static bool is_mine(const struct sweep *s, uint64_t host)
{
	const struct walk_share *w = &s->config.share;

	return walk_deals(w, host) && (w->shards == 1 || targets_host_in_shard(s->config.targets,
							     host, w->shard, w->shards));
}

/* false: no room to send now. */
static bool ask(struct sweep *s, const struct route *route, const struct addr *whom)
{
	const struct link_info *link = routes_link(s->config.routes, route->link);
	uint8_t frame[ICMP_FRAME_MAX];
	size_t n = addr_is_v4(whom) ? arp_write_request(frame, link->mac, &route->from, whom)
				    : ndp_write_solicit(frame, link->mac, &route->from, whom);

	return s->config.send(s->config.context, route->link, frame, n);
}

static bool all_are_there(const struct sweep *s)
{
	return s->macs.n == s->counts.hosts;
}

static bool at_end(const struct sweep *s)
{
	return s->row == s->n_rows;
}

static bool is_last(const struct sweep *s)
{
	return s->pass == PASSES - 1 || (s->pass > 0 && s->macs.n == s->present_before);
}

/* Goes on to the next pass when it is time for it, or ends. */
static void turn(struct sweep *s, uint64_t now_us)
{
	if (s->wait_until_us == 0)
		s->wait_until_us = now_us + waits_us[s->pass];
	if (now_us < s->wait_until_us || all_are_there(s) || s->over_us)
		return;
	if (is_last(s)) {
		s->over_us = now_us;
		return;
	}
	s->pass++;
	s->present_before = s->macs.n;
	s->row = 0;
	s->host = 0;
	s->wait_until_us = 0;
}

static void forward(struct sweep *s, bool is_mine)
{
	if (s->pass == 0)
		s->counts.hosts += is_mine;
	if (++s->host < s->rows[s->row].hosts.n)
		return;
	s->host = 0;
	s->row++;
}

uint32_t sweep_step(struct sweep *s, uint32_t allowed, uint64_t now_us)
{
	uint32_t asked = 0;
	uint64_t wait_us; /* the caller comes again anyway */

	if (at_end(s))
		turn(s, now_us);
	for (uint32_t looks = 0; looks < SWEEP_LOOKS_MAX && asked < allowed && !at_end(s);
	     looks++) {
		const struct row *row = &s->rows[s->row];
		uint64_t host = row->hosts.first + s->host;
		struct addr a = targets_host(s->config.targets, host);
		bool mine = is_mine(s, host), missing = mine && !macs_get(&s->macs, &a);

		if (missing && !(bucket_take(&s->rate, now_us, &wait_us) && ask(s, row->route, &a)))
			break;
		asked += missing;
		forward(s, mine);
	}
	s->counts.sent += asked;
	return asked;
}

/* Which host has this address and is asked over this link; false: none of ours. */
static bool is_wanted(const struct sweep *s, int link, const struct addr *a)
{
	unsigned __int128 number = addr_number(a);
	const struct route *route = routes_find(s->config.routes, a);
	struct stretch hosts[2];

	if (route->kind != ROUTE_ON_LINK || route->link != link)
		return false;
	targets_hosts_in(s->config.targets, (struct range){number, number}, hosts);
	return (hosts[0].n && is_mine(s, hosts[0].first)) ||
	       (hosts[1].n && is_mine(s, hosts[1].first));
}

void sweep_heard(struct sweep *s, int link, const struct frame *f)
{
	struct addr who;
	uint8_t mac[6];

	if (!arp_read(f, &who, mac) && !ndp_read(f, &who, mac))
		return;
	if (addr_is_link_local(&who))
		who.zone = (uint32_t)link;
	if (is_wanted(s, link, &who))
		(void)macs_put(&s->macs, &who, mac);
}

bool sweep_done(const struct sweep *s, uint64_t now_us)
{
	if (!at_end(s))
		return false;
	return all_are_there(s) || (s->over_us && now_us >= s->over_us);
}

const uint8_t *sweep_mac(const struct sweep *s, const struct addr *a)
{
	return macs_get(&s->macs, a);
}

struct sweep_counts sweep_counts(const struct sweep *s)
{
	struct sweep_counts counts = s->counts;

	counts.present = s->macs.n;
	counts.no_room = s->macs.hit;
	return counts;
}
