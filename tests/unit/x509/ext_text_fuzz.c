/* An OBJECT IDENTIFIER, then the value of the extension of that name. */
#include "x509/der.h"
#include "x509/ext_text.h"
#include "x509/limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size);
	struct ext ext = {.oid = der_take(&rest, DER_OID)};
	struct ext_text said;
	struct span line;
	struct buf values;

	if (rest.bad)
		return 0;
	ext.value = rest;
	buf_init(&values, EXT_TEXT_MAX);
	ext_text(&ext, &values, &said);
	while (span_line(&said.values, &line))
		continue;
	if (said.values.n) /* they are whole lines */
		abort();
	buf_done(&values);
	return 0;
}
