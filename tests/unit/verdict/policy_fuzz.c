/* A policy is read or refused with a sentence; what was read stays below its bounds. */
#include "verdict/policy.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile bool sink;

static void check(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy policy;
	struct buf message;

	if (size > 2048)
		return 0;
	buf_init(&message, 1024);
	if (err_is(policy_parse(span_of(data, size), &policy, &message))) {
		check(message.n > 0);
	} else {
		for (size_t i = 0; i < POLICY_LISTS; i++)
			check(memchr(policy.lists[i], 0, POLICY_LIST_MAX) != NULL);
		check(policy.rsa_bits <= 65536 && policy.ec_bits <= 65536);
		sink = policy_allows(&policy, POLICY_HASHES, ""); /* "*" does */
		sink = policy_allows(&policy, POLICY_CIPHERS, "TLS_RSA_WITH_RC4_128_SHA");
	}
	buf_done(&message);
	return 0;
}
