#include "app/hints.h"

#include "lib/test.h"

static void finds_by_address_port_and_name(void)
{
	struct addr a = addr_from_v4(0x0a000001), b = addr_from_v4(0x0a000002);
	struct grab_hint smtp = {.starttls = 1, .hello = 3, .known = true},
			 one = {.hello = 1, .known = true, .one_key = true};
	struct hints *h;

	CHECK(!err_is(hints_new(100, &h)));
	CHECK(!hints_find(h, &a, 25, "").known);
	hints_add(h, &b, 443, "", &one);
	hints_add(h, &a, 25, "", &smtp);
	hints_add(h, &a, 443, "www.example", &one);
	CHECK_EQ(hints_find(h, &a, 25, "").starttls, 1);
	CHECK_EQ(hints_find(h, &a, 25, "").hello, 3);
	CHECK(!hints_find(h, &a, 25, "").one_key);
	CHECK(hints_find(h, &b, 443, "").one_key);
	CHECK(!hints_find(h, &a, 443, "").known);
	CHECK(hints_find(h, &a, 443, "www.example").known);
	/* and after one more */
	hints_add(h, &b, 465, "", &smtp);
	CHECK(hints_find(h, &b, 465, "").known);
	hints_free(h);
}

static void drops_and_counts_above_its_maximum(void)
{
	struct grab_hint hint = {.hello = 1};
	struct hints *h;

	CHECK(!err_is(hints_new(1024, &h)));
	for (uint32_t i = 0; i < 1030; i++) {
		struct addr a = addr_from_v4(i);

		hints_add(h, &a, 443, "", &hint);
	}
	CHECK_EQ(hints_dropped(h), 6);
	hints_free(h);
}

int main(void)
{
	RUN(finds_by_address_port_and_name);
	RUN(drops_and_counts_above_its_maximum);
	return test_done();
}
