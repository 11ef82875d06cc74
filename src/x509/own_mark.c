/*
 * own_mark.c: looks for the OID, tag and length included, as bytes: every certificate that is new
 * to the store is asked, and none of them holds these 22 by chance.
 */
#include "x509/own_mark.h"

bool own_mark_is_in(struct span der)
{
	static const uint8_t oid[] = {0x06, 0x14, 0x69, 0x82, 0xed, 0xf4, 0xe0, 0xb7, 0xcb, 0xa1,
	    0xf2, 0xb0, 0xff, 0x9d, 0x93, 0xc7, 0xe7, 0xe0, 0xe2, 0xe9, 0xfc, 0x61};

	return der.n && memmem(der.p, der.n, oid, sizeof(oid));
}
