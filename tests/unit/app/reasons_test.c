#include "app/reasons.h"

#include "lib/test.h"
#include "scan/engine.h"

#include <errno.h>

static void counts_by_errno(void)
{
	struct addr a = addr_from_v4(0x0a000007), b = addr_from_v4(0x0a000008);
	struct reasons r = {0};
	char text[128];

	reasons_add(&r, EHOSTUNREACH, &a, 443);
	reasons_add(&r, EACCES, &b, 25);
	reasons_add(&r, EHOSTUNREACH, &b, 443);
	reasons_add(&r, ENGINE_BROADCAST, &b, 443);
	CHECK_EQ(r.n, 3);
	CHECK_STR(reason_text(&r.each[0], text, sizeof(text)),
	    "2 hosts: No route to host (10.0.0.7:443 first)");
	CHECK_STR(
	    reason_text(&r.each[1], text, sizeof(text)), "1 host: Permission denied (10.0.0.8:25)");
	CHECK_STR(reason_text(&r.each[2], text, sizeof(text)),
	    "1 host: the broadcast address of a network of ours, left out (10.0.0.8:443)");
}

static void the_last_takes_what_is_too_many(void)
{
	struct addr a = addr_from_v4(1);
	struct reasons r = {0};

	for (int i = 1; i <= REASONS_MAX + 3; i++)
		reasons_add(&r, i, &a, 1);
	CHECK_EQ(r.n, REASONS_MAX);
	CHECK_EQ(r.each[REASONS_MAX - 1].hosts, 4);
}

int main(void)
{
	RUN(counts_by_errno);
	RUN(the_last_takes_what_is_too_many);
	return test_done();
}
