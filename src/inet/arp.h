/*
 * arp.h: which MAC an IPv4 address of this link has (RFC 826).
 */
#pragma once

#include "inet/addr.h"
#include "inet/frame.h"

enum { ARP_FRAME_MAX = 60 };

/* A broadcast question into frame[ARP_FRAME_MAX]; its length. */
size_t arp_write_request(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, const struct addr *whom);
/* Replies and requests both tell who the sender is. false: no such frame, or it tells of nobody. */
bool arp_read(const struct frame *frame, struct addr *ret_who, uint8_t ret_mac[6]);
