/* Who answers has an address of his own and a MAC of one card. */
#include "inet/echo.h"

#include "frame_in.h"
#include "inet/ether.h"

enum { IDENT = 0x01020304 }; /* as in the corpus */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = frame_in(data, size);
	uint8_t question[ICMP_FRAME_MAX], mac[6];
	struct addr who;

	if (echo_read(&frame, IDENT, &who, mac)) {
		if (addr_is_any(&who) || !ether_is_station(mac) || who.zone || who.b[0] == 0xff)
			abort();
		if (echo_write_odd(question, mac, &who, IDENT) > sizeof(question))
			abort();
	}
	frame_in_free(&frame);
	return 0;
}
