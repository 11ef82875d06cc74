/*
 * reasons.c: a handful of counters.
 */
#include "app/reasons.h"

#include "scan/engine.h"

#include <stdio.h>
#include <string.h>

void reasons_add(struct reasons *r, int os_error, const struct addr *a, uint16_t port)
{
	size_t i = 0;

	while (i < r->n && r->each[i].os_error != os_error)
		i++;
	if (i == REASONS_MAX)
		i--;
	if (i == r->n)
		r->each[r->n++] = (struct reason){.os_error = os_error, .first = *a, .port = port};
	r->each[i].hosts++;
}

static const char *words_of(int os_error)
{
	switch (os_error) {
	case ENGINE_PROHIBITED:
		return "prohibited by a firewall, which says so";
	case ENGINE_BROADCAST:
		return "the broadcast address of a network of ours, left out";
	default:
		return strerror(os_error);
	}
}

const char *reason_text(const struct reason *reason, char *text, size_t size)
{
	char where[ADDR_TEXT_MAX + 8];

	snprintf(text, size, "%llu %s: %s (%s%s)", (unsigned long long)reason->hosts,
	    reason->hosts == 1 ? "host" : "hosts", words_of(reason->os_error),
	    addr_port_text(&reason->first, reason->port, where),
	    reason->hosts == 1 ? "" : " first");
	return text;
}
