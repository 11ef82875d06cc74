#include "wire/sslv2.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	struct sslv2_client_hello c;
	struct sslv2_server_hello s;
	size_t n = 0;
	enum sslv2_look look = sslv2_look(in, &n);

	if ((look == SSLV2_SHORT) != (size < SSLV2_LOOK && look != SSLV2_FOREIGN))
		abort();
	span_take(&in, SSLV2_HEADER);
	if (!err_is(sslv2_client_hello_parse(in, &c))) {
		touch(c.ciphers);
		touch(c.session_id);
		touch(c.challenge);
	}
	if (!err_is(sslv2_server_hello_parse(in, &s))) {
		touch(s.cert);
		touch(s.ciphers);
		touch(s.connection_id);
	}
	return 0;
}
