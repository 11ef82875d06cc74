/*
 * place.h: "10.0.0.1:443", "[2001:db8::1]:443" or an address alone, as a user writes it.
 */
#pragma once

#include "inet/addr.h"

/* Port 0: none was written. */
bool place_parse(const char *text, struct addr *ret_addr, uint16_t *ret_port);
/* 4 to 64 hex digits. */
bool digest_is_prefix(const char *text);
