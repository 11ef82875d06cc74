/*
 * targets.c: the targets as one numbering of [0, count), in three stretches:
 *
 *	ranges x ports	  number / ports is the host, by prefix sums over the ranges
 *	named x ports	  host names, each asked with its name
 *	pairs		  known open ports, whatever the port set is
 *
 * Nothing is listed but the ranges, the names and the pairs themselves. A host is an address,
 * whatever names it has: addresses in the ranges are numbered first, those that only names and
 * pairs know after.
 */
#include "inet/targets.h"

#include "base/arena.h"
#include "base/siphash.h"
#include "base/vec.h"
#include "inet/limits.h"
#include "inet/range.h"
#include "inet/space.h"

static const char TOO_LARGE[] =
    "an IPv6 network too large to be tried address by address: a /96 at "
    "most (--ipv6-neighbours finds the hosts of local networks)";

/* A host by name (port 0) or a pair. */
struct entry {
	unsigned __int128 number;
	const char *name; /* in the arena, or "" */
	uint16_t port;
};

struct entries {
	struct entry *v;
	size_t n;
	size_t cap;
};

struct targets {
	struct ranges ranges;
	struct ranges excludes;
	struct entries named;
	struct entries pairs;
	struct arena names;
	struct ports ports;
	/* Made by seal: */
	uint64_t *before; /* addresses in the ranges before this one */
	uint16_t *port_list; /* ascending */
	unsigned __int128 *others; /* hosts outside the ranges, ascending */
	size_t n_others;
	uint64_t n_range_hosts;
	uint64_t count;
};

struct err targets_new(struct targets **ret_targets)
{
	struct targets *t = calloc(1, sizeof(*t));
	const struct space *space;
	struct err e = OK;
	size_t n;

	if (!t)
		return err_limit("out of memory");
	arena_init(&t->names, NAME_BYTES_MAX);
	space = spaces(&n);
	for (size_t i = 0; i < n && !err_is(e); i++)
		if (space[i].kind == SPACE_NEVER)
			e = ranges_add(&t->excludes, space[i].range);
	if (err_is(e)) {
		targets_free(t);
		return e;
	}
	*ret_targets = t;
	return OK;
}

void targets_free(struct targets *t)
{
	if (!t)
		return;
	ranges_done(&t->ranges);
	ranges_done(&t->excludes);
	free(t->named.v);
	free(t->pairs.v);
	arena_done(&t->names);
	free(t->before);
	free(t->port_list);
	free(t->others);
	free(t);
}

static bool is_within(struct range inner, struct range outer)
{
	return inner.first >= outer.first && inner.last <= outer.last;
}

/* Refuses what is no target as a whole; larger ranges only lose those addresses. */
static struct err check_target(struct range range)
{
	struct addr first = addr_of_number(range.first);
	const struct space *space;
	size_t n;

	space = spaces(&n);
	for (size_t i = 0; i < n; i++)
		if (space[i].kind == SPACE_NEVER && is_within(range, space[i].range))
			return err_input(0, space[i].what);
	if (addr_is_link_local(&first) && first.zone == 0)
		return err_input(0, "a link-local address needs its interface, as in fe80::1%2");
	return OK;
}

/* Without the reserved blocks that it reaches beyond. A range of IPv6 that does so is too large
 * anyway. */
static struct err add_range(struct targets *t, struct range range)
{
	struct addr first = addr_of_number(range.first);
	const struct space *space;
	struct err e = OK;
	size_t n;

	space = spaces(&n);
	if (!addr_is_v4(&first))
		n = 0;
	for (size_t i = 0; i < n && !err_is(e); i++) {
		struct range block = space[i].range;

		if (space[i].kind != SPACE_RESERVED || block.last < range.first ||
		    block.first > range.last || is_within(range, block))
			continue;
		if (range.first < block.first)
			e = ranges_add(&t->ranges, (struct range){range.first, block.first - 1});
		if (block.last >= range.last)
			return e;
		range.first = block.last + 1;
	}
	return err_is(e) ? e : ranges_add(&t->ranges, range);
}

struct err targets_add(struct targets *t, struct span text)
{
	struct range range;
	struct err e = range_parse(text, &range);

	if (!err_is(e))
		e = check_target(range);
	if (!err_is(e) && range.last - range.first >= RANGE_HOSTS_MAX)
		e = err_input(0, TOO_LARGE);
	return err_is(e) ? e : add_range(t, range);
}

