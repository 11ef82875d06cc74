/* A SubjectPublicKeyInfo. */
#include "x509/key.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct key key;

	key_parse(span_of(data, size), &key);
	if (!memchr(key.text, 0, sizeof(key.text)) || key.type >= KEY_TYPE_MAX)
		abort();
	return 0;
}
