/*
 * tx_program.h: the XDP program that tx_live.c has run for each frame: it takes the next one from
 * memory that both share and redirects it to the link.
 */
#pragma once

#include "link/limits.h"
#include "link/tx_back.h"

/* The value of key 0 of a map; the memory that both see. */
struct tx_shared {
	uint64_t next; /* counts the frames the program took */
	uint64_t unused[15]; /* the slots begin at a multiple of their size */
	struct tx_slot slots[TX_LIVE_FRAMES];
};

/* It wants to be given frames of TX_FRAME_MAX bytes, whatever is in them. */
must_use struct err tx_program_load(int map, int link, int *ret_program);
