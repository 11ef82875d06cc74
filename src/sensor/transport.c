/*
 * transport.c: the innermost header: TCP (RFC 9293 3.1) or UDP (RFC 768). Here a packet is made.
 */
#include "sensor/layer.h"

enum { TCP_HEADER = 20, UDP_HEADER = 8 };

/* All but what TCP alone has. Written in place, once: this is run for every packet. */
static struct packet *packet_of(const struct layer *l, uint8_t proto, const uint8_t *ports)
{
	struct packet *p = l->ret_packet;

	p->time_us = l->time_us;
	set_addr(&p->src, l->src, l->v6);
	set_addr(&p->dst, l->dst, l->v6);
	p->sport = be16(ports);
	p->dport = be16(ports + 2);
	p->proto = proto;
	p->payload = l->rest;
	p->missing = l->cut;
	return p;
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
	struct packet *p;
	size_t header;

	if (!h)
		return layer_short(l);
	header = (size_t)(h[12] >> 4) * 4;
	if (header < TCP_HEADER || !skip_options(l, header - TCP_HEADER))
		return PEEL_DAMAGED;
	p = packet_of(l, PACKET_TCP, h);
	p->flags = h[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK);
	p->seq = be32(h + 4);
	p->ack = be32(h + 8);
	return PEEL_PACKET;
}

enum peel udp_peel(struct layer *l)
{
	struct span all = l->rest;
	const uint8_t *h = layer_take(l, UDP_HEADER);
	layer_step *tunnel;
	struct packet *p;
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
	p = packet_of(l, PACKET_UDP, h);
	p->flags = 0;
	p->seq = p->ack = 0;
	return PEEL_PACKET;
}
