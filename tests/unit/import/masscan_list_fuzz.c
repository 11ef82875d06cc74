#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_both_ways("masscan-list", data, size);
	fuzz_both_ways(NULL, data, size);
	return 0;
}
