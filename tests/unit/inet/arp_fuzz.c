/* Who is told of has an address and a MAC of one card; a question about whom can be written. */
#include "inet/arp.h"

#include "frame_in.h"
#include "inet/ether.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = frame_in(data, size);
	uint8_t question[ARP_FRAME_MAX], mac[6];
	struct addr who;

	if (arp_read(&frame, &who, mac)) {
		if (addr_is_any(&who) || !ether_is_station(mac) || who.zone)
			abort();
		if (arp_write_request(question, mac, &who, &who) > sizeof(question))
			abort();
	}
	frame_in_free(&frame);
	return 0;
}
