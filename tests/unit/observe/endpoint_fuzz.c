/* An endpoint that is read is written so that it reads as itself. */
#include "observe/endpoint.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct endpoint e, again;
	uint8_t key[ENDPOINT_KEY_MAX], key_again[ENDPOINT_KEY_MAX];
	char text[ENDPOINT_TEXT_MAX];
	size_t n;

	if (err_is(endpoint_parse(span_of(data, size), &e)))
		return 0;
	if (err_is(endpoint_parse(span_str(endpoint_text(&e, text)), &again)))
		abort();
	n = endpoint_key(&e, key);
	if (endpoint_key(&again, key_again) != n || memcmp(key, key_again, n) != 0)
		abort();
	return 0;
}
