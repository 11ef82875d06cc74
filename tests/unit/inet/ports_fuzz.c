/* What is counted is what is in the set, and nothing stands alone that is not. */
#include "inet/ports.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ports p;
	size_t n = 0;

	ports_clear(&p);
	if (err_is(ports_parse(&p, span_of(data, size))))
		return p.n ? (abort(), 0) : 0;
	for (unsigned port = 0; port <= UINT16_MAX; port++) {
		n += ports_has(&p, (uint16_t)port);
		if (ports_alone(&p, (uint16_t)port) && !ports_has(&p, (uint16_t)port))
			abort();
	}
	if (n != p.n || n == 0 || ports_has(&p, 0))
		abort();
	return 0;
}
