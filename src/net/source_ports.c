/*
 * source_ports.c: reads what the kernel tells in /proc, marks what is taken, and takes the k-th of
 * all places where a window of free ports fits.
 */
#include "net/source_ports.h"

#include "net/limits.h"

#include <stdio.h>
#include <stdlib.h>

enum { PORT_LOWEST = 1024 }; /* below, somebody may be let in for where he comes from */

static void take(struct ports *taken, unsigned first, unsigned last)
{
	for (unsigned port = first; port <= last && port <= UINT16_MAX; port++)
		ports_add(taken, (uint16_t)port, false);
}

/* The first line of a file; false where it cannot be read. */
static bool first_line(const char *path, char **line, size_t *size)
{
	FILE *f = fopen(path, "re");
	bool has = f && getline(line, size, f) > 0;

	if (f)
		fclose(f);
	return has;
}

/* What the kernel gives to connections, but for what it is told to keep free: "8080,9148-9150". */
static void take_local_range(struct ports *taken)
{
	unsigned first = 32768, last = 60999; /* unless told otherwise */
	struct ports reserved;
	char *line = NULL;
	size_t size = 0, n;

	ports_clear(&reserved);
	if (first_line("/proc/sys/net/ipv4/ip_local_port_range", &line, &size))
		(void)sscanf(line, "%u %u", &first, &last);
	if (first_line("/proc/sys/net/ipv4/ip_local_reserved_ports", &line, &size)) {
		n = strcspn(line, "\n");
		/* An empty one is the usual one: what is no list keeps nothing free. */
		if (err_is(ports_parse(&reserved, span_of((const uint8_t *)line, n))))
			ports_clear(&reserved);
	}
	free(line);
	for (unsigned port = first; port <= last && port <= UINT16_MAX; port++)
		if (!ports_has(&reserved, (uint16_t)port))
			ports_add(taken, (uint16_t)port, false);
}

/* Whatever socket has a port: one that listens above all. "  0: 0100007F:0CEA 00000000:0000 0A" */
static void take_sockets(struct ports *taken, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned port;

	while (f && getline(&line, &size, f) > 0)
		if (sscanf(line, " %*u: %*[0-9A-F]:%x", &port) == 1)
			take(taken, port, port);
	free(line);
	if (f)
		fclose(f);
}

/* How many places a window of n has; the k-th of them, if there are more than k. */
static size_t places(const struct ports *taken, unsigned n, size_t k, uint16_t *ret_first)
{
	size_t found = 0;
	unsigned free_n = 0; /* ports in a row that end here */

	for (unsigned port = PORT_LOWEST; port <= UINT16_MAX; port++) {
		free_n = ports_has(taken, (uint16_t)port) ? 0 : free_n + 1;
		if (free_n < n)
			continue;
		if (found++ == k)
			*ret_first = (uint16_t)(port - n + 1);
	}
	return found;
}

struct err source_ports_choose(
    const struct ports *taken, uint32_t workers, uint64_t random, struct source_ports *ret_ports)
{
	uint16_t first = 0;
	size_t n_places;

	for (unsigned each = SOURCE_PORTS_EACH; each >= SOURCE_PORTS_MIN; each /= 2) {
		unsigned n = workers * each;

		if (workers > UINT16_MAX / each)
			continue;
		n_places = places(taken, n, SIZE_MAX, &first);
		if (n_places == 0)
			continue;
		places(taken, n, random % n_places, &first);
		*ret_ports = (struct source_ports){first, (uint16_t)n};
		return OK;
	}
	return err_limit("no source ports are left: net.ipv4.ip_local_port_range must leave some, "
			 "or net.ipv4.ip_local_reserved_ports keep some free");
}

void source_ports_taken(struct ports *ret_taken)
{
	ports_clear(ret_taken);
	take_local_range(ret_taken);
	take_sockets(ret_taken, "/proc/net/tcp");
	take_sockets(ret_taken, "/proc/net/tcp6");
}

struct err source_ports_pick(uint32_t workers, uint64_t random, struct source_ports *ret_ports)
{
	struct ports taken;

	source_ports_taken(&taken);
	return source_ports_choose(&taken, workers, random, ret_ports);
}

struct source_ports source_ports_slice(
    const struct source_ports *p, uint32_t worker, uint32_t workers)
{
	uint16_t n = (uint16_t)(p->n / workers);

	return (struct source_ports){(uint16_t)(p->first + worker * n), n};
}
