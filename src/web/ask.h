/*
 * ask.h: the parameters that all questions about the inventory share: q, gone, bare, sort, fields,
 * limit, cursor. False: it was answered with what is wrong.
 */
#pragma once

#include "store/listing.h"
#include "web/call.h"

/* q, gone and bare: which rows. */
bool ask_where(struct web_call *c, struct listing *ret_listing);
/* And sort, limit and cursor: a page of them. */
bool ask_page(struct web_call *c, struct listing *ret_listing);

struct ask_fields {
	enum field_id v[FIELD_MAX];
	size_t n;
	bool chosen; /* by the parameter; else they are the default columns */
};

/* `fields`, each once. */
bool ask_fields(struct web_call *c, struct ask_fields *ret_fields);
/* A list of fields, all with this flag. */
bool ask_fields_with(
    struct web_call *c, const char *param, unsigned flag, struct ask_fields *ret_fields);
/* The {sha256} of the path. */
bool ask_sha256(struct web_call *c, struct digest256 *ret_sha256);
/* The {endpoint} of the path, with `transport`. */
bool ask_endpoint(struct web_call *c, struct endpoint *ret_endpoint);
/* A date or a time. *ret_ms stays where it is not given. */
bool ask_time(struct web_call *c, const char *param, int64_t *ret_ms);
