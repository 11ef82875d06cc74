/*
 * hex.h: bytes written as text in tests, as the RFCs print them.
 */
#pragma once

#include "base/span.h"

#include "lib/test.h"

/* Hexadecimal, spaces between bytes allowed; the memory is the caller's to free. */
static inline struct span unhex(const char *text)
{
	size_t n = strlen(text);
	uint8_t *bytes = calloc(1, n / 2 + 1);
	size_t out = 0;

	for (size_t i = 0; i < n && bytes; i++) {
		unsigned byte;

		if (text[i] == ' ' || sscanf(text + i, "%2x", &byte) != 1)
			continue;
		bytes[out++] = (uint8_t)byte;
		i++;
	}
	return span_of(bytes, out);
}

static inline void unhex_free(struct span s)
{
	free((void *)(uintptr_t)s.p);
}

/* Valid until the next call. */
static inline const char *hex(const void *p, size_t n)
{
	static char text[4096];

	text[0] = 0;
	for (size_t i = 0; i < n && 2 * i + 3 < sizeof(text); i++)
		snprintf(text + 2 * i, 3, "%02x", ((const uint8_t *)p)[i]);
	return text;
}
