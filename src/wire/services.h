/*
 * services.h: the ports that TLS lives on, the service that each implies, our own ranking of ports,
 * and the ports that must not be spoken to unasked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct service {
	uint16_t port;
	uint8_t starttls; /* enum dialect_id; 0: TLS at once */
	const char *name; /* "https", "ldap" */
};

/* The TLS port table, ascending. */
const struct service *services_tls(size_t *ret_n);
/* Of each name in it, the first port; ascending. */
const uint16_t *services_named(size_t *ret_n);
/* NULL where the port is not in the table. */
const struct service *service_by_port(uint16_t port);
/* The first n (at most the table's length, ret_n) of our ranking, TLS-likely first. */
const uint16_t *services_top(size_t n, size_t *ret_n);
/* Printers print what they are sent, controllers may stop: data only if the user wrote the port by
 * itself. */
bool service_is_fragile(uint16_t port);
/* "https", "smtp" ...: the dialect's name if there was one, else the port's service, else "". */
const char *service_name(uint16_t port, uint8_t starttls);
