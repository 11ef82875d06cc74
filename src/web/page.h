/*
 * page.h: the files of the page, as they are built into the program (tools/embed.py).
 */
#pragma once

#include "base/span.h"

struct page_file {
	const char *path; /* "/", "/assets/index-Bq3x.js"; NULL: the end of the table */
	const char *type;
	const char *etag; /* quoted */
	bool hashed; /* the name has its digest in it: it never changes */
	struct span plain, packed; /* as it is, and gzipped */
};

extern const struct page_file page_files[];
