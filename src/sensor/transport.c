/*
 * transport.c: the innermost header: TCP (RFC 9293 3.1) or UDP (RFC 768). Here a packet is made.
 */
#include "sensor/layer.h"

enum { TCP_HEADER = 20, UDP_HEADER = 8 };

static enum peel finish(const struct layer *l, const struct packet *packet)
{
	uint64_t number = l->ret_packet->number;

	*l->ret_packet = *packet;
	l->ret_packet->number = number;
	l->ret_packet->time_us = l->time_us;
	l->ret_packet->src = l->src;
	l->ret_packet->dst = l->dst;
	l->ret_packet->payload = l->rest;
	l->ret_packet->missing = l->cut;
	return PEEL_PACKET;
}

/* A capture of 68 bytes a frame ends within the options: that there were bytes, and which, is known
 * all the same. */
static bool skip_options(struct layer *l, size_t n)
{
	if (n > l->rest.n + l->cut)
		return false;
	if (n > l->rest.n) {
		l->cut -= (uint32_t)(n - l->rest.n);
		n = l->rest.n;
	}
	layer_take(l, n);
	return true;
}

enum peel tcp_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, TCP_HEADER);
	size_t header;

	if (!h)
		return layer_short(l);
	header = (size_t)(h[12] >> 4) * 4;
	if (header < TCP_HEADER || !skip_options(l, header - TCP_HEADER))
		return PEEL_DAMAGED;
	return finish(l, &(struct packet){
			     .proto = PACKET_TCP,
			     .sport = be16(h),
			     .dport = be16(h + 2),
			     .seq = be32(h + 4),
			     .ack = be32(h + 8),
			     .flags = h[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK),
			 });
}

enum peel udp_peel(struct layer *l)
{
	struct span all = l->rest;
	const uint8_t *h = layer_take(l, UDP_HEADER);
	layer_step *tunnel;
	uint16_t length;

	if (!h)
		return layer_short(l);
	length = be16(h + 4);
	if (length) { /* 0: offload, or a jumbogram */
		l->rest = all;
		if (length < UDP_HEADER || !layer_limit(l, length))
			return PEEL_DAMAGED;
		layer_take(l, UDP_HEADER);
	}
	tunnel = layer_udp_tunnel(l, be16(h + 2));
	if (tunnel)
		return tunnel(l);
	return finish(
	    l, &(struct packet){.proto = PACKET_UDP, .sport = be16(h), .dport = be16(h + 2)});
}
