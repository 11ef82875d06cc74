/*
 * stun.h: what may share a UDP conversation with DTLS (RFC 7983): STUN, whose bindings open every
 * WebRTC conversation, and TURN, which carries DTLS inside (RFC 8656: ChannelData, and the DATA
 * attribute of Send and Data indications).
 */
#pragma once

#include "base/span.h"

/* A STUN message with its magic cookie, whole: no other protocol looks like that. */
bool stun_looks(struct span datagram);
/* What a TURN datagram carries for the peer; the datagram itself where it is no TURN. */
struct span stun_inside(struct span datagram);
