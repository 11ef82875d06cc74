/*
 * ports.h: a set of TCP ports, from "443,8443,1000-2000". It remembers which were written by
 * themselves: only those of the fragile ones may be spoken to.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

struct ports {
	uint64_t in[1024]; /* a bit a port */
	uint64_t alone[1024]; /* written as a single port */
	size_t n;
};

void ports_clear(struct ports *p);
void ports_add(struct ports *p, uint16_t port, bool alone);
bool ports_has(const struct ports *p, uint16_t port);
bool ports_alone(const struct ports *p, uint16_t port);
/* Adds what the text names; ERR_INPUT with the offset of what is wrong, and p untouched. */
must_use struct err ports_parse(struct ports *p, struct span text);
