/* Any file: a zone that knows every moment, or none. */
#include "base/zone.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone *zone = NULL;

	if (!err_is(zone_fixed(span_of(data, size), &zone))) {
		if (zone_offset(zone, 0) != zone_offset(zone, 1775000000))
			abort();
		zone_free(zone);
		return 0;
	}
	if (err_is(zone_from_file(span_of(data, size), &zone)))
		return 0;
	for (int64_t s = -4000000000; s < 8000000000; s += 86400 * 181) {
		struct zone_moments m = zone_moments(zone, s);

		if (m.twice && m.second_s <= m.first_s)
			abort();
	}
	zone_free(zone);
	return 0;
}
