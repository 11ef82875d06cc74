#include "x509/cert.h"
#include "x509/general.h"

#include "lib/certs.h"

/* All names of a certificate, a line each. */
static const char *names_of(const char *cert)
{
	static struct buf out;
	struct general name;
	struct span rest;
	struct cert c;

	buf_done(&out);
	buf_init(&out, 4096);
	cert_parse(test_cert(cert), &c);
	rest = c.ext.san;
	while (general_next(&rest, &name)) {
		general_text(&name, &out);
		buf_str(&out, "\n");
	}
	return buf_text(&out);
}

static void the_kinds_are_told_apart(void)
{
	CHECK_STR(names_of("odd-san-all-kinds"),
	    "other:1.2.3.4\nmail:a@b\nwww.example\nx400:\ndir:CN=dir\nedi:\nuri:http://x/\n"
	    "10.0.0.1\nrid:1.2.3\n");
}

static void addresses_of_both_families(void)
{
	CHECK_STR(names_of("leaf"), "www.example\n*.wild.example\n10.0.0.1\n2001:db8::1\n");
}

/* A dNSName that looks like something else says that it is a dNSName. */
static void a_name_in_disguise(void)
{
	CHECK_STR(names_of("odd-san-ip-as-dns"), "dns:10.0.0.1\n");
	CHECK_STR(names_of("odd-san-nul"), "www.example\\00.evil.test\n");
	CHECK_STR(names_of("odd-san-ip-of-5"), "ip:0a00000102\n");
}

static void a_malformed_list_ends(void)
{
	struct span names = span_of("\x82\x01x\x82\x50y", 6);
	struct general name;

	CHECK(general_next(&names, &name));
	CHECK(!general_next(&names, &name));
	CHECK(names.bad);
	names = span_of("\x30\x01x", 3); /* no context tag */
	CHECK(!general_next(&names, &name));
	CHECK(names.bad);
}

static void only_addresses_are_addresses(void)
{
	struct general name = {.kind = GENERAL_IP, .value = span_of("\x0a\0\0\1", 4)};
	struct addr addr;

	CHECK(general_addr(&name, &addr));
	CHECK_EQ(addr_v4(&addr), 0x0a000001);
	name.kind = GENERAL_DNS;
	CHECK(!general_addr(&name, &addr));
	name.kind = GENERAL_IP;
	name.value.n = 3;
	CHECK(!general_addr(&name, &addr));
}

int main(void)
{
	RUN(the_kinds_are_told_apart);
	RUN(addresses_of_both_families);
	RUN(a_name_in_disguise);
	RUN(a_malformed_list_ends);
	RUN(only_addresses_are_addresses);
	return test_done();
}
