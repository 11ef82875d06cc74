/*
 * place.h: "10.0.0.1:443", "[2001:db8::1]:443" or an address alone, as a user writes it.
 */
#pragma once

#include "inet/addr.h"

/* Port 0: none was written. ERR_INPUT with the offset. */
must_use struct err place_parse(struct span text, struct addr *ret_addr, uint16_t *ret_port);
