/*
 * ndp.h: which MAC an IPv6 address of this link has (RFC 4861), and who is on this link at all.
 */
#pragma once

#include "inet/addr.h"
#include "inet/icmp.h"

/* A neighbour solicitation into frame[ICMP_FRAME_MAX], for the group of all whose addresses end as
 * whom's does; its length. `from` is an address of ours on that link. */
size_t ndp_write_solicit(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, const struct addr *whom);
/* A neighbour advertisement, valid by RFC 4861 7.1.2. false: none, or without the MAC. ret_who has
 * no zone: it is of the link that the frame came by. */
bool ndp_read(const struct frame *frame, struct addr *ret_who, uint8_t ret_mac[6]);
