#include "x509/constraint.h"

#include "lib/certs.h"

static struct cert cert_of(const char *name)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	return c;
}

static bool allows(const char *issuer, const char *child)
{
	struct cert i = cert_of(issuer), c = cert_of(child);

	return constraint_allows(&i, &c);
}

static void whole_certificates(void)
{
	CHECK(allows("root", "leaf"));
	CHECK(allows("ca-permits-example", "under-permits-example"));
	CHECK(!allows("ca-permits-example", "outside-permits-example"));
	CHECK(allows("ca-excludes", "under-excludes"));
	CHECK(!allows("ca-excludes", "inside-excludes-dns"));
	CHECK(!allows("ca-excludes", "inside-excludes-wildcard"));
	CHECK(!allows("ca-excludes", "inside-excludes-ip"));
}

/* One permitted (or excluded) base against one name, both GeneralNames of a kind. */
static bool one(
    bool excluded, uint8_t kind, const char *base, size_t n_base, const char *name, size_t n_name)
{
	struct cert issuer = {.ext.has_constraints = true}, child = {.version = 3};
	struct buf constraints, names;
	bool allowed;

	buf_init(&constraints, 256);
	buf_init(&names, 256);
	buf_be(&constraints, excluded ? 0xa1 : 0xa0, 1);
	buf_be(&constraints, n_base + 4, 1);
	buf_be(&constraints, 0x30, 1);
	buf_be(&constraints, n_base + 2, 1);
	buf_be(&constraints, 0x80u | kind, 1);
	buf_be(&constraints, n_base, 1);
	buf_put(&constraints, base, n_base);
	buf_be(&names, 0x80u | kind, 1);
	buf_be(&names, n_name, 1);
	buf_put(&names, name, n_name);
	issuer.ext.constraints = buf_view(&constraints);
	child.ext.san = buf_view(&names);
	allowed = constraint_allows(&issuer, &child);
	buf_done(&constraints);
	buf_done(&names);
	return allowed;
}

static bool permits(const char *base, const char *name)
{
	return one(false, GENERAL_DNS, base, strlen(base), name, strlen(name));
}

static bool excludes(const char *base, const char *name)
{
	return !one(true, GENERAL_DNS, base, strlen(base), name, strlen(name));
}

static void dns_names(void)
{
	CHECK(permits("example.com", "example.com"));
	CHECK(permits("Example.com", "WWW.exAMPLE.com"));
	CHECK(permits("", "anything.test"));
	CHECK(!permits("example.com", "notexample.com"));
	CHECK(!permits("example.com", "com"));
	CHECK(!permits("www.example.com", "example.com"));
	CHECK(excludes("example.com", "a.b.example.com"));
	CHECK(excludes("", "anything.test"));
	CHECK(!excludes("example.com", "example.org"));
}

/* A wildcard is all that it can become. */
static void wildcards(void)
{
	CHECK(permits("example.com", "*.example.com"));
	CHECK(!permits("a.example.com", "*.example.com"));
	CHECK(excludes("a.example.com", "*.example.com"));
	CHECK(excludes("example.com", "*.example.com"));
	CHECK(!excludes("b.a.example.com", "*.example.com"));
	CHECK(!excludes("a.example.org", "*.example.com"));
}

static void malformed_names_and_bases(void)
{
	CHECK(!permits("*.example.com", "www.example.com"));
	CHECK(!permits(".example.com", "www.example.com"));
	CHECK(!permits("example.com", "w*.example.com"));
	CHECK(!permits("example.com", "www..example.com"));
	CHECK(!permits("example.com", "www.example.com."));
}

static bool permits_ip(const char *base, size_t n_base, const char *name, size_t n_name)
{
	return one(false, GENERAL_IP, base, n_base, name, n_name);
}

