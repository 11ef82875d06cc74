#include "format/show.h"

#include "lib/certs.h"

static const struct style plain = {.width = 80};

static const char *shown(const char *name, struct buf *out)
{
	buf_init(out, 1 << 16);
	show_extensions(test_cert(name), &plain, out);
	return buf_text(out);
}

static void a_line_for_each_thing_said(void)
{
	const char *text;
	struct buf out;

	text = shown("words-leaf", &out);
	CHECK(strstr(text, "\nExtensions\n  Basic constraints             no authority\n") == text);
	CHECK(strstr(text,
	    "\n  Key usage (critical)          digital signature\n"
	    "                                key encipherment\n"
	    "  Addresses of the issuer       OCSP: http://ocsp.example/\n"
	    "                                issuer's certificate: http://ca.example/inter.cer\n"));
	CHECK(strstr(text, "\n  1.3.6.1.4.1.99999.1           0500\n"));
	buf_done(&out);
}

static void what_cannot_be_read_is_said(void)
{
	struct buf out;

	CHECK(strstr(shown("odd-san-cut", &out),
	    "\n  Names                         0 names\n"
	    "                                ... cannot be read further\n"));
	buf_done(&out);
	CHECK_STR(
	    shown("odd-extensions-cut", &out), "\nExtensions\n  ... cannot be read further\n");
	buf_done(&out);
	CHECK_STR(shown("odd-version-1", &out), "");
	buf_done(&out);
}

int main(void)
{
	RUN(a_line_for_each_thing_said);
	RUN(what_cannot_be_read_is_said);
	return test_done();
}
