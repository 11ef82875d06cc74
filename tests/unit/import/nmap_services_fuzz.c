#include "import/nmap_services.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ports ports;

	ports_clear(&ports);
	nmap_services_top(span_of(data, size), size ? data[0] : 0, &ports);
	return 0;
}
