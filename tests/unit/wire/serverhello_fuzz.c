/* The first byte: 0 a ServerHello, else EncryptedExtensions. */
#include "wire/serverhello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size), alpn;
	struct server_hello h;

	if (span_u8(&in)) {
		if (!err_is(encrypted_extensions_parse(in, &alpn)))
			touch(alpn);
		return 0;
	}
	if (err_is(server_hello_parse(in, &h)))
		return 0;
	touch(h.random);
	touch(h.session_id);
	touch(h.share);
	touch(h.cookie);
	touch(h.alpn);
	touch(h.extensions);
	return 0;
}
