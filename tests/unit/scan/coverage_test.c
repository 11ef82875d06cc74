#include "scan/coverage.h"

#include "lib/test.h"

static struct targets *targets;

static bool has(const struct coverage *c, const char *addr, uint16_t port)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(addr), &a)));
	return coverage_has(c, &a, port);
}

static void a_complete_run_covers_its_targets(void)
{
	struct coverage c = {targets, 1, true, 3};

	CHECK(has(&c, "192.0.2.7", 443));
	CHECK(!has(&c, "192.0.2.7", 444));
	CHECK(!has(&c, "192.0.3.7", 443));
}

static void three_runs_cover_nothing(void)
{
	struct coverage stopped = {targets, 1, false, 3}, shard = {targets, 2, true, 3};
	struct coverage deaf = {targets, 1, true, 0}, import = {NULL, 1, true, 3};

	CHECK(!has(&stopped, "192.0.2.7", 443));
	CHECK(!has(&shard, "192.0.2.7", 443));
	CHECK(!has(&deaf, "192.0.2.7", 443));
	CHECK(!has(&import, "192.0.2.7", 443));
}

int main(void)
{
	static struct ports ports;

	ports_add(&ports, 443, true);
	CHECK(!err_is(targets_new(&targets)));
	CHECK(!err_is(targets_add(targets, span_str("192.0.2.0/24"))));
	CHECK(!err_is(targets_set_ports(targets, &ports)));
	CHECK(!err_is(targets_seal(targets)));
	RUN(a_complete_run_covers_its_targets);
	RUN(three_runs_cover_nothing);
	targets_free(targets);
	return test_done();
}
