/*
 * packet.h: one TCP segment or UDP datagram, peeled of all that carried it. What reassembly needs
 * and no more.
 */
#pragma once

#include "inet/addr.h"

enum packet_proto { PACKET_TCP = 6, PACKET_UDP = 17 };

enum packet_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

struct packet {
	int64_t time_us;
	uint64_t number; /* of the frame, from 1 */
	struct addr src, dst;
	uint16_t sport, dport;
	uint8_t proto; /* enum packet_proto */
	uint8_t flags; /* enum packet_flag */
	uint32_t seq, ack;
	struct span payload;
	uint32_t missing; /* bytes of payload that the capture cut off behind it */
};
