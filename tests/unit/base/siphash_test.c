#include "base/siphash.h"

#include "lib/test.h"

/* The paper's own vector (appendix A): key 00..0f, message 00..0e. */
static void gives_the_paper_s_vector(void)
{
	static const struct siphash_key key = {{0x0706050403020100u, 0x0f0e0d0c0b0a0908u}};
	uint8_t message[15];

	for (unsigned i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	CHECK(siphash(&key, message, sizeof(message)) == 0xa129ca6149be45e5u);
}

/* From the reference implementation's list, same key, messages 00..(n-1). */
static void gives_the_reference_vectors(void)
{
	static const struct siphash_key key = {{0x0706050403020100u, 0x0f0e0d0c0b0a0908u}};
	static const struct {
		size_t n;
		uint64_t hash;
	} cases[] = {{0, 0x726fdb47dd0e0e31u}, {1, 0x74f839c593dc67fdu}, {2, 0x0d6c8009d9a94f5au},
	    {3, 0x85676696d7fb7e2du}, {4, 0xcf2794e0277187b7u}, {5, 0x18765564cd99a68du},
	    {6, 0xcbc9466e58fee3ceu}, {7, 0xab0200f58b01d137u}, {8, 0x93f5f5799a932462u},
	    {63, 0x958a324ceb064572u}};
	uint8_t message[64];

	for (unsigned i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(siphash(&key, message, cases[i].n) == cases[i].hash);
}

static void length_and_key_matter(void)
{
	static const struct siphash_key a = {{1, 2}}, b = {{1, 3}};

	CHECK(siphash(&a, "\0\0", 1) != siphash(&a, "\0\0", 2));
	CHECK(siphash(&a, "x", 1) != siphash(&b, "x", 1));
}

int main(void)
{
	RUN(gives_the_paper_s_vector);
	RUN(gives_the_reference_vectors);
	RUN(length_and_key_matter);
	return test_done();
}
