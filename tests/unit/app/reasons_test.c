#include "app/reasons.h"

#include "lib/test.h"
#include "scan/engine.h"

#include <errno.h>
#include <stdlib.h>

static void add(struct reasons *r, uint32_t why, uint64_t hosts, uint32_t v4, uint16_t port)
{
	reasons_add(r, &(struct reason){why, hosts, addr_from_v4(v4), port});
}

static void counts_by_errno(void)
{
	struct reasons r = {0};
	char text[128];

	add(&r, EHOSTUNREACH, 1, 0x0a000007, 443);
	add(&r, EACCES, 1, 0x0a000008, 25);
	add(&r, EHOSTUNREACH, 1, 0x0a000008, 443);
	add(&r, ENGINE_BROADCAST, 1, 0x0a000008, 443);
	CHECK_EQ(r.n, 3);
	CHECK_STR(reason_text(&r.each[0], text, sizeof(text)),
	    "2 hosts: No route to host (10.0.0.7:443 first)");
	CHECK_STR(reason_text(&r.each[1], text, sizeof(text)),
	    "1 host: a route of ours prohibits it (10.0.0.8:25)");
	CHECK_STR(reason_text(&r.each[2], text, sizeof(text)),
	    "1 host: the broadcast address of a network of ours, left out (10.0.0.8:443)");
}

static void those_of_several_workers_are_added_up(void)
{
	struct reasons r = {0};
	char text[128];

	add(&r, ENGINE_LIES, 3, 0x0a000007, 0);
	add(&r, ENGINE_LIES, 4, 0x0a000008, 0);
	CHECK_EQ(r.n, 1);
	CHECK_STR(reason_text(&r.each[0], text, sizeof(text)),
	    "7 hosts: every port answers as open, so only those that TLS lives on were asked"
	    " (10.0.0.7 first)");
}

static void mishaps_are_told_in_words_of_their_own(void)
{
	struct reasons r = {0};
	char text[256];

	for (uint32_t i = 0; i < MISHAPS; i++)
		add(&r, ENGINE_MISHAP + i, 1200 + i, 0, 0);
	CHECK_EQ(r.n, MISHAPS);
	for (uint32_t i = 0; i < MISHAPS; i++) {
		reason_text(&r.each[i], text, sizeof(text));
		CHECK_EQ(atoi(text), 1200 + (int)i);
		CHECK(strstr(text, "host:") == NULL && strstr(text, "first)") == NULL);
		CHECK(strlen(text) > 40 && strlen(text) < sizeof(text) - 1);
	}
	CHECK_STR(reason_text(&r.each[MISHAP_UNHEARD], text, sizeof(text)),
	    "1201 answers may be lost, for this machine was too busy to read them: what is "
	    "missing, a lower rate (--rate, --max-rate) finds");
}

static void the_last_takes_what_is_too_many(void)
{
	struct reasons r = {0};

	for (uint32_t i = 1; i <= REASONS_MAX + 3; i++)
		add(&r, i, 1, 1, 1);
	CHECK_EQ(r.n, REASONS_MAX);
	CHECK_EQ(r.each[REASONS_MAX - 1].hosts, 4);
}

int main(void)
{
	RUN(counts_by_errno);
	RUN(those_of_several_workers_are_added_up);
	RUN(mishaps_are_told_in_words_of_their_own);
	RUN(the_last_takes_what_is_too_many);
	return test_done();
}
