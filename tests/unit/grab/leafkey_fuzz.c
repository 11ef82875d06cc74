#include "grab/leafkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	leafkey_family(span_of(data, size));
	return 0;
}
