/* A name, shown, folded, and compared with what follows it. */
#include "x509/der.h"
#include "x509/name.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size), first = der_whole(&rest, DER_SEQUENCE);
	struct span name = first.bad ? span_of(data, size) : first;
	struct buf out;

	buf_init(&out, 1 << 20);
	name_text(name, &out);
	name_cn(name, &out);
	buf_done(&out);
	name_is_empty(name);
	name_is_readable(name);
	if (!name_eq(name, name))
		abort();
	if (name_eq(name, rest) && name_key(name) != name_key(rest))
		abort(); /* the key is how issuers find it */
	return 0;
}
