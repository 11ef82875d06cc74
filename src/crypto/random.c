/*
 * random.c: libcrypto's generator, which seeds itself from the kernel and survives fork().
 */
#include "crypto/random.h"

#include <limits.h>
#include <openssl/rand.h>

struct err random_bytes(uint8_t *ret, size_t n)
{
	if (n > INT_MAX || RAND_bytes(ret, (int)n) != 1)
		return err_io(0, "no random bytes");
	return OK;
}
