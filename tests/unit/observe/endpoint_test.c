#include "observe/endpoint.h"

#include "lib/test.h"

static bool same_key(const struct endpoint *a, const struct endpoint *b)
{
	uint8_t keys[2][ENDPOINT_KEY_MAX];
	size_t n = endpoint_key(a, keys[0]);

	return endpoint_key(b, keys[1]) == n && memcmp(keys[0], keys[1], n) == 0;
}

static void each_field_makes_another_key(void)
{
	const struct endpoint e = {
	    .addr = addr_from_v4(1), .port = 443, .transport = TRANSPORT_TCP, .name = "a.test"};
	struct endpoint others[] = {e, e, e, e, e};

	others[0].addr = addr_from_v4(2);
	others[1].addr.zone = 1;
	others[2].port = 444;
	others[3].transport = TRANSPORT_UDP;
	others[4].name[5] = 0;
	CHECK(same_key(&e, &e));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK(!same_key(&e, &others[i]));
}

static void what_stands_behind_the_name_is_not_in_it(void)
{
	struct endpoint a = {.name = "a.test"}, b = {.name = "a.test\0and more"};

	CHECK(same_key(&a, &b));
	memset(a.name, 'a', sizeof(a.name));
	b = a;
	CHECK(same_key(&a, &b)); /* the longest fits */
}

static void its_text_reads_as_itself(void)
{
	static const char *const texts[] = {
	    "10.0.0.1:443", "[2001:db8::1]:8443", "10.0.0.1:443/udp", "[fe80::1%2]:1/quic"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char text[ENDPOINT_TEXT_MAX];
		struct endpoint e = {0};

		CHECK(!err_is(endpoint_parse(span_str(texts[i]), &e)));
		CHECK_STR(endpoint_text(&e, text), texts[i]);
	}
}

static void a_text_that_is_none_is_pointed_at(void)
{
	static const struct {
		const char *text;
		size_t at;
	} rows[] = {
	    {"10.0.0.1", 8},
	    {"10.0.0.1/udp", 8},
	    {"10.0.0.1:443/", 13},
	    {"10.0.0.1:443/none", 13},
	    {"10.0.0.1:443/UDP", 13},
	    {"10.0.0.1:x", 9},
	};
	struct endpoint e = {.port = 7};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_EQ(endpoint_parse(span_str(rows[i].text), &e).at, rows[i].at);
	CHECK_EQ(e.port, 7);
}

int main(void)
{
	RUN(its_text_reads_as_itself);
	RUN(a_text_that_is_none_is_pointed_at);
	RUN(each_field_makes_another_key);
	RUN(what_stands_behind_the_name_is_not_in_it);
	return test_done();
}
