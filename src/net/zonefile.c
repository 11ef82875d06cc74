/*
 * zonefile.c: reads /usr/share/zoneinfo (or $TZDIR). A name comes from a request: it is a path
 * below that folder and none out of it.
 */
#include "net/zonefile.h"

#include "net/limits.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool is_name(struct span name)
{
	bool begins = true; /* a part of the path: no dots there, so no way up */

	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		bool letter = ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');

		if (!letter && (begins || !strchr("/_+-", c)))
			return false;
		begins = c == '/';
	}
	return name.n > 0 && !begins;
}

static struct err file_load(const char *path, struct zone **ret_zone)
{
	static const size_t max = ZONE_FILE_MAX;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *bytes = fd < 0 ? NULL : malloc(max);
	struct err e = err_input(0, "there is no such time zone on this machine");
	size_t n = 0;
	ssize_t got = 1;

	while (bytes && n < max && got > 0) {
		got = read(fd, bytes + n, max - n);
		n += got > 0 ? (size_t)got : 0;
	}
	if (bytes && got == 0)
		e = zone_from_file(span_of(bytes, n), ret_zone);
	free(bytes);
	if (fd >= 0)
		close(fd);
	return e;
}

struct err zonefile_load(const char *name, struct zone **ret_zone)
{
	const char *folder = getenv("TZDIR");
	char path[512];
	struct zone *zone = NULL;
	struct err e;

	e = zone_fixed(span_str(name && *name ? name : "UTC"), &zone);
	if (err_is(e) && is_name(span_str(name))) {
		snprintf(path, sizeof(path), "%.200s/%.200s",
		    folder && *folder ? folder : "/usr/share/zoneinfo", name);
		e = file_load(path, &zone);
	} else if (err_is(e)) {
		e = err_input(
		    0, "a time zone is UTC, a distance like +02:00, or a place like Europe/Berlin");
	}
	if (!err_is(e))
		*ret_zone = zone;
	return e;
}
