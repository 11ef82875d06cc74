/* The first byte: 0 a ServerHello, parsed and skimmed; else EncryptedExtensions. */
#include "wire/serverhello.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

static void touch_hello(const struct server_hello *h)
{
	touch(h->random);
	touch(h->session_id);
	touch(h->share);
	touch(h->cookie);
	touch(h->alpn);
	touch(h->sct);
	touch(h->extensions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size), alpn;
	struct server_hello whole, skimmed;
	bool parses;

	if (span_u8(&in)) {
		if (!err_is(encrypted_extensions_parse(in, &alpn)))
			touch(alpn);
		return 0;
	}
	parses = !err_is(server_hello_parse(in, &whole));
	if (parses)
		touch_hello(&whole);
	if (!err_is(server_hello_skim(in, &skimmed)))
		touch_hello(&skimmed);
	else if (parses)
		abort(); /* what parses can be skimmed */
	return 0;
}
