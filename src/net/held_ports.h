/*
 * held_ports.h: a window of source ports that is nobody else's for as long as it is held. Raw
 * probes use ports that no socket knows, so two scans of one machine might take the same and read
 * each other's answers; and a program that begins to listen there would answer in our stead.
 */
#pragma once

#include "net/source_ports.h"

struct held_ports {
	struct source_ports ports;
	int *fds;
	size_t n;
};

/* As source_ports_pick. The kernel's resets stay: a socket that is only bound takes no packets. */
must_use struct err held_ports_take(uint32_t workers, uint64_t random, struct held_ports *ret_held);
/* Zeroed is fine. */
void held_ports_done(struct held_ports *h);
