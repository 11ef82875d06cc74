/* A SubjectPublicKeyInfo. */
#include "x509/key.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One of the kinds, or what the key is called itself. */
static bool is_kind(const struct key *key, const char *text)
{
	const char *name;

	for (size_t i = 0; (name = key_kind_name(i)); i++)
		if (strcmp(name, text) == 0)
			return true;
	return text == key->text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct key key;

	key_parse(span_of(data, size), &key);
	if (!memchr(key.text, 0, sizeof(key.text)) || key.type >= KEY_TYPE_MAX)
		abort();
	if (!is_kind(&key, key_kind_text(&key)))
		abort();
	return 0;
}