struct err targets_exclude(struct targets *t, struct span text)
{
	struct range range;
	struct err e = range_parse(text, &range);

	return err_is(e) ? e : ranges_add(&t->excludes, range);
}

static struct err add_entry(
    struct targets *t, struct entries *list, const struct addr *a, uint16_t port, const char *name)
{
	struct entry entry = {addr_number(a), "", port};
	struct err e = check_target((struct range){entry.number, entry.number});
	struct entry *v;

	if (err_is(e))
		return e;
	if (strlen(name) > HOST_NAME_MAX_BYTES)
		return err_input(HOST_NAME_MAX_BYTES, "a host name is too long");
	v = vec_room(list->v, list->n, &list->cap, sizeof(*v), ENTRIES_MAX);
	if (!v)
		return err_limit("too many targets by name or port");
	list->v = v;
	if (*name)
		entry.name = arena_str(&t->names, name);
	if (!entry.name)
		return err_limit("too many host names");
	v[list->n++] = entry;
	return OK;
}

struct err targets_add_name(struct targets *t, const struct addr *a, const char *name)
{
	unsigned __int128 number = addr_number(a);

	if (*name)
		return add_entry(t, &t->named, a, 0, name);
	return ranges_add(&t->ranges, (struct range){number, number});
}

struct err targets_add_pair(
    struct targets *t, const struct addr *a, uint16_t port, const char *name)
{
	if (port == 0)
		return err_input(0, "not a port (1 to 65535)");
	return add_entry(t, &t->pairs, a, port, name);
}

struct err targets_set_ports(struct targets *t, const struct ports *ports)
{
	t->ports = *ports;
	return OK;
}

static int by_number(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = (x->number > y->number) - (x->number < y->number);

	if (order == 0)
		order = strcmp(x->name, y->name);
	return order ? order : x->port - y->port;
}

/* The first entry that is not below this one. */
static size_t lower_bound(const struct entries *list, const struct entry *entry)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_number(&list->v[middle], entry) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_entry(const struct entries *list, const struct entry *entry)
{
	size_t i = lower_bound(list, entry);

	return i < list->n && by_number(&list->v[i], entry) == 0;
}

/* Is this very question (address, port, name) already asked by the stretches before the pairs? */
static bool is_asked(const struct targets *t, const struct entry *pair)
{
	if (!ports_has(&t->ports, pair->port))
		return false;
	if (*pair->name == 0 && ranges_find(&t->ranges, pair->number))
		return true;
	return has_entry(&t->named, &(struct entry){pair->number, pair->name, 0});
}

static void sort_entries(struct targets *t, struct entries *list)
{
	size_t n = 0;

	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_number);
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *entry = &list->v[i];

		if (n && by_number(&list->v[n - 1], entry) == 0)
			continue;
		if (ranges_find(&t->excludes, entry->number))
			continue;
		if (list == &t->pairs && is_asked(t, entry))
			continue;
		list->v[n++] = *entry;
	}
	list->n = n;
}

static struct err number_ports(struct targets *t)
{
	size_t n = 0;

	t->port_list = calloc(t->ports.n + 1, sizeof(*t->port_list));
	if (!t->port_list)
		return err_limit("out of memory");
	for (unsigned port = 0; port <= UINT16_MAX; port++)
		if (ports_has(&t->ports, (uint16_t)port))
			t->port_list[n++] = (uint16_t)port;
	return OK;
}

static struct err number_ranges(struct targets *t)
{
	unsigned __int128 hosts = 0;

	t->before = calloc(t->ranges.n + 1, sizeof(*t->before));
	if (!t->before)
		return err_limit("out of memory");
	for (size_t i = 0; i < t->ranges.n; i++) {
		unsigned __int128 n = t->ranges.v[i].last - t->ranges.v[i].first;

		if (n >= RANGE_HOSTS_MAX)
			return err_limit(TOO_LARGE); /* several that touch */
		t->before[i] = (uint64_t)hosts;
		hosts += n + 1;
		if (hosts * (t->ports.n + 1) > INT64_MAX / 2)
			return err_limit("too many addresses to scan");
	}
	t->n_range_hosts = (uint64_t)hosts;
	return OK;
}

/* Both lists are sorted, so their merge is too; each address once. */
static struct err number_others(struct targets *t)
{
	size_t i = 0, j = 0;

