/*
 * reasons.c: a handful of counters.
 */
#include "app/reasons.h"

#include "scan/engine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void reasons_add(struct reasons *r, const struct reason *reason)
{
	size_t i = 0;

	while (i < r->n && r->each[i].why != reason->why)
		i++;
	if (i == REASONS_MAX)
		i--;
	if (i < r->n)
		r->each[i].hosts += reason->hosts;
	else
		r->each[r->n++] = *reason;
}

static const char *words_of(uint32_t why)
{
	switch (why) {
	case EINVAL:
		return "our own routes lead nowhere: a blackhole, or no interface named";
	case EACCES:
		return "a route of ours prohibits it";
	case ENGINE_PROHIBITED:
		return "prohibited by a firewall, which says so";
	case ENGINE_BROADCAST:
		return "the broadcast address of a network of ours, left out";
	case ENGINE_LIES:
		return "every port answers as open, so only those that TLS lives on were asked";
	case ENGINE_EXPIRED:
		return "time exceeded: routers pass packets in a circle, or it is too far";
	default:
		return strerror((int)why);
	}
}

/* After their number. */
static const char *const mishaps[MISHAPS] = {
    [MISHAP_UNSENT] =
	"packets did not leave this machine and were sent again: a lower rate (--rate, "
	"--max-rate) would not be slower",
    [MISHAP_UNHEARD] = "answers may be lost, for this machine was too busy to read them: what is "
		       "missing, a lower rate (--rate, --max-rate) finds",
    [MISHAP_FORGOTTEN] =
	"open ports were not asked for certificates, for want of memory: scan fewer "
	"targets at once",
    [MISHAP_UNHELD] =
	"open ports were believed and not examined, for want of memory: some of their "
	"hosts may say so of every port",
    [MISHAP_NEIGHBOURS] = "answers of hosts on our own networks were not kept, for want of memory: "
			  "these hosts were not scanned",
};

const char *reason_text(const struct reason *reason, char *text, size_t size)
{
	char where[ADDR_TEXT_MAX + 8];
	uint32_t mishap = reason->why - ENGINE_MISHAP;

	if (mishap < MISHAPS) {
		snprintf(text, size, "%llu %s", (unsigned long long)reason->hosts, mishaps[mishap]);
		return text;
	}
	if (reason->port)
		addr_port_text(&reason->first, reason->port, where);
	else
		addr_text(&reason->first, where);
	snprintf(text, size, "%llu %s: %s (%s%s)", (unsigned long long)reason->hosts,
	    reason->hosts == 1 ? "host" : "hosts", words_of(reason->why), where,
	    reason->hosts == 1 ? "" : " first");
	return text;
}
