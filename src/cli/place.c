/*
 * place.c: an address, with or without its port. An IPv6 address with a port has brackets.
 */
#include "cli/place.h"

#include <stdlib.h>
#include <string.h>

static bool port_parse(const char *text, uint16_t *ret_port)
{
	size_t n = strspn(text, "0123456789");
	long port = n && n <= 5 && text[n] == 0 ? strtol(text, NULL, 10) : 0;

	*ret_port = (uint16_t)port;
	return port > 0 && port < 65536;
}

static bool bracketed_parse(const char *text, struct addr *ret_addr, uint16_t *ret_port)
{
	const char *end = strchr(text, ']');

	*ret_port = 0;
	if (!end || err_is(addr_parse(span_of(text + 1, (size_t)(end - text - 1)), ret_addr)))
		return false;
	return end[1] == 0 || (end[1] == ':' && port_parse(end + 2, ret_port));
}

bool place_parse(const char *text, struct addr *ret_addr, uint16_t *ret_port)
{
	const char *colon = strchr(text, ':');

	*ret_port = 0;
	if (*text == '[')
		return bracketed_parse(text, ret_addr, ret_port);
	if (!err_is(addr_parse(span_str(text), ret_addr)))
		return true;
	return colon && !err_is(addr_parse(span_of(text, (size_t)(colon - text)), ret_addr)) &&
	       port_parse(colon + 1, ret_port);
}

bool digest_is_prefix(const char *text)
{
	size_t n = strlen(text);

	return n >= 4 && n <= 64 && strspn(text, "0123456789abcdefABCDEF") == n;
}
