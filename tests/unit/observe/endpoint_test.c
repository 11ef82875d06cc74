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

int main(void)
{
	RUN(each_field_makes_another_key);
	RUN(what_stands_behind_the_name_is_not_in_it);
	return test_done();
}
