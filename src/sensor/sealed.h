/*
 * sealed.h: what the sizes of sealed records tell (TLS 1.3, RFC 8446 4.4.4 and 5.2): where the
 * certificate is, whether the client finished, whether it then said anything. Nothing is ever
 * decrypted, and a size proves nothing: these are observations for a tally.
 */
#pragma once

#include "sensor/handshake.h"

/* n: bytes of the record behind its header. */
void sealed_from_server(struct handshake *h, uint16_t n);
void sealed_from_client(struct handshake *h, uint8_t content_type, uint16_t n);
/* The client answers, or an end has come: the server's first flight is all there. */
void sealed_server_flight_is_over(struct handshake *h);
/* Records never came: the client's may have been data, and are taken for it. */
void sealed_lost(struct handshake *h, bool client);
/* The client closed first. */
void sealed_client_left(struct handshake *h);

/* Of handshake.c: once for each event. */
void handshake_tell(struct handshake *h, enum session_event event);
