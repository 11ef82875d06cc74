#include "lab.h"

#include "store/limits.h"

static struct alert self_signed(int64_t ms)
{
	struct alert a = {.server = {.addr = addr_from_v4(0xc0000201),
			      .port = 443,
			      .transport = TRANSPORT_TCP,
			      .name = "a.example"},
	    .certificate = {{1, 2, 3}},
	    .reason = FINDING_SELF_SIGNED,
	    .severity = SEVERITY_HIGH,
	    .sensed = {.client = addr_from_v4(0x0a000001), .direction = DIRECTION_OUTBOUND},
	    .first_ms = ms,
	    .last_ms = ms,
	    .connections = 1,
	    .clients = 1,
	    .subject = "localhost",
	    .evidence = "its own key"};

	return a;
}

static struct alert put(struct store *s, const struct alert *a, int64_t suppress_ms, bool *tell)
{
	struct alert known = {0};

	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(store_put_alert(s, a, suppress_ms, &known, tell), s));
	CHECK(went_well(store_commit(s), s));
	return known;
}

static void is_told_once_and_counted(void)
{
	struct store *s = lab_store();
	struct alert first = self_signed(1000), later = self_signed(2000), known;
	bool tell = false;

	known = put(s, &first, 0, &tell);
	CHECK(tell && known.id == 1);
	later.sensed.client = addr_from_v4(0x0a000002);
	later.connections = 9;
	later.clients = 4;
	known = put(s, &later, 0, &tell);
	CHECK(!tell && known.id == 1);
	CHECK_EQ(known.connections, 10);
	CHECK_EQ(known.clients, 4);
	CHECK_EQ(known.first_ms, 1000);
	CHECK_EQ(known.last_ms, 2000);
	CHECK(addr_eq(&known.sensed.client, &first.sensed.client));
	CHECK_STR(known.subject, "localhost");
	CHECK_STR(known.evidence, "its own key");
	CHECK_STR(known.server.name, "a.example");
	store_close(s);
}

static void is_told_again_after_the_interval(void)
{
	struct store *s = lab_store();
	struct alert a = self_signed(1000);
	bool tell = false;

	put(s, &a, 60000, &tell);
	CHECK(tell);
	a.last_ms = 61000;
	put(s, &a, 60000, &tell);
	CHECK(!tell);
	a.last_ms = 61001;
	put(s, &a, 60000, &tell);
	CHECK(tell);
	a.last_ms = 61002;
	put(s, &a, 60000, &tell);
	CHECK(!tell);
	store_close(s);
}

/* The name tells them apart only where the certificate is not known. */
static void server_certificate_and_reason_tell_them_apart(void)
{
	struct store *s = lab_store();
	struct alert a = self_signed(1000);
	bool tell = false;

	CHECK_EQ(put(s, &a, 0, &tell).id, 1);
	snprintf(a.server.name, sizeof(a.server.name), "b.example");
	CHECK_EQ(put(s, &a, 0, &tell).id, 1);
	a.certificate.b[0] = 9;
	CHECK(put(s, &a, 0, &tell).id != 1 && tell);
	a.reason = FINDING_WEAK_KEY;
	put(s, &a, 0, &tell);
	CHECK(tell);
	a.server.port = 8443;
	put(s, &a, 0, &tell);
	CHECK(tell);
	a.certificate = (struct digest256){0};
	put(s, &a, 0, &tell);
	CHECK(tell);
	snprintf(a.server.name, sizeof(a.server.name), "c.example");
	put(s, &a, 0, &tell);
	CHECK(tell);
	store_close(s);
}

/* Names are the client's to choose. */
static void names_without_end_are_one(void)
{
	struct store *s = lab_store();
	struct alert a = self_signed(1000), known;
	size_t n_told = 0;
	bool tell = false;

	a.certificate = (struct digest256){0};
	for (int i = 0; i < 3 * ALERT_NAMES_MAX; i++) {
		snprintf(a.server.name, sizeof(a.server.name), "%d.example", i);
		known = put(s, &a, 0, &tell);
		n_told += tell;
	}
	CHECK_EQ(n_told, ALERT_NAMES_MAX + 1);
	CHECK_STR(known.server.name, ALERT_OTHER_NAMES);
	CHECK_EQ(known.connections, 2 * ALERT_NAMES_MAX);
	snprintf(a.server.name, sizeof(a.server.name), "0.example"); /* known before */
	CHECK_STR(put(s, &a, 0, &tell).server.name, "0.example");
	snprintf(a.server.name, sizeof(a.server.name), "new.example");
	a.reason = FINDING_WEAK_CIPHER;
	CHECK_STR(put(s, &a, 0, &tell).server.name, "new.example");
	a.reason = FINDING_SELF_SIGNED;
	a.server.port = 8443;
	CHECK_STR(put(s, &a, 0, &tell).server.name, "new.example");
	a.server.port = 443;
	a.certificate.b[0] = 1;
	CHECK_STR(put(s, &a, 0, &tell).server.name, "new.example");
	store_close(s);
}

static bool keep_two(void *context, const struct alert *alert)
{
	int64_t *last = context;

	CHECK(alert->last_ms >= last[0]);
	last[0] = alert->last_ms;
	return ++last[1] < 2;
}

static void come_in_the_order_of_their_last_sighting(void)
{
	struct store *s = lab_store();
	int64_t last[2] = {0, 0};
	bool tell;

	for (uint16_t port = 1; port <= 5; port++) {
		struct alert a = self_signed(1000 * (6 - port));

		a.server.port = port;
		put(s, &a, 0, &tell);
	}
	CHECK(went_well(store_each_alert(s, 2000, keep_two, last), s));
	CHECK_EQ(last[0], 3000);
	CHECK_EQ(last[1], 2);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(is_told_once_and_counted);
	RUN(is_told_again_after_the_interval);
	RUN(server_certificate_and_reason_tell_them_apart);
	RUN(names_without_end_are_one);
	RUN(come_in_the_order_of_their_last_sighting);
	lab_drop();
	return test_done();
}
