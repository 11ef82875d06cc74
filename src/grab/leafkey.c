/*
 * leafkey.c: Certificate -> tbsCertificate -> subjectPublicKeyInfo -> algorithm (RFC 5280 4.1), by
 * skipping what lies before it.
 */
#include "grab/leafkey.h"

enum {
	TAG_INTEGER = 0x02,
	TAG_OID = 0x06,
	TAG_SEQUENCE = 0x30,
	TAG_VERSION = 0xa0,
};

static struct span element(struct span *s, uint8_t tag)
{
	uint8_t found = span_u8(s);
	size_t n = span_u8(s);

	if (n > 0x84 || n == 0x80)
		s->bad = true;
	else if (n > 0x80)
		n = (size_t)span_be(s, n & 0x7f);
	s->bad |= found != tag;
	return span_take(s, n);
}

static struct span key_algorithm(struct span der)
{
	struct span certificate = element(&der, TAG_SEQUENCE);
	struct span tbs = element(&certificate, TAG_SEQUENCE);
	struct span key, algorithm;

	if (tbs.n && tbs.p[0] == TAG_VERSION)
		element(&tbs, TAG_VERSION);
	element(&tbs, TAG_INTEGER); /* serialNumber */
	element(&tbs, TAG_SEQUENCE); /* signature */
	element(&tbs, TAG_SEQUENCE); /* issuer */
	element(&tbs, TAG_SEQUENCE); /* validity */
	element(&tbs, TAG_SEQUENCE); /* subject */
	key = element(&tbs, TAG_SEQUENCE);
	algorithm = element(&key, TAG_SEQUENCE);
	return element(&algorithm, TAG_OID);
}

static const struct {
	const char *oid;
	size_t n;
	enum hello_keys family;
} algorithms[] = {
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9, HELLO_RSA}, /* rsaEncryption */
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9, HELLO_RSA}, /* id-RSASSA-PSS */
    {"\x2a\x86\x48\xce\x3d\x02\x01", 7, HELLO_ECDSA}, /* id-ecPublicKey */
    {"\x2b\x65\x70", 3, HELLO_ECDSA}, /* id-Ed25519 */
    {"\x2b\x65\x71", 3, HELLO_ECDSA}, /* id-Ed448 */
};

enum hello_keys leafkey_family(struct span der)
{
	struct span oid = key_algorithm(der);

	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (!oid.bad && span_eq(oid, span_of(algorithms[i].oid, algorithms[i].n)))
			return algorithms[i].family;
	return HELLO_ANY_KEY;
}
