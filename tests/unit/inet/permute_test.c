#include "inet/permute.h"

#include "lib/test.h"

static bool is_permutation(uint64_t n, uint64_t seed)
{
	struct permute p;
	uint8_t *seen = calloc(1, n);
	bool ok = seen;

	permute_init(&p, n, seed);
	for (uint64_t k = 0; ok && k < n; k++) {
		uint64_t at = permute_at(&p, k);

		ok = at < n && !seen[at]++;
	}
	free(seen);
	return ok;
}

static void gives_each_number_once(void)
{
	for (uint64_t n = 1; n < 600; n++)
		CHECK(is_permutation(n, n * 77));
	CHECK(is_permutation(65536 * 10, 1));
	CHECK(is_permutation(1000003, 2));
}

static void the_largest_counts_do_not_overflow(void)
{
	static const uint64_t counts[] = {
	    INT64_MAX, (uint64_t)1 << 62, ((uint64_t)1 << 62) + 1, (uint64_t)(1 << 24) * 1000};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct permute p;
		uint64_t seen[64];

		permute_init(&p, counts[i], 99);
		CHECK((unsigned __int128)p.a * p.b >= counts[i]);
		for (uint64_t k = 0; k < 64; k++) {
			seen[k] = permute_at(&p, k);
			CHECK(seen[k] < counts[i]);
			for (uint64_t j = 0; j < k; j++)
				CHECK(seen[j] != seen[k]);
		}
	}
}

static uint64_t dice(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state ^ *state >> 29;
}

static void each_number_is_found_again(void)
{
	uint64_t state = 3;

	for (unsigned i = 0; i < 2000; i++) {
		uint64_t n = (dice(&state) >> dice(&state) % 63 & INT64_MAX) + 1;
		struct permute p;

		permute_init(&p, n, dice(&state));
		for (unsigned j = 0; j < 50; j++) {
			uint64_t k = dice(&state) % n;

			CHECK(permute_find(&p, permute_at(&p, k)) == k);
			CHECK(permute_at(&p, permute_find(&p, k)) == k);
		}
	}
}

static void seeds_make_different_orders(void)
{
	struct permute p, q;
	unsigned same = 0;

	permute_init(&p, 10000, 1);
	permute_init(&q, 10000, 2);
	for (uint64_t k = 0; k < 10000; k++)
		same += permute_at(&p, k) == permute_at(&q, k);
	CHECK(same < 20); /* one is expected by chance */
}

/* 256 hosts of 100 ports, numbered host by host: in any 256 steps no host should be met often. */
static void no_host_is_hammered(void)
{
	struct permute p;
	unsigned most = 0;

	permute_init(&p, 25600, 5);
	for (uint64_t window = 0; window < 100; window++) {
		unsigned met[256] = {0};

		for (uint64_t k = 0; k < 256; k++) {
			unsigned now = ++met[permute_at(&p, window * 256 + k) / 100];

			most = now > most ? now : most;
		}
	}
	CHECK(
	    most <= 10); /* Poisson of mean 1: more than 10 in one of 25,600 has a chance of 3e-4 */
}

int main(void)
{
	RUN(gives_each_number_once);
	RUN(the_largest_counts_do_not_overflow);
	RUN(each_number_is_found_again);
	RUN(seeds_make_different_orders);
	RUN(no_host_is_hammered);
	return test_done();
}