	t->others = calloc(t->named.n + t->pairs.n + 1, sizeof(*t->others));
	if (!t->others)
		return err_limit("out of memory");
	while (i < t->named.n || j < t->pairs.n) {
		bool is_name = j == t->pairs.n ||
			       (i < t->named.n && t->named.v[i].number <= t->pairs.v[j].number);
		unsigned __int128 number =
		    is_name ? t->named.v[i++].number : t->pairs.v[j++].number;

		if (t->n_others && t->others[t->n_others - 1] == number)
			continue;
		if (!ranges_find(&t->ranges, number))
			t->others[t->n_others++] = number;
	}
	return OK;
}

struct err targets_seal(struct targets *t)
{
	struct err e;

	ranges_merge(&t->ranges);
	ranges_merge(&t->excludes);
	e = ranges_subtract(&t->ranges, &t->excludes);
	if (!err_is(e))
		e = number_ports(t);
	if (!err_is(e))
		e = number_ranges(t);
	if (err_is(e))
		return e;
	sort_entries(t, &t->named);
	sort_entries(t, &t->pairs); /* after named: it asks which pairs those cover */
	t->count = (t->n_range_hosts + t->named.n) * t->ports.n + t->pairs.n;
	return number_others(t);
}

uint64_t targets_count(const struct targets *t)
{
	return t->count;
}

uint64_t targets_hosts(const struct targets *t)
{
	return t->n_range_hosts + t->n_others;
}

static uint64_t mark(uint64_t before, const void *p, size_t n)
{
	const struct siphash_key key = {{before, n}};

	return siphash(&key, p, n);
}

static uint64_t mark_entries(uint64_t m, const struct entries *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->v[i];

		m = mark(m, &e->number, sizeof(e->number));
		m = mark(m ^ e->port, e->name, strlen(e->name));
	}
	return mark(m, &list->n, sizeof(list->n));
}

uint64_t targets_mark(const struct targets *t)
{
	uint64_t m = mark(0, t->ranges.v, t->ranges.n * sizeof(*t->ranges.v));

	m = mark(m, t->port_list, t->ports.n * sizeof(*t->port_list));
	return mark_entries(mark_entries(m, &t->named), &t->pairs);
}

/* The number of the host-th address of the ranges. */
static unsigned __int128 range_host(const struct targets *t, uint64_t host)
{
	size_t low = 0, high = t->ranges.n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->before[middle] <= host)
			low = middle;
		else
			high = middle;
	}
	return t->ranges.v[low].first + (host - t->before[low]);
}

