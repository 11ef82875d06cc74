/*
 * connection.h: one open TCP connection: two directions put in order (reassembly) and read
 * (dissect). It is made with the flow's first packet and is over when nothing more is wanted of it;
 * the flow stays behind as a tombstone.
 */
#pragma once

#include "sensor/dissect.h"
#include "sensor/flow.h"
#include "sensor/sensor.h"

/* What all connections of a sensor share. */
struct connection_home {
	struct siphash_key key; /* of uids */
	uint64_t opened; /* goes into them */
	const struct sensor_ops *ops;
	void *context;
	struct sensor_counts *counts;
};

enum connection_state {
	CONNECTION_OPEN,
	CONNECTION_CLOSING, /* it was closed; holes may still fill */
	CONNECTION_UNWANTED, /* nothing more is wanted; its session, if any, was told to the end */
	CONNECTION_OVER, /* closed, and all was told */
};

struct connection;

/* From the first packet that is seen of it, which end `from` of the key sent; it is not pushed yet.
 * The key must stay where it is. NULL: no memory. */
struct connection *connection_new(struct connection_home *home, const struct flow_key *key,
    const struct packet *first, unsigned from);
void connection_free(struct connection *c);

enum connection_state connection_push(
    struct connection *c, const struct packet *packet, unsigned from);
/* A SYN that is not this connection's: it begins another one between the same ports. */
bool connection_is_other(const struct connection *c, const struct packet *packet, unsigned from);
/* Nothing more will come, or no more can be held: all that waits is told, and the session's end. */
void connection_give_up(struct connection *c);
/* Bytes held, itself included. */
size_t connection_held(const struct connection *c);

/* The next uid: 128 bits that look random. */
void connection_uid(struct connection_home *home, uint64_t ret_uid[2]);
/* One event to the sensor's owner; counted. */
void connection_tell(
    struct connection_home *home, enum session_event event, const struct session *session);
/* By SYN, else by port: the packet is on its way to the server. */
bool connection_is_to_server(const struct packet *packet);
