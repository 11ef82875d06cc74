#include "import/gather.h"

#include "import/limits.h"

#include "lib/test.h"

static size_t n_seen, n_certs;
static struct observation last;

static void on_observation(void *context, struct observation *obs, const struct span *der, size_t n)
{
	(void)context, (void)der;
	n_seen++;
	n_certs += n;
	last = *obs;
}

static const struct import_ops ops = {.on_observation = on_observation};

static struct report start(void)
{
	struct report r;

	n_seen = n_certs = 0;
	CHECK(!err_is(report_init(&r, 5000, &ops, NULL)));
	return r;
}

static struct origin at(uint32_t ip, int64_t when_ms)
{
	return (struct origin){
	    .endpoint = {.addr = addr_from_v4(ip), .port = 443, .transport = TRANSPORT_TCP},
	    .when_ms = when_ms,
	};
}

static void put(struct report *r, uint32_t ip, int64_t when_ms, const char *der)
{
	struct origin o = at(ip, when_ms);

	gather_cert(r->gather, r, &o, span_str(der), ROLE_UNKNOWN, false);
}

static void pieces_of_one_endpoint_are_one_observation(void)
{
	struct report r = start();

	put(&r, 1, 2000, "a");
	put(&r, 1, 1000, "b");
	put(&r, 1, 3000, "a");
	CHECK_EQ(n_seen, 0);
	report_flush(&r);
	CHECK_EQ(n_seen, 1);
	CHECK_EQ(n_certs, 2);
	CHECK_EQ(last.first_ms, 1000);
	CHECK_EQ(last.last_ms, 3000);
	CHECK_EQ(last.evidence, EVIDENCE_IMPORT);
	CHECK_EQ(r.counts.duplicates, 1);
	report_done(&r);
}

static void what_has_no_time_gets_the_files(void)
{
	struct report r = start();

	put(&r, 1, 0, "a");
	report_flush(&r);
	CHECK_EQ(last.first_ms, 5000);
	report_done(&r);
}

static void sightings_far_apart_are_two(void)
{
	struct report r = start();

	put(&r, 1, 1000000, "a");
	put(&r, 1, 1000000 + GATHER_WINDOW_MS, "b");
	CHECK_EQ(n_seen, 0);
	put(&r, 1, 1000001 + 2 * GATHER_WINDOW_MS, "c");
	CHECK_EQ(n_seen, 1);
	put(&r, 1, 1000, "d");
	CHECK_EQ(n_seen, 2);
	report_flush(&r);
	CHECK_EQ(n_seen, 3);
	CHECK_EQ(n_certs, 4);
	report_done(&r);
}

static void more_endpoints_than_there_is_room_for_lose_nothing(void)
{
	struct report r = start();

	for (uint32_t ip = 0; ip < 10000; ip++)
		put(&r, ip, 1000, "a");
	CHECK(n_seen >= 10000 - GATHER_SETS * GATHER_WAYS);
	report_flush(&r);
	CHECK_EQ(n_seen, 10000);
	CHECK_EQ(n_certs, 10000);
	report_done(&r);
}

static void a_name_makes_another_endpoint(void)
{
	struct report r = start();
	struct origin o = at(1, 1000);

	put(&r, 1, 1000, "a");
	snprintf(o.endpoint.name, sizeof(o.endpoint.name), "www.test");
	gather_cert(r.gather, &r, &o, span_str("a"), ROLE_UNKNOWN, false);
	report_flush(&r);
	CHECK_EQ(n_seen, 2);
	CHECK_STR(last.endpoint.name, "www.test");
	report_done(&r);
}

static void a_chain_too_long_is_told_as_partial(void)
{
	struct report r = start();
	char text[8];

	for (int i = 0; i < GATHER_CERTS_MAX + 3; i++) {
		snprintf(text, sizeof(text), "c%d", i);
		put(&r, 1, 1000, text);
	}
	report_flush(&r);
	CHECK_EQ(n_certs, GATHER_CERTS_MAX);
	CHECK_EQ(last.outcome, OUTCOME_PARTIAL);
	CHECK(last.flags & OBS_CHAIN_CUT);
	report_done(&r);
}

static void a_certificate_too_large_is_lost_and_said_to_be(void)
{
	struct report r = start();
	struct origin o = at(1, 1000);
	static const char large[GATHER_BYTES_MAX + 1];

	gather_cert(r.gather, &r, &o, span_of(large, sizeof(large)), ROLE_LEAF, false);
	report_flush(&r);
	CHECK_EQ(n_seen, 1);
	CHECK_EQ(n_certs, 0);
	CHECK_EQ(last.outcome, OUTCOME_PARTIAL);
	report_done(&r);
}

static void what_was_agreed_on_is_no_observation_by_itself(void)
{
	struct report r = start();
	struct origin o = at(1, 1000);

	report_handshake(&r, &o, 0x0303, 0xc02c);
	report_flush(&r);
	CHECK_EQ(n_seen, 0);
	report_alert(&r, &o, 2, 112);
	report_flush(&r);
	CHECK_EQ(n_seen, 1);
	CHECK_EQ(last.outcome, OUTCOME_NO_CERT);
	CHECK_EQ(last.alert, 112);
	report_done(&r);
}

int main(void)
{
	RUN(pieces_of_one_endpoint_are_one_observation);
	RUN(what_has_no_time_gets_the_files);
	RUN(sightings_far_apart_are_two);
	RUN(more_endpoints_than_there_is_room_for_lose_nothing);
	RUN(a_name_makes_another_endpoint);
	RUN(a_chain_too_long_is_told_as_partial);
	RUN(a_certificate_too_large_is_lost_and_said_to_be);
	RUN(what_was_agreed_on_is_no_observation_by_itself);
	return test_done();
}
