#include "inet/syn.h"

#include "lib/hex.h"
#include "lib/sums.h"

static struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static struct syn_template template_of(const char *from, uint16_t vlan)
{
	struct syn_way way = {
	    .mac_from = {2, 0, 0, 0, 0, 1},
	    .mac_to = {2, 0, 0, 0, 0, 2},
	    .vlan = vlan,
	    .from = addr_of(from),
	};
	struct syn_template t;

	syn_init(&t, &way);
	return t;
}

/* Made outside, by struct.pack after the figures of RFC 791, 8200, 9293 and 7323. */
static const struct {
	const char *from, *to;
	uint16_t port, vlan;
	uint32_t seq;
	bool reset;
	const char *frame;
} cases[] = {
    {"10.0.0.1", "192.0.2.77", 443, 0, 0xfedcba98, false,
	"02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 34 ba 98 40 00 80 06 "
	"73 dd 0a 00 00 01 c0 00 02 4d ee 48 01 bb fe dc ba 98 00 00 00 00 80 02 "
	"fa f0 fe 57 00 00 02 04 05 b4 01 03 03 08 01 01 04 02"},
    {"2001:db8::1", "2001:db8:ffff::77", 8443, 0, 0x01020304, false,
	"02 00 00 00 00 02 02 00 00 00 00 01 86 dd 60 00 00 00 00 20 06 80 20 01 "
	"0d b8 00 00 00 00 00 00 00 00 00 00 00 01 20 01 0d b8 ff ff 00 00 00 00 "
	"00 00 00 00 00 77 ee 48 20 fb 01 02 03 04 00 00 00 00 80 02 fa f0 05 00 "
	"00 00 02 04 05 a0 01 03 03 08 01 01 04 02"},
    {"10.0.0.1", "192.0.2.77", 443, 0x2064, 0xfedcba98, false,
	"02 00 00 00 00 02 02 00 00 00 00 01 81 00 20 64 08 00 45 00 00 34 ba 98 "
	"40 00 80 06 73 dd 0a 00 00 01 c0 00 02 4d ee 48 01 bb fe dc ba 98 00 00 "
	"00 00 80 02 fa f0 fe 57 00 00 02 04 05 b4 01 03 03 08 01 01 04 02"},
    {"10.0.0.1", "192.0.2.77", 443, 0, 0xfedcba99, true,
	"02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 28 ba 99 40 00 80 06 "
	"73 e8 0a 00 00 01 c0 00 02 4d ee 48 01 bb fe dc ba 99 00 00 00 00 50 04 "
	"00 00 3a 18 00 00 00 00 00 00 00 00"},
    {"2001:db8::1", "2001:db8:ffff::77", 8443, 0x2064, 0x01020305, true,
	"02 00 00 00 00 02 02 00 00 00 00 01 81 00 20 64 86 dd 60 00 00 00 00 14 "
	"06 80 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 20 01 0d b8 ff ff "
	"00 00 00 00 00 00 00 00 00 77 ee 48 20 fb 01 02 03 05 00 00 00 00 50 04 "
	"00 00 40 ac 00 00"},
};

static void writes_the_bytes_of_the_rfcs(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct syn_template t = template_of(cases[i].from, cases[i].vlan);
		struct addr to = addr_of(cases[i].to);
		struct span want = unhex(cases[i].frame);
		uint8_t frame[SYN_FRAME_MAX];
		size_t n;

		memset(frame, 0xee, sizeof(frame));
		n = (cases[i].reset ? syn_write_reset : syn_write)(
		    &t, frame, NULL, &to, 61000, cases[i].port, cases[i].seq);
		CHECK_EQ(n, want.n);
		CHECK_MEM(frame, want.p, want.n);
		unhex_free(want);
	}
}

static uint64_t dice(void)
{
	static uint64_t state = 42;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 16;
}

static struct addr any_addr(bool v6)
{
	struct addr a = addr_from_v4((uint32_t)dice());

	for (size_t i = 0; v6 && i < sizeof(a.b); i++)
		a.b[i] = dice() % 4 ? (uint8_t)dice() : 0xff;
	return a;
}

/* Into the frame of the target before: nothing of it may stay. */
static void sums_are_right_for_any_target(void)
{
	for (unsigned kind = 0; kind < 8; kind++) {
		bool v6 = kind & 1, reset = kind & 2;
		struct syn_way way = {.vlan = kind & 4 ? 7 : 0, .from = any_addr(v6)};
		struct syn_template t;
		uint8_t frame[SYN_FRAME_MAX];

		syn_init(&t, &way);
		for (unsigned i = 0; i < 20000; i++) {
			struct addr to = any_addr(v6);
			uint16_t from_port = (uint16_t)dice(), to_port = (uint16_t)dice();

			(reset ? syn_write_reset : syn_write)(
			    &t, frame, NULL, &to, from_port, to_port, (uint32_t)dice());
			CHECK(sums_are_right(frame));
		}
	}
}

static void the_next_hop_may_be_the_target_itself(void)
{
	static const uint8_t mac[6] = {2, 9, 9, 9, 9, 9};
	struct syn_template t = template_of("10.0.0.1", 0);
	struct addr to = addr_of("10.0.0.9");
	uint8_t frame[SYN_FRAME_MAX], routed[SYN_FRAME_MAX];
	size_t n = syn_write(&t, frame, mac, &to, 1, 2, 3);

	CHECK_MEM(frame, mac, 6);
	syn_write(&t, routed, NULL, &to, 1, 2, 3);
	CHECK_MEM(routed, "\2\0\0\0\0\2", 6);
	CHECK_MEM(frame + 6, routed + 6, n - 6);
}

int main(void)
{
	RUN(writes_the_bytes_of_the_rfcs);
	RUN(sums_are_right_for_any_target);
	RUN(the_next_hop_may_be_the_target_itself);
	return test_done();
}
