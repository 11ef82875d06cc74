#include "x509/verify.h"

#include "lib/certs.h"

static struct verifier *verifier;

static enum signed_by signed_by(const char *child, const char *issuer)
{
	struct cert c, i;

	cert_parse(test_cert(child), &c);
	cert_parse(test_cert(issuer), &i);
	return verify_signed(verifier, &c, &i);
}

static void every_kind_of_signature(void)
{
	CHECK_EQ(signed_by("leaf", "inter"), SIGNED_YES);
	CHECK_EQ(signed_by("inter", "root"), SIGNED_YES);
	CHECK_EQ(signed_by("root", "root"), SIGNED_YES);
	CHECK_EQ(signed_by("leaf-sha512", "rsa-root"), SIGNED_YES);
	CHECK_EQ(signed_by("leaf-sha224", "rsa-root"), SIGNED_YES);
	CHECK_EQ(signed_by("leaf-pss", "rsa-root"), SIGNED_YES);
	CHECK_EQ(signed_by("leaf-of-ed25519-root", "ed25519-root"), SIGNED_YES);
}

/* What nobody should trust any more is still told from what was never signed. */
static void broken_digests_too(void)
{
	CHECK_EQ(signed_by("leaf-md5", "rsa-root"), SIGNED_YES);
	CHECK_EQ(signed_by("leaf-sha1", "rsa-root"), SIGNED_YES);
	CHECK_EQ(signed_by("leaf-ecdsa-sha1", "root"), SIGNED_YES);
}

static void not_by_another(void)
{
	CHECK_EQ(signed_by("leaf", "root"), SIGNED_NO);
	CHECK_EQ(signed_by("leaf", "other-inter"), SIGNED_NO);
	CHECK_EQ(signed_by("leaf", "rsa-root"), SIGNED_NO);
	CHECK_EQ(signed_by("odd-signature-forged", "inter"), SIGNED_NO);
	CHECK_EQ(signed_by("odd-algorithms-differ", "inter"), SIGNED_NO);
	CHECK_EQ(signed_by("odd-cut-at-300", "inter"), SIGNED_NO);
}

static void by_either_twin(void)
{
	CHECK_EQ(signed_by("twin-leaf", "twin-by-root"), SIGNED_YES);
	CHECK_EQ(signed_by("twin-leaf", "twin-by-other"), SIGNED_YES);
}

static void what_cannot_be_checked_is_neither(void)
{
	struct cert child, issuer;

	cert_parse(test_cert("leaf"), &child);
	cert_parse(test_cert("odd-key-mldsa"), &issuer);
	child.signed_with = span_of("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x12", 13);
	memset(child.id, 1, sizeof(child.id));
	CHECK_EQ(verify_signed(verifier, &child, &issuer), SIGNED_UNKNOWN);
	child.signed_with = span_of("\x30\x05\x06\x03\x2a\x03\x04", 7);
	memset(child.id, 2, sizeof(child.id));
	CHECK_EQ(verify_signed(verifier, &child, &issuer), SIGNED_UNKNOWN);
}

static void an_answer_is_kept(void)
{
	uint64_t before;

	signed_by("leaf-p384", "inter");
	before = verifier_operations(verifier);
	CHECK_EQ(signed_by("leaf-p384", "inter"), SIGNED_YES);
	CHECK_EQ(verifier_operations(verifier), before);
	CHECK_EQ(signed_by("leaf-p521", "inter"), SIGNED_YES);
	CHECK_EQ(verifier_operations(verifier), before + 1);
}

/* 10,000 strangers in between do not push out what is in constant use. */
static void constant_use_keeps_an_answer(void)
{
	struct cert stranger, root;
	uint64_t before;

	cert_parse(test_cert("leaf"), &stranger);
	cert_parse(test_cert("root"), &root);
	signed_by("inter", "root");
	stranger.signature.n = 0; /* costs nothing to refuse */
	before = verifier_operations(verifier);
	for (uint32_t i = 0; i < 10000; i++) {
		memcpy(stranger.id, &i, sizeof(i));
		CHECK_EQ(verify_signed(verifier, &stranger, &root), SIGNED_NO);
		CHECK_EQ(signed_by("inter", "root"), SIGNED_YES);
	}
	CHECK_EQ(verifier_operations(verifier), before);
}

int main(void)
{
	if (err_is(verifier_new(&verifier)))
		return 1;
	RUN(every_kind_of_signature);
	RUN(broken_digests_too);
	RUN(not_by_another);
	RUN(by_either_twin);
	RUN(what_cannot_be_checked_is_neither);
	RUN(an_answer_is_kept);
	RUN(constant_use_keeps_an_answer);
	verifier_free(verifier);
	verifier_free(NULL);
	return test_done();
}
