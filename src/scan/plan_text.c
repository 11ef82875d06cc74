/*
 * plan_text.c: one line a fact, its name in a column of its own; a line for each way that targets
 * go, so that somebody who knows the network sees what is wrong before anything is sent.
 */
#include "scan/plan_text.h"

#include "base/time.h"

enum { NAME_COLUMNS = 14 };

static void name_put(struct buf *b, const char *name)
{
	buf_printf(b, "%-*s", NAME_COLUMNS, name);
}

static void count_put(struct buf *b, uint64_t n, const char *one, const char *many)
{
	buf_printf(b, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

static void from_put(struct buf *b, const struct route *way)
{
	char from[ADDR_TEXT_MAX];

	buf_printf(b, ", from %s", addr_text(&way->from, from));
}

static void gateway_put(struct buf *b, const struct route *way)
{
	const uint8_t *m = way->mac;
	char gateway[ADDR_TEXT_MAX];

	buf_printf(b, " by %s", addr_text(&way->gateway, gateway));
	if (way->has_mac)
		buf_printf(
		    b, " (%02x:%02x:%02x:%02x:%02x:%02x)", m[0], m[1], m[2], m[3], m[4], m[5]);
	else
		buf_str(b, " (whose MAC is to be asked for)");
}

static void raw_way_put(struct buf *b, const struct route *way)
{
	if (way->kind == ROUTE_GATEWAY)
		gateway_put(b, way);
	else
		buf_printf(b, " of a local network, probed where %s answers",
		    addr_is_v4(&way->from) ? "ARP" : "NDP");
	from_put(b, way);
}

static void way_put(struct buf *b, const struct plan_facts *f, const struct route *way)
{
	const struct link_info *link = routes_link(f->routes, way->link);

	name_put(b, link ? link->name : "-");
	count_put(b, way->hosts, "address", "addresses");
	if (way->kind == ROUTE_NONE)
		buf_printf(b, " left out: %s", way->why);
	else if (way->kind == ROUTE_CONNECT)
		buf_printf(b, " by connections: %s", way->why);
	else if (f->sender)
		raw_way_put(b, way);
	else
		from_put(b, way);
	buf_str(b, "\n");
}

static void ways_put(struct buf *b, const struct plan_facts *f)
{
	const struct route *ways;
	size_t n;

	ways = routes_ways(f->routes, &n);
	for (size_t i = 0; i < n; i++)
		if (ways[i].hosts)
			way_put(b, f, &ways[i]);
}

static uint64_t probes(const struct plan_facts *f)
{
	return targets_count(f->targets) / f->shards;
}

static void engine_put(struct buf *b, const struct plan_facts *f)
{
	name_put(b, "engine");
	if (f->sender)
		buf_printf(b, "raw, sending by %s, from ports %u to %u\n", f->sender,
		    f->ports.first, f->ports.first + f->ports.n - 1u);
	else
		buf_str(b, "connect\n");
}

static void targets_put(struct buf *b, const struct plan_facts *f)
{
	name_put(b, "targets");
	count_put(b, targets_hosts(f->targets), "address, ", "addresses, ");
	count_put(b, probes(f), "port to ask", "ports to ask");
	if (f->shards > 1)
		buf_printf(b, " in this of %u shards", f->shards);
	if (f->sender)
		buf_str(b, "; the silent once more where it pays");
	else if (f->tries > 1)
		buf_printf(b, "; the silent %u times", f->tries);
	buf_str(b, "\n");
}

/* A host that answers nothing holds each of its turns until the time-out, and is asked again; the
 * hosts wait beside each other, as far as there are connections. 0: no longer than the rate. */
static uint64_t silent_seconds(const struct plan_facts *f, uint64_t seconds)
{
	uint64_t waits = probes(f) * f->tries;
	uint64_t hosts = targets_hosts(f->targets);
	uint64_t at_once = hosts * f->per_host;
	uint64_t silent;

	if (f->sender || f->per_host == 0 || hosts == 0)
		return 0;
	if (f->concurrency && f->concurrency < at_once)
		at_once = f->concurrency;
	silent = (waits + at_once - 1) / at_once * f->timeout_s;
	if (f->rate && silent < waits / f->rate)
		silent = waits / f->rate;
	return silent > seconds ? silent : 0;
}

static void time_put(struct buf *b, const struct plan_facts *f)
{
	uint64_t seconds = f->rate ? (probes(f) + f->rate / 2) / f->rate : 0;
	uint64_t silent = silent_seconds(f, seconds);
	char text[TIME_TEXT_MAX];

	if (f->rate == 0)
		return;
	name_put(b, "time");
	buf_printf(b, "about %s to ask each once, at %s%u %s a second\n",
	    time_duration_text(seconds ? (int64_t)seconds : 1, text), f->adaptive ? "up to " : "",
	    f->rate, f->sender ? "packets" : "connections");
	if (silent)
		buf_printf(b, "%*sabout %s if none of the hosts answers\n", NAME_COLUMNS, "",
		    time_duration_text((int64_t)silent, text));
}

void plan_text(const struct plan_facts *facts, struct buf *text)
{
	engine_put(text, facts);
	targets_put(text, facts);
	if (facts->routes)
		ways_put(text, facts);
	time_put(text, facts);
}
