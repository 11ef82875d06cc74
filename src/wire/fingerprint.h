/*
 * fingerprint.h: what a hello says of the program that sent it: JA3 and JA3S (Salesforce, BSD) and
 * JA4 (FoxIO, BSD). Nothing else of JA4+: its licence is not free.
 */
#pragma once

#include "base/buf.h"
#include "wire/clienthello.h"
#include "wire/serverhello.h"

enum { JA3_HEX = 32, JA4_TEXT = 36 };

/* What is hashed: "771,4865-4866,0-10-11,29-23,0", numbers of GREASE left out. */
void ja3_text(const struct client_hello *h, struct buf *out);
/* The MD5 of it in hex, terminated; false (and "") where this libcrypto has no MD5. */
bool ja3(const struct client_hello *h, char ret[JA3_HEX + 1]);

/* "771,4865,43-51". */
void ja3s_text(const struct server_hello *h, struct buf *out);
bool ja3s(const struct server_hello *h, char ret[JA3_HEX + 1]);

/* transport: 't' TCP, 'q' QUIC, 'd' DTLS. */
void ja4(const struct client_hello *h, char transport, char ret[JA4_TEXT + 1]);
