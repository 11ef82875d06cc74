/*
 * A bundle: its first half known from the network, its second half believed, then all of it known;
 * and what is found of it.
 */
#include "x509/pem.h"
#include "x509/trust.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_known(struct trust *t, struct span bundle)
{
	struct buf der;

	buf_init(&der, 1 << 20);
	while (pem_next(&bundle, &der) == PEM_CERT)
		if (err_is(trust_add_known(t, buf_view(&der))))
			abort();
	buf_done(&der);
}

/* An anchor of a certificate has its name and its key, and somebody believed in it. */
static void ask(const struct trust *t, struct span bundle)
{
	struct buf der;

	buf_init(&der, 1 << 20);
	while (pem_next(&bundle, &der) == PEM_CERT) {
		const struct trusted *at;
		struct cert c;

		cert_parse(buf_view(&der), &c);
		for (at = trust_first(t, c.subject_name); at; at = trust_next(at))
			if (trust_is_anchor(t, at) && !at->given)
				abort();
		at = trust_anchor_of(t, &c);
		if (at && (!at->given || at->cert.subject_name != c.subject_name))
			abort();
	}
	buf_done(&der);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bundle = span_of(data + size / 2, size - size / 2);
	size_t added, skipped;
	struct trust *t = NULL;

	if (err_is(trust_new(&t)))
		abort();
	add_known(t, span_of(data, size / 2));
	if (!trust_is_empty(t) || err_is(trust_add_roots(t, bundle, &added, &skipped)))
		abort();
	if ((added == 0) != trust_is_empty(t) || (added && trust_epoch(t) == 0))
		abort();
	add_known(t, span_of(data, size));
	ask(t, span_of(data, size));
	if (!trust_verifier(t))
		abort();
	trust_free(t);
	return 0;
}
