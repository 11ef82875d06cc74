/*
 * sources.h: from what a user wrote - addresses, networks, names, lists, other scanners' files - to
 * sealed targets. An edge: it reads files and asks name servers.
 */
#pragma once

#include "base/err.h"
#include "inet/targets.h"
#include "observe/endpoint.h"

struct sources;

/* A line for the user: what was skipped or not understood, and where ("hosts.txt:17"). */
typedef void sources_say_fn(void *context, const char *where, const char *what);

must_use struct err sources_new(
    const struct ports *ports, sources_say_fn *say, void *context, struct sources **ret_sources);
void sources_free(struct sources *s);

/* One target as on the command line. */
must_use struct err sources_add(struct sources *s, const char *text);
/* A file of targets or another scanner's results, "-" for standard input; the format is looked
 * for. */
must_use struct err sources_add_file(struct sources *s, const char *path);
/* An endpoint of the inventory: this port, asked with this name ("" is none). */
must_use struct err sources_add_endpoint(struct sources *s, const struct endpoint *endpoint);
must_use struct err sources_exclude(struct sources *s, const char *text);
/* Ends at the first bad line, which is said: ERR_INPUT then has no text of its own. */
must_use struct err sources_exclude_file(struct sources *s, const char *path);

/* Resolves the names, then seals. Names without an address are said and left out. The targets and
 * the NULL-ended list of names that they will be asked with belong to the sources. ret_targets'
 * count may be 0. */
must_use struct err sources_seal(
    struct sources *s, struct targets **ret_targets, const char *const **ret_names);
