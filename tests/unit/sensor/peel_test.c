#include "sensor/peel.h"

#include "sensor/limits.h"

#include "lib/frames.h"

static struct made w, fragment;
static struct defrag *defrag;
static struct packet packet;

static void begin(void)
{
	static const struct siphash_key key = {{1, 2}};

	CHECK(!err_is(defrag_new(&key, &defrag)));
	packet = (struct packet){.number = 4711};
}

static void end(void)
{
	defrag_free(defrag);
	defrag = NULL;
}

static enum peel peel_as(uint16_t link)
{
	struct frame f = frame_of(&w, link, 1000000);

	return peel(&f, defrag, &packet);
}

static enum peel peel_cut(size_t kept)
{
	struct frame f = frame_cut(&w, LINK_ETHERNET, 1000000, kept);

	return peel(&f, defrag, &packet);
}

static void make_tcp(bool v6, const char *content)
{
	frame_begin(&w, content, strlen(content));
	frame_tcp(&w, 40001, 443, 0xfedcba98, TCP_ACK | TCP_PSH | 0xe0);
	frame_ip(&w, v6 ? "2001:db8::1" : "10.0.0.1", v6 ? "2001:db8::2" : "10.0.0.2", 6);
}

static void check_addresses(bool v6)
{
	struct addr src = frame_addr(v6 ? "2001:db8::1" : "10.0.0.1");
	struct addr dst = frame_addr(v6 ? "2001:db8::2" : "10.0.0.2");

	CHECK(addr_eq(&packet.src, &src));
	CHECK(addr_eq(&packet.dst, &dst));
}

static void check_tcp(bool v6, const char *content)
{
	check_addresses(v6);
	CHECK_EQ(packet.proto, PACKET_TCP);
	CHECK_EQ(packet.sport, 40001);
	CHECK_EQ(packet.dport, 443);
	CHECK_EQ(packet.seq, 0xfedcba98);
	CHECK_EQ(packet.ack, 77);
	CHECK_EQ(packet.flags, TCP_ACK | TCP_PSH);
	CHECK_EQ(packet.time_us, 1000000);
	CHECK_EQ(packet.number, 4711);
	CHECK_EQ(packet.missing, 0);
	CHECK(span_is(packet.payload, content));
}

/* Each wrapping around each family: the same packet comes out. */
static void peels_every_wrapping(void)
{
	for (size_t i = 0; i < WRAPPINGS; i++) {
		for (int v6 = 0; v6 < 2; v6++) {
			bool failed = test_failed;

			begin();
			make_tcp(v6, "hello");
			wrappings[i].wrap(&w);
			CHECK_EQ(peel_as(wrappings[i].link), PEEL_PACKET);
			check_tcp(v6, "hello");
			end();
			if (test_failed != failed)
				printf("# in %s, IPv%d\n", wrappings[i].name, v6 ? 6 : 4);
		}
	}
}

/* At each place where a capture may cut: no byte is read that is not there (ASan), and what the
 * packet lacks is told. */
static void cuts_every_wrapping_everywhere(void)
{
	for (size_t i = 0; i < WRAPPINGS; i++) {
		begin();
		make_tcp(i & 1, "hello");
		wrappings[i].wrap(&w);
		for (size_t kept = 0; kept < w.n; kept++) {
			bool failed = test_failed;
			uint8_t *exact = malloc(kept ? kept : 1);
			struct frame f = frame_cut(&w, wrappings[i].link, 1, kept);
			enum peel result;

			memcpy(exact, frame_bytes(&w), kept);
			f.bytes.p = exact;
			result = peel(&f, defrag, &packet);
			CHECK(result == PEEL_TRUNCATED || result == PEEL_PACKET);
			if (result == PEEL_PACKET)
				CHECK_EQ(packet.payload.n + packet.missing, 5);
			free(exact);
			if (test_failed != failed)
				printf("# %s, %zu bytes: %d\n", wrappings[i].name, kept, result);
		}
		end();
	}
}

/* The same bytes, and nothing more was on the wire: lengths point behind the end. */
static void short_frames_are_damaged(void)
{
	begin();
	make_tcp(false, "hello");
	wrap_vlan(&w);
	for (size_t n = w.n - 1; n > 0; n--) {
		w.n = n;
		CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_DAMAGED);
	}
	CHECK_EQ(packet.number, 4711);
	end();
}