/* How many of the others have a lower number. */
static uint64_t others_below(const struct targets *t, unsigned __int128 number)
{
	size_t low = 0, high = t->n_others;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->others[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint64_t host_of(const struct targets *t, unsigned __int128 number)
{
	const struct range *range = ranges_find(&t->ranges, number);

	if (range)
		return t->before[range - t->ranges.v] + (uint64_t)(number - range->first);
	return t->n_range_hosts + others_below(t, number);
}

static struct target make(const struct targets *t, const struct entry *entry, uint64_t host)
{
	return (struct target){
	    .addr = addr_of_number(entry->number),
	    .port = entry->port,
	    .host = host,
	    .name = entry->name,
	    .alone = ports_alone(&t->ports, entry->port),
	};
}

struct target targets_at(const struct targets *t, uint64_t k)
{
	uint64_t n_ports = t->ports.n, host;
	struct entry entry;

	if (k < t->n_range_hosts * n_ports) {
		host = k / n_ports;
		entry = (struct entry){range_host(t, host), "", t->port_list[k % n_ports]};
		return make(t, &entry, host);
	}
	k -= t->n_range_hosts * n_ports;
	if (k < t->named.n * n_ports) {
		entry = t->named.v[k / n_ports];
		entry.port = t->port_list[k % n_ports];
	} else {
		entry = t->pairs.v[k - t->named.n * n_ports];
	}
	return make(t, &entry, host_of(t, entry.number));
}

struct addr targets_host(const struct targets *t, uint64_t host)
{
	return addr_of_number(
	    host < t->n_range_hosts ? range_host(t, host) : t->others[host - t->n_range_hosts]);
}

static bool is_public(unsigned __int128 number)
{
	const struct space *space;
	size_t n;

	space = spaces(&n);
	for (size_t i = 0; i < n; i++)
		if (number >= space[i].range.first && number <= space[i].range.last)
			return false;
	return true;
}

/* Pairs without a name, at addresses that the ranges have not. They are sorted: those of an address
 * stand together, whatever their ports. */
static uint64_t public_by_pair(const struct targets *t)
{
	const struct entry *before = NULL;
	uint64_t hosts = 0;

	for (const struct entry *pair = t->pairs.v; pair < t->pairs.v + t->pairs.n; pair++) {
		if (*pair->name || (before && before->number == pair->number))
			continue;
		before = pair;
		hosts += is_public(pair->number) && !ranges_find(&t->ranges, pair->number);
	}
	return hosts;
}

uint64_t targets_public(const struct targets *t)
{
	uint64_t hosts = t->n_range_hosts;
	const struct space *space;
	size_t n;

	space = spaces(&n);
	for (size_t i = 0; i < n; i++) {
		struct stretch within[2];

		targets_hosts_in(t, space[i].range, within);
		hosts -= within[0].n;
	}
	return hosts + public_by_pair(t);
}

bool targets_host_in_shard(const struct targets *t, uint64_t host, uint32_t shard, uint32_t shards)
{
	uint64_t first = host * t->ports.n;

	return host >= t->n_range_hosts || (shard + shards - first % shards) % shards < t->ports.n;
}

/* How many hosts of the ranges have a lower address. */
static uint64_t range_hosts_below(const struct targets *t, unsigned __int128 number)
{
	size_t low = 0, high = t->ranges.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->ranges.v[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == t->ranges.n)
		return t->n_range_hosts;
	if (t->ranges.v[low].first >= number)
		return t->before[low];
	return t->before[low] + (uint64_t)(number - t->ranges.v[low].first);
}

void targets_hosts_in(const struct targets *t, struct range range, struct stretch ret_hosts[2])
{
	unsigned __int128 end = range.last + 1; /* 0: behind all */

	ret_hosts[0].first = range_hosts_below(t, range.first);
	ret_hosts[0].n = (end ? range_hosts_below(t, end) : t->n_range_hosts) - ret_hosts[0].first;
	ret_hosts[1].first = others_below(t, range.first);
	ret_hosts[1].n = (end ? others_below(t, end) : t->n_others) - ret_hosts[1].first;
	ret_hosts[1].first += t->n_range_hosts;
}

/* To whom numbers are told, as long as he wants them. */
struct found {
	targets_found_fn *each;
	void *context;
	size_t n;
	bool enough;
};

static void found_add(struct found *f, uint64_t k)
{
	f->enough = !f->each(f->context, k);
	f->n++;
}

static size_t port_index(const struct targets *t, uint16_t port)
{
	size_t low = 0, high = t->ports.n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->port_list[middle] <= port)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Both stretches that are hosts times ports. */
static void find_by_port_set(
    const struct targets *t, unsigned __int128 number, uint16_t port, struct found *f)
{
	const bool in_range = ranges_find(&t->ranges, number);
	size_t index = port_index(t, port);
	size_t i = lower_bound(&t->named, &(struct entry){number, "", 0});

	if (in_range)
		found_add(f, host_of(t, number) * t->ports.n + index);
	for (; !f->enough && i < t->named.n && t->named.v[i].number == number; i++)
		found_add(f, (t->n_range_hosts + i) * t->ports.n + index);
}

/* From name to name: of each there may be 65,535 pairs, of which one at most is asked for. */
static void find_pairs(
    const struct targets *t, unsigned __int128 number, uint16_t port, struct found *f)
{
	uint64_t first = (t->n_range_hosts + t->named.n) * t->ports.n;
	const struct entries *list = &t->pairs;
	size_t i = lower_bound(list, &(struct entry){number, "", 0});

	while (!f->enough && i < list->n && list->v[i].number == number) {
		struct entry wanted = {number, list->v[i].name, port};

		i = lower_bound(list, &wanted);
		if (i < list->n && by_number(&list->v[i], &wanted) == 0)
			found_add(f, first + i);
		wanted.port = UINT16_MAX;
		i = lower_bound(list, &wanted);
		i += i < list->n && by_number(&list->v[i], &wanted) == 0;
	}
}

size_t targets_find(const struct targets *t, const struct addr *a, uint16_t port,
    targets_found_fn *each, void *context)
{
	unsigned __int128 number = addr_number(a);
	struct found f = {.each = each, .context = context};

	if (ports_has(&t->ports, port))
		find_by_port_set(t, number, port, &f);
	find_pairs(t, number, port, &f);
	return f.n;
}

static bool one_is_enough(void *context, uint64_t k)
{
	(void)context;
	(void)k;
	return false;
}

bool targets_covers(const struct targets *t, const struct addr *a, uint16_t port)
{
	return targets_find(t, a, port, one_is_enough, NULL) > 0;
}
