/*
 * alert.h: what is worth telling a person of a server that the sensor saw: one per server,
 * certificate (or server name, where the certificate is not known) and reason, however many
 * connections show it.
 */
#pragma once

#include "observe/observation.h"

enum { ALERT_SUBJECT_MAX = 128 };

/* Stands for the names of a server where there are more of them than the store tells apart. */
#define ALERT_OTHER_NAMES "*"

struct alert {
	uint64_t id; /* given by the store */
	struct endpoint server;
	struct digest256 certificate; /* the leaf; zero: unknown, server.name stands for it */
	uint16_t reason; /* enum finding_id of verdict/table.h */
	uint8_t severity; /* enum severity */
	struct sensed sensed; /* of the first connection that was told */
	int64_t first_ms, last_ms;
	uint64_t connections;
	uint32_t clients; /* at least so many: as many as were seen together, under one name */
	char subject
	    [ALERT_SUBJECT_MAX]; /* the leaf's common name or its whole name; cut where longer */
	char evidence[EVIDENCE_MAX];
};