static void addresses(void)
{
	CHECK(permits_ip("\x0a\0\0\0\xff\0\0\0", 8, "\x0a\1\2\3", 4));
	CHECK(!permits_ip("\x0a\0\0\0\xff\0\0\0", 8, "\x0b\1\2\3", 4));
	CHECK(permits_ip("\x0a\1\2\3\xff\xff\xff\xff", 8, "\x0a\1\2\3", 4));
	CHECK(permits_ip("\0\0\0\0\0\0\0\0", 8, "\x0b\1\2\3", 4));
	CHECK(!permits_ip("\0\0\0\0\0\0\0\0", 8, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16));
	CHECK(permits_ip("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0"
			 "\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0",
	    32, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16));
	/* a mask with a hole, a base and a name of odd lengths */
	CHECK(!permits_ip("\x0a\0\0\0\xff\0\xff\0", 8, "\x0a\1\2\3", 4));
	CHECK(!permits_ip("\x0a\0\0\xff\0\0", 6, "\x0a\1\2\3", 4));
	CHECK(!permits_ip("\x0a\0\0\0\xff\0\0\0", 8, "\x0a\1\2\3\4", 5));
}

static void directory_names(void)
{
	static const char org[] = "\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x0a\x0c\x02me";
	static const char below[] = "\x30\x19\x31\x0b\x30\x09\x06\x03\x55\x04\x0a\x0c\x02ME"
				    "\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x";

	CHECK(one(false, 0x20 | GENERAL_DIRECTORY, org, 15, below, 27));
	CHECK(!one(false, 0x20 | GENERAL_DIRECTORY, below, 27, org, 15));
	CHECK(!one(true, 0x20 | GENERAL_DIRECTORY, org, 15, below, 27));
	CHECK(!one(false, 0x20 | GENERAL_DIRECTORY, "\x31\0", 2, below, 27));
}

static void kinds_that_are_not_compared(void)
{
	CHECK(!one(false, GENERAL_EMAIL, "example.com", 11, "a@example.com", 13));
	CHECK(!one(true, GENERAL_URI, "example.org", 11, "http://example.com", 18));
}

static void other_kinds_do_not_constrain(void)
{
	struct cert issuer = cert_of("ca-permits-example"), child = {.version = 3};

	child.ext.san = span_of("\x87\x04\x0a\0\0\1", 6);
	CHECK(constraint_allows(&issuer, &child));
}

static bool constrains(const char *content, size_t n)
{
	struct cert issuer = {.ext.has_constraints = true}, child = cert_of("leaf");

	issuer.ext.constraints = span_of(content, n);
	return !constraint_allows(&issuer, &child);
}

static void malformed_constraints_allow_nothing(void)
{
	CHECK(constrains("", 0));
	CHECK(constrains("\xa0\0\xa1\0", 4));
	CHECK(constrains("\x05\0", 2));
	CHECK(constrains("\xa0\x04\x30\x09\x82\x01", 6));
	CHECK(constrains("\xa1\x08\x30\x06\x82\x01x\x80\x01\x01", 10)); /* a minimum */
	CHECK(!constrains("\xa1\x05\x30\x03\x82\x01x", 7));
}

/* 400 subtrees for 400 names: refused after so many comparisons, not after all of them. */
static void the_product_is_bounded(void)
{
	struct cert issuer = {.ext.has_constraints = true}, child = {.version = 3};
	struct buf trees, names;

	buf_init(&trees, 1 << 16);
	buf_init(&names, 1 << 16);
	buf_be(&trees, 0xa1820000 | 400 * 6, 4);
	for (unsigned i = 0; i < 400; i++) {
		buf_put(&trees, "\x30\x04\x82\x02xy", 6);
		buf_put(&names, "\x82\x02zz", 4);
	}
	issuer.ext.constraints = buf_view(&trees);
	child.ext.san = span_of(names.p, 40);
	CHECK(constraint_allows(&issuer, &child));
	child.ext.san = buf_view(&names);
	CHECK(!constraint_allows(&issuer, &child));
	buf_done(&trees);
	buf_done(&names);
}

int main(void)
{
	RUN(whole_certificates);
	RUN(dns_names);
	RUN(wildcards);
	RUN(malformed_names_and_bases);
	RUN(addresses);
	RUN(directory_names);
	RUN(kinds_that_are_not_compared);
	RUN(other_kinds_do_not_constrain);
	RUN(malformed_constraints_allow_nothing);
	RUN(the_product_is_bounded);
	return test_done();
}
