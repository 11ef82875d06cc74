#include "wire/key_shares.h"

#include "lib/test.h"

static void holds_every_group_we_offer(void)
{
	static const struct {
		uint16_t group;
		size_t n;
	} rows[] = {{29, 32}, {23, 65}, {24, 97}, {25, 133}, {30, 56}};
	struct key_shares *s = NULL;

	CHECK(!err_is(key_shares_new(&s)));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kex *k = key_shares_find(s, rows[i].group);

		CHECK(k != NULL);
		CHECK_EQ(k ? kex_public(k).n : 0, rows[i].n);
	}
	CHECK(key_shares_find(s, 4588) == NULL);
	CHECK(key_shares_find(s, 0) == NULL);
	key_shares_free(s);
}

static void refuses_half_a_set(void)
{
	static const uint8_t secret[32] = {1};
	struct span secrets[KEX_GROUPS] = {span_of(secret, 32), span_of(secret, 32)};
	struct key_shares *s = NULL;

	CHECK(err_is(key_shares_from(secrets, &s)));
	CHECK(s == NULL);
}

int main(void)
{
	RUN(holds_every_group_we_offer);
	RUN(refuses_half_a_set);
	return test_done();
}
