/*
 * echo.h: who of IPv6 is on this link at all: a question to all its nodes, and their answers.
 */
#pragma once

#include "inet/addr.h"
#include "inet/icmp.h"

/* An echo request to ff02::1 into frame[ICMP_FRAME_MAX]; its length. Answers go to `from`, and come
 * from an address of the same scope. ident: any number, by which answers are known. */
size_t echo_write(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, uint32_t ident);
/* The same behind a destination option that nobody knows: who answers no echo has to complain. */
size_t echo_write_odd(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, uint32_t ident);
/* An answer to either, on Ethernet. ret_who has no zone: it is of the link that the frame came
 * by. */
bool echo_read(const struct frame *frame, uint32_t ident, struct addr *ret_who, uint8_t ret_mac[6]);