static void padding_is_not_content(void)
{
	begin();
	make_tcp(false, "");
	frame_ether(&w, 0x0800);
	frame_pad(&w, 60);
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_PACKET);
	CHECK_EQ(packet.payload.n, 0);
	CHECK_EQ(packet.missing, 0);
	end();
}

/* Segmentation offload leaves the total length empty. */
static void no_length_means_all(void)
{
	begin();
	make_tcp(false, "hello");
	put_be(frame_bytes(&w) + 2, 0, 2);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
	CHECK(span_is(packet.payload, "hello"));
	make_tcp(true, "hello");
	put_be(frame_bytes(&w) + 4, 0, 2);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
	CHECK(span_is(packet.payload, "hello"));
	end();
}

static void skips_options(void)
{
	begin();
	frame_begin(&w, "hello", 5);
	frame_tcp_options(&w, 1, 2, 3, TCP_SYN, 40);
	frame_ip(&w, "10.0.0.1", "10.0.0.2", 6);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
	CHECK(span_is(packet.payload, "hello"));
	CHECK_EQ(packet.flags, TCP_SYN);

	frame_begin(&w, "hello", 5);
	frame_tcp(&w, 1, 2, 3, TCP_SYN);
	frame_push(&w, 12);
	frame_ip(&w, "10.0.0.1", "10.0.0.2", 6);
	memmove(frame_bytes(&w) + 20, frame_bytes(&w) + 32 - 12, 12); /* IPv4 options before TCP */
	frame_bytes(&w)[0] = 0x48;
	CHECK_EQ(peel_as(LINK_IPV4), PEEL_PACKET);
	CHECK(span_is(packet.payload, "hello"));
	end();
}

/* 68 bytes a frame, as tcpdump once did: the ports are known, and how much is not there. */
static void says_what_the_capture_cut(void)
{
	begin();
	frame_begin(&w, "hello, world", 12);
	frame_tcp_options(&w, 1, 2, 3, TCP_ACK, 12);
	frame_ip(&w, "10.0.0.1", "10.0.0.2", 6);
	frame_ether(&w, 0x0800);
	CHECK_EQ(peel_cut(14 + 20 + 32 + 5), PEEL_PACKET);
	CHECK(span_is(packet.payload, "hello"));
	CHECK_EQ(packet.missing, 7);
	CHECK_EQ(peel_cut(14 + 20 + 24), PEEL_PACKET);
	CHECK_EQ(packet.payload.n, 0);
	CHECK_EQ(packet.missing, 12);
	CHECK_EQ(peel_cut(14 + 20 + 19), PEEL_TRUNCATED);
	end();
}

/* Padding, and a cut before it: what is missing is content only. */
static void a_cut_counts_no_padding(void)
{
	begin();
	make_tcp(false, "hello");
	frame_ether(&w, 0x0800);
	frame_pad(&w, 100);
	CHECK_EQ(peel_cut(w.n - 44), PEEL_PACKET);
	CHECK_EQ(packet.payload.n, 2);
	CHECK_EQ(packet.missing, 3);
	end();
}

static void wrong_headers_are_damaged(void)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} wrong[] = {
	    {0, 0x44}, /* an IPv4 header of 16 bytes */
	    {3, 19}, /* a total length within the header */
	    {3, 200}, /* behind the end */
	    {32, 0x40}, /* a TCP header of 16 bytes */
	    {32, 0xf0}, /* of 60 */
	};

	begin();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		make_tcp(false, "hello");
		frame_bytes(&w)[wrong[i].at] = wrong[i].byte;
		CHECK_EQ(peel_as(LINK_RAW), PEEL_DAMAGED);
	}
	make_tcp(true, "hello");
	frame_bytes(&w)[5]++;
	CHECK_EQ(peel_as(LINK_RAW), PEEL_DAMAGED);
	make_tcp(false, "hello");
	frame_ether(&w, 0x86dd); /* which it is not */
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_DAMAGED);
	end();
}

