#include "x509/der.h"
#include "x509/own_mark.h"

#include "lib/certs.h"

static void the_bytes_are_the_number(void)
{
	static const uint8_t oid[] = {0x69, 0x82, 0xed, 0xf4, 0xe0, 0xb7, 0xcb, 0xa1, 0xf2, 0xb0,
	    0xff, 0x9d, 0x93, 0xc7, 0xe7, 0xe0, 0xe2, 0xe9, 0xfc, 0x61};
	struct buf out;

	buf_init(&out, 256);
	der_oid_text(span_of(oid, sizeof(oid)), &out);
	CHECK_STR(buf_text(&out), OWN_MARK_OID);
	buf_reset(&out);
	buf_str(&out, "before\x06\x14");
	buf_put(&out, oid, sizeof(oid));
	CHECK(own_mark_is_in(buf_view(&out)));
	out.n--;
	CHECK(!own_mark_is_in(buf_view(&out)));
	buf_done(&out);
}

static void others_have_none(void)
{
	CHECK(!own_mark_is_in(span_of(NULL, 0)));
	CHECK(!own_mark_is_in(test_cert("leaf")));
}

int main(void)
{
	RUN(the_bytes_are_the_number);
	RUN(others_have_none);
	return test_done();
}
