/* The first byte: 1 for DTLS. Its fingerprints are taken too. */
#include "wire/clienthello.h"

#include "wire/fingerprint.h"
#include "wire/handshake.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += s.p[i];
}

static void touch_all(const struct client_hello *h)
{
	const struct span all[] = {h->random, h->session_id, h->cookie, h->ciphers, h->compression,
	    h->extensions, h->name, h->alpn, h->groups, h->point_formats, h->schemes, h->versions,
	    h->shares, h->psk_modes, h->ticket};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		touch(all[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	bool dtls = span_u8(&in) & 1;
	struct client_hello h;
	char md5[JA3_HEX + 1], text[JA4_TEXT + 1];

	if (err_is(client_hello_parse(in, dtls, &h)))
		return 0;
	touch_all(&h);
	ja3(&h, md5);
	ja4(&h, dtls ? 'd' : 't', text);
	if (strlen(text) != JA4_TEXT)
		abort();
	return 0;
}