static void make_udp(uint16_t dport, const void *content, size_t n)
{
	frame_begin(&w, content, n);
	frame_udp(&w, 5000, dport);
	frame_ip(&w, "10.0.0.1", "10.0.0.2", 17);
}

static void gives_udp(void)
{
	begin();
	make_udp(443, "hello", 5);
	frame_pad(&w, 100);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
	check_addresses(false);
	CHECK_EQ(packet.proto, PACKET_UDP);
	CHECK_EQ(packet.sport, 5000);
	CHECK_EQ(packet.dport, 443);
	CHECK(span_is(packet.payload, "hello"));

	make_udp(443, "hello", 5);
	put_be(frame_bytes(&w) + 24, 11, 2); /* UDP's own length is shorter */
	CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
	CHECK(span_is(packet.payload, "hel"));
	put_be(frame_bytes(&w) + 24, 0, 2);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
	CHECK(span_is(packet.payload, "hello"));
	put_be(frame_bytes(&w) + 24, 14, 2);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_DAMAGED);
	put_be(frame_bytes(&w) + 24, 7, 2);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_DAMAGED);
	end();
}

/* On the port of a tunnel, and no tunnel: content, of whoever has the port by chance. */
static void what_looks_like_no_tunnel_is_udp(void)
{
	static const char dtls[] = "\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\1\0";
	static const char valid[8] = "\x08\0\0\0\0\0\1\0";
	static const uint16_t ports[] = {4789, 8472, 6081};

	begin();
	for (size_t i = 0; i < 3; i++) {
		make_udp(ports[i], dtls, sizeof(dtls) - 1);
		CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
		CHECK_EQ(packet.payload.n, sizeof(dtls) - 1);
		make_udp(ports[i], dtls, 7);
		CHECK_EQ(peel_as(LINK_RAW), PEEL_PACKET);
		CHECK_EQ(packet.payload.n, 7);
	}
	make_udp(4789, valid, 8); /* it is one, and empty */
	CHECK_EQ(peel_as(LINK_RAW), PEEL_DAMAGED);
	end();
}

static void tells_what_is_not_ours(void)
{
	begin();
	frame_begin(&w, "arp", 3);
	frame_ether(&w, 0x0806);
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_NOT_IP);
	frame_begin(&w, "\x42\x42\3spanning tree", 16);
	frame_ether(&w, 16);
	frame_pad(&w, 60);
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_NOT_IP);
	frame_begin(&w, "\x42\x42\3", 3);
	frame_ether(&w, 3);
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_NOT_IP);
	frame_ether(&w, 20); /* 802.3: more than there is */
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_DAMAGED);
	frame_begin(&w, "ping", 4);
	frame_ip(&w, "10.0.0.1", "10.0.0.2", 1);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_NOT_OURS);
	frame_begin(&w, "\x99", 1);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_NOT_IP);
	frame_begin(&w, "\0\0\0\x07zzzz", 8);
	CHECK_EQ(peel_as(LINK_LOOP), PEEL_NOT_IP);
	frame_begin(&w, "\x11\x07\0\0\0\0", 6); /* PPPoE, no data */
	frame_ether(&w, 0x8864);
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_NOT_IP);
	frame_begin(&w, "\0\2ENHANCED", 10);
	frame_outer4(&w, 47);
	CHECK_EQ(peel_as(LINK_RAW), PEEL_NOT_OURS); /* a GRE of another version */
	CHECK_EQ(peel_as(9999), PEEL_UNKNOWN_LINK);
	CHECK_EQ(packet.number, 4711);
	end();
}

static void too_many_headers(void)
{
	begin();
	make_tcp(false, "hello");
	frame_typed(&w, 4, 0x0800);
	for (int i = 0; i < PEEL_DEPTH_MAX - 5; i++)
		frame_typed(&w, 4, 0x8100);
	frame_ether(&w, 0x8100); /* with Ethernet, IPv4 and TCP one less than the maximum */
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_PACKET);
	make_tcp(false, "hello");
	frame_typed(&w, 4, 0x0800);
	for (int i = 0; i < PEEL_DEPTH_MAX - 3; i++)
		frame_typed(&w, 4, 0x8100);
	frame_ether(&w, 0x8100);
	CHECK_EQ(peel_as(LINK_ETHERNET), PEEL_TOO_DEEP);
	end();
}

