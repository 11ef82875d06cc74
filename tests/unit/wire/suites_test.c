#include "wire/iana.h"
#include "wire/suites.h"

#include "lib/test.h"

static void finds_the_first_the_last_and_none_between(void)
{
	CHECK_STR(suite_find(0x0000)->name, "TLS_NULL_WITH_NULL_NULL");
	CHECK_STR(suite_find(0xd005)->name, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256");
	CHECK(suite_find(0xd004) == NULL);
	CHECK(suite_find(0xffff) == NULL);
}

/* bsearch needs it; and every number must be findable. */
static void every_row_is_findable(void)
{
	int n = 0;

	for (unsigned id = 0; id <= 0xffff; id++) {
		const struct suite *s = suite_find((uint16_t)id);

		if (!s)
			continue;
		n++;
		CHECK_EQ(s->id, id);
		CHECK(strncmp(s->name, "TLS_", 4) == 0);
	}
	CHECK(n > 340);
}

static void knows_whose_key_it_needs(void)
{
	CHECK_EQ(suite_find(0x1301)->key, SUITE_ANY);
	CHECK_EQ(suite_find(0x002f)->key, SUITE_RSA);
	CHECK_EQ(suite_find(0xc02b)->key, SUITE_EC);
	CHECK_EQ(suite_find(0xccaa)->key, SUITE_RSA);
	CHECK_EQ(suite_find(0x0032)->key, SUITE_DSS);
	CHECK_EQ(suite_find(0x0003)->key, SUITE_RSA);
	CHECK_EQ(suite_find(0x0034)->key, SUITE_NONE);
}

int main(void)
{
	RUN(finds_the_first_the_last_and_none_between);
	RUN(every_row_is_findable);
	RUN(knows_whose_key_it_needs);
	return test_done();
}
