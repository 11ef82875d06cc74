/*
 * Lines of targets: "-X" excludes, "=ADDR" is a pair and "@ADDR" a name; then every number of a
 * small set must be covered by it.
 */
#include "inet/targets.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct err add_line(struct targets *t, struct span line)
{
	struct addr a;
	uint8_t kind = line.n ? line.p[0] : 0;
	struct span rest = span_of(line.p + 1, line.n ? line.n - 1 : 0);

	if (kind == '-')
		return targets_exclude(t, rest);
	if (kind != '=' && kind != '@')
		return targets_add(t, line);
	if (err_is(addr_parse(rest, &a)))
		return OK;
	if (kind == '@')
		return targets_add_name(t, &a, line.n % 2 ? "a.example" : "b.example");
	return targets_add_pair(t, &a, (uint16_t)(440 + line.n), line.n % 3 ? "" : "a.example");
}

/* A host's number, its address and the range of that address alone mean the same. */
static void check_host(const struct targets *t, const struct target *target)
{
	struct addr a = targets_host(t, target->host);
	unsigned __int128 number = addr_number(&a);
	struct stretch in[2];

	targets_hosts_in(t, (struct range){number, number}, in);
	if (!addr_eq(&a, &target->addr) || in[0].n + in[1].n != 1 ||
	    (in[0].n ? in[0].first : in[1].first) != target->host)
		abort();
}

static void check_all(const struct targets *t)
{
	struct stretch in[2];

	targets_hosts_in(t, (struct range){0, ~(unsigned __int128)0}, in);
	if (in[0].n + in[1].n != targets_hosts(t) || targets_public(t) > in[0].n + in[1].n)
		abort();
}

/* A target of a shard is one of a host that is in the shard. */
static void check_target(const struct targets *t, uint64_t k)
{
	enum { SHARDS = 3 };
	struct target target = targets_at(t, k);

	if (!targets_covers(t, &target.addr, target.port) || target.host >= targets_hosts(t) ||
	    !targets_host_in_shard(t, target.host, (uint32_t)(k % SHARDS), SHARDS))
		abort();
	check_host(t, &target);
}

/* NULL: none can be made of these. */
static struct targets *made_of(struct span text)
{
	struct ports ports;
	struct targets *t;
	struct span line;

	ports_clear(&ports);
	ports_add(&ports, 443, true);
	ports_add(&ports, 450, false);
	if (err_is(targets_new(&t)))
		return NULL;
	if (err_is(targets_set_ports(t, &ports)))
		abort();
	while (span_line(&text, &line))
		if (err_class(add_line(t, line)) == ERR_BUG)
			abort();
	if (!err_is(targets_seal(t)))
		return t;
	targets_free(t);
	return NULL;
}

/* The same lines make the same targets. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct targets *t = made_of(span_of(data, size)), *again = made_of(span_of(data, size));

	if (!t != !again || (t && targets_mark(t) != targets_mark(again)))
		abort();
	for (uint64_t k = 0; t && k < targets_count(t) && k < 1000; k++)
		check_target(t, k);
	if (t)
		check_all(t);
	targets_free(t);
	targets_free(again);
	return 0;
}