static void make_routed(uint8_t type, uint8_t left)
{
	struct addr near = frame_addr("2001:db8::aaaa"), far = frame_addr("2001:db8::2");
	struct addr first = type == 0 ? near : far, last = type == 0 ? far : near;
	uint8_t *h;

	frame_begin(&w, "hello", 5);
	frame_tcp(&w, 40001, 443, 0xfedcba98, TCP_ACK | TCP_PSH);
	h = frame_extension(&w, 8 + 32, 6);
	h[2] = type;
	h[3] = left;
	memcpy(h + 8, first.b, 16);
	memcpy(h + 24, last.b, 16);
	frame_ip(&w, "2001:db8::1", left ? "2001:db8::aaaa" : "2001:db8::2", 43);
}

/* The connection is with the last station, wherever on the way we look. */
static void routing_headers_name_the_destination(void)
{
	static const uint8_t types[] = {0, 2, 4};

	begin();
	for (size_t i = 0; i < 3; i++) {
		make_routed(types[i], 1);
		CHECK_EQ(peel_as(LINK_IPV6), PEEL_PACKET);
		check_tcp(true, "hello");
		make_routed(types[i], 0);
		CHECK_EQ(peel_as(LINK_IPV6), PEEL_PACKET);
		check_tcp(true, "hello");
	}
	end();
}

/* Both families, first and last fragment in either order, within a tunnel that is in fragments
 * itself. */
static void fragments_within_fragments(void)
{
	static struct made inner, outer;
	enum peel result = PEEL_RESULTS;
	unsigned packets = 0;

	begin();
	for (int v6 = 0; v6 < 2; v6++) {
		packets = 0;
		make_tcp(v6, "a rather long hello, long enough for three fragments");
		inner = w;
		for (int i = 2; i >= 0; i--) {
			frame_fragment(&w, &inner, (size_t)i * 32, 32, 7);
			frame_ether(&w, v6 ? 0x86dd : 0x0800);
			frame_vxlan(&w, 4789);
			if (v6)
				frame_outer4(&w, 17);
			else
				frame_outer6(&w, 17);
			outer = w;
			for (int k = 0; k < 2; k++) {
				frame_fragment(&fragment, &outer, (size_t)k * 64, k ? 999 : 64,
				    100u + (unsigned)i);
				w = fragment;
				frame_ether(&w, v6 ? 0x0800 : 0x86dd);
				result = peel_as(LINK_ETHERNET);
				packets += result == PEEL_PACKET;
			}
		}
		CHECK_EQ(packets, 1);
		CHECK_EQ(result, PEEL_PACKET);
		check_tcp(v6, "a rather long hello, long enough for three fragments");
		CHECK_EQ(defrag_held(defrag), 0);
	}
	CHECK_EQ(defrag_lost(defrag), 0);
	end();
}

static void a_cut_fragment_is_not_kept(void)
{
	begin();
	make_tcp(false, "hello, this is cut");
	frame_fragment(&fragment, &w, 0, 32, 1);
	w = fragment;
	frame_ether(&w, 0x0800);
	CHECK_EQ(peel_cut(w.n - 1), PEEL_TRUNCATED);
	CHECK_EQ(peel_cut(w.n), PEEL_FRAGMENT);
	CHECK(defrag_held(defrag) > 0);
	end();
}

int main(void)
{
	RUN(peels_every_wrapping);
	RUN(cuts_every_wrapping_everywhere);
	RUN(short_frames_are_damaged);
	RUN(padding_is_not_content);
	RUN(no_length_means_all);
	RUN(skips_options);
	RUN(says_what_the_capture_cut);
	RUN(a_cut_counts_no_padding);
	RUN(wrong_headers_are_damaged);
	RUN(gives_udp);
	RUN(what_looks_like_no_tunnel_is_udp);
	RUN(tells_what_is_not_ours);
	RUN(too_many_headers);
	RUN(routing_headers_name_the_destination);
	RUN(fragments_within_fragments);
	RUN(a_cut_fragment_is_not_kept);
	return test_done();
}
