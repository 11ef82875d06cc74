/* The content of GeneralNames, each name as text. */
#include "x509/general.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span names = span_of(data, size);
	struct general name;
	struct addr addr;
	struct buf out;

	buf_init(&out, 1 << 20);
	while (general_next(&names, &name)) {
		general_addr(&name, &addr);
		general_text(&name, &out);
	}
	buf_done(&out);
	return 0;
}
