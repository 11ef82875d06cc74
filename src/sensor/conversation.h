/*
 * conversation.h: one UDP conversation between two ports in which DTLS is spoken: what connection
 * and dissect are for TCP. STUN, TURN and media may share it (RFC 7983); they are passed over. One
 * session is followed at a time; another ClientHello between the same ports begins the next.
 */
#pragma once

#include "sensor/connection.h"

struct conversation;

/* These bytes may belong to one: anything else needs not be looked up. */
bool conversation_may(const struct packet *packet);
/* Such a datagram begins one: a DTLS handshake message in clear, or STUN. */
bool conversation_begins(const struct packet *packet);
/* The same of one of which nothing more was wanted: a ClientHello. */
bool conversation_begins_again(const struct packet *packet);

/* As connection.h's. UDP has no end: a state is OPEN or UNWANTED. */
struct conversation *conversation_new(struct connection_home *home, const struct flow_key *key,
    const struct packet *first, unsigned from);
void conversation_free(struct conversation *c);
enum connection_state conversation_push(
    struct conversation *c, const struct packet *packet, unsigned from);
void conversation_give_up(struct conversation *c);
size_t conversation_held(const struct conversation *c);
