/*
 * certs.h: the certificates of tests/certs (made by tests/certs/make.py) by their names.
 */
#pragma once

#include "lib/test.h"
#include "x509/pem.h"

/* A file beside the tests, whole; read once, kept until the program ends. Empty where there is
 * none. */
static inline struct span test_file(const char *below)
{
	enum { FILES_MAX = 512 };
	static struct {
		char name[128];
		struct buf bytes;
	} files[FILES_MAX];
	static size_t n;
	FILE *f;

	for (size_t i = 0; i < n; i++)
		if (strcmp(files[i].name, below) == 0)
			return buf_view(&files[i].bytes);
	f = fopen(test_path(below), "rb");
	test_check(f && n < FILES_MAX, __FILE__, __LINE__, below);
	if (!f || n == FILES_MAX)
		return span_of(NULL, 0);
	snprintf(files[n].name, sizeof(files[n].name), "%s", below);
	buf_init(&files[n].bytes, 16 << 20);
	for (int c; (c = fgetc(f)) != EOF;)
		buf_be(&files[n].bytes, (uint64_t)c, 1);
	fclose(f);
	return buf_view(&files[n++].bytes);
}

/* The bytes of tests/certs/NAME.pem, cut ones too; kept like the file. */
static inline struct span test_cert(const char *name)
{
	enum { CERTS_MAX = 512 };
	static struct {
		char name[64];
		struct buf der;
	} certs[CERTS_MAX];
	static size_t n;
	struct span pem;
	char below[96];

	for (size_t i = 0; i < n; i++)
		if (strcmp(certs[i].name, name) == 0)
			return buf_view(&certs[i].der);
	snprintf(below, sizeof(below), "certs/%s.pem", name);
	pem = test_file(below);
	if (n == CERTS_MAX)
		return span_of(NULL, 0);
	snprintf(certs[n].name, sizeof(certs[n].name), "%s", name);
	buf_init(&certs[n].der, 1 << 20);
	pem_decode(&pem, &certs[n].der);
	return buf_view(&certs[n++].der);
}
