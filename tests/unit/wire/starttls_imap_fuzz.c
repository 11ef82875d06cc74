#include "lib/dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	dialogue_fuzz(&dialect_imap, data, size);
	return 0;
}
