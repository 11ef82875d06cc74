/*
 * The first byte picks the suite. The rest is opened as a record. Then it is the secret that was
 * agreed on, whatever its length: under the keys that come of it, it is sealed, and opened.
 */
#include "wire/record.h"
#include "wire/tls13.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_anything(struct tls13_keys *k, struct span in)
{
	uint8_t *plain = malloc(in.n ? in.n : 1);
	struct span header = span_take(&in, RECORD_HEADER);
	uint8_t type;
	size_t n;

	if (!header.bad && tls13_open(k, header, in, plain, &n, &type) && n >= in.n)
		abort();
	free(plain);
}

static void seal_and_open(struct tls13_keys *seal, struct tls13_keys *open, struct span text)
{
	struct buf sealed;
	struct span record, header;
	uint8_t *plain = malloc(text.n + 64), type = 0;
	size_t n = 0;

	buf_init(&sealed, 1 << 16);
	tls13_seal(seal, CONTENT_HANDSHAKE, text, &sealed);
	record = buf_view(&sealed);
	header = span_take(&record, RECORD_HEADER);
	if (!tls13_open(open, header, record, plain, &n, &type) || type != CONTENT_HANDSHAKE ||
	    !span_eq(span_of(plain, n), text))
		abort();
	buf_done(&sealed);
	free(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t secret[DIGEST_SIZE_MAX] = {1, 2, 3};
	struct span in = span_of(data, size);
	const struct tls13_suite *suite = tls13_suite((uint16_t)(0x1301 + span_u8(&in) % 5));
	struct tls13_keys one = {0}, other = {0}, seal = {0};
	struct tls13_secrets secrets;
	struct hmac h = {0};

	if (err_is(tls13_handshake_secrets(&h, suite, in, secret, &secrets)) ||
	    err_is(tls13_keys_init(&one, &h, suite, secret, AEAD_OPEN)) ||
	    err_is(tls13_keys_init(&other, &h, suite, secrets.client, AEAD_OPEN)) ||
	    err_is(tls13_keys_init(&seal, &h, suite, secrets.client, AEAD_SEAL)))
		abort();
	open_anything(&one, in);
	if (in.n <= RECORD_PLAIN_MAX)
		seal_and_open(&seal, &other, in);
	tls13_keys_done(&one);
	tls13_keys_done(&other);
	tls13_keys_done(&seal);
	hmac_done(&h);
	return 0;
}
