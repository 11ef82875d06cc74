/*
 * send.c: what our senders cost (src/link/tx.h), to be held against bare_send.c: SYNs to one
 * address after the other, each written as a scan writes it. It runs until it is killed, and
 * whoever wants to know how many there were looks at the link's counters (bench/senders.py).
 *
 *	send auto|mmsg|xdp|live LINK [FRAMES_A_FLUSH]
 */
#include "inet/syn.h"
#include "link/tx.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 0xc6120000 /* 198.18.0.0/15 is for benchmarks */, ADDRESSES = 1 << 17 };

static const char *const kinds[] = {
    [TX_AUTO] = "auto",
    [TX_MMSG] = "mmsg",
    [TX_XDP] = "xdp",
    [TX_LIVE] = "live",
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static struct err send_for_ever(struct tx *t, uint64_t a_flush)
{
	const struct syn_way way = {
	    .mac_from = {2, 0, 0, 0, 0, 0x0a},
	    .mac_to = {2, 0, 0, 0, 0, 0x0b},
	    .from = addr_from_v4(0x0a000001),
	};
	struct syn_template syn;
	struct err e = OK;

	syn_init(&syn, &way);
	for (uint64_t i = 0; !err_is(e); i++) {
		struct addr to = addr_from_v4((uint32_t)(FIRST + i % ADDRESSES));
		uint8_t *frame = i % a_flush ? tx_frame(t) : NULL;

		if (!frame) {
			e = tx_flush(t);
			frame = tx_frame(t);
		}
		if (frame)
			tx_put(t, syn_write(&syn, frame, NULL, &to, 49152, 443, (uint32_t)i));
	}
	return e;
}

int main(int argc, char **argv)
{
	struct tx_config config = {.link = argc > 2 ? (int)if_nametoindex(argv[2]) : 0};
	uint64_t a_flush = argc > 3 ? strtoull(argv[3], NULL, 10) : UINT64_MAX;
	size_t kind = 0;
	struct tx *t = NULL;
	char text[128];
	struct err e;

	while (argc > 2 && kind < KINDS && strcmp(argv[1], kinds[kind]) != 0)
		kind++;
	if (config.link == 0 || kind == KINDS || a_flush == 0) {
		fprintf(stderr, "usage: send auto|mmsg|xdp|live LINK [FRAMES_A_FLUSH]\n");
		return 2;
	}
	config.kind = (enum tx_kind)kind;
	e = tx_open(&config, &t);
	if (!err_is(e))
		e = send_for_ever(t, a_flush);
	fprintf(stderr, "send: %s\n", err_text(e, text, sizeof(text)));
	tx_close(t);
	return 1;
}
