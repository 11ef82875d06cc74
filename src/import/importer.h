/*
 * importer.h: a reader of one format. One file and one row each (import.c).
 */
#pragma once

#include "import/report.h"

struct importer {
	const char *name; /* "masscan-json" */
	bool (*sniff)(struct span first); /* the first IMPORT_SNIFF_BYTES, or all there is */
	struct err (*new)(struct report *r, void **ret_state);
	struct err (*push)(void *state, struct span bytes);
	struct err (*end)(void *state);
	void (*free)(void *state); /* NULL-safe */
};

extern const struct importer importer_masscan_json;
extern const struct importer importer_masscan_list;
extern const struct importer importer_nmap_xml;
extern const struct importer importer_list;
