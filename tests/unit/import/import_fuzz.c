/* The format is sniffed; then each reader in turn is told that it is its, whatever it is. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input's first bytes as the name of a format: what is no such name makes no importer. */
static void check_name(struct span text)
{
	static const struct import_ops ops = {fuzz_target, fuzz_observation, fuzz_bad};
	struct fuzz_sums sums = {0};
	struct import *im = NULL;
	char name[16] = "";

	if (text.n)
		memcpy(name, text.p, text.n < sizeof(name) ? text.n : sizeof(name) - 1);
	if (!err_is(import_new(name, 0, &ops, &sums, &im)) && strcmp(import_format(im), name) != 0)
		abort();
	import_free(im);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *name;

	check_name(span_of(data, size));
	fuzz_both_ways(NULL, data, size);
	for (size_t k = 0; (name = import_format_name(k)); k++)
		fuzz_both_ways(name, data, size);
	return 0;
}
