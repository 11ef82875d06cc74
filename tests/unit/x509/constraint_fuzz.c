/* The content of NameConstraints behind its length (two bytes), then that of GeneralNames. */
#include "x509/constraint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cert issuer = {.ext.has_constraints = true}, child = {.version = 3};
	struct span in = span_of(data, size);

	issuer.ext.constraints = span_vec(&in, 2);
	child.ext.san = in;
	child.subject = span_of("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x0a\x0c\x02me", 15);
	constraint_allows(&issuer, &child);
	return 0;
}
