/*
 * route.h: one row a thing that can be asked of the service: method, path, who may, on which thread
 * it is answered, and the function. A file route_*.c has one table of them; tables.c lists the
 * tables. openapi.yaml says the same to those outside, and tests hold the two together.
 */
#pragma once

#include "http/call.h"
#include "store/accounts.h"

struct web_call;

/* Each lane has threads of its own, and each thread its own connection to the store. */
enum lane {
	LANE_READ, /* STORE_READ: what a page waits for */
	LANE_WRITE, /* STORE_WRITE: one at a time, as SQLite has it */
	LANE_LOGIN, /* STORE_WRITE: scrypt takes its time, nobody else waits for it */
	LANE_EXPORT, /* STORE_READ: answers as long as the store */
	LANE_MAX,
};

/* Flags of a route. */
enum {
	ROUTE_NO_CSRF =
	    1 << 0, /* log-in and set-up: there is no session yet that could be abused */
	ROUTE_ETAG = 1 << 1, /* the answer gets an ETag; who has it already gets 304 */
	ROUTE_SECRET = 1 << 2, /* the answer is stored by nobody and not compressed */
	ROUTE_LARGE = 1 << 3, /* a body up to HTTP_BODY_MAX; otherwise WEB_BODY_MAX */
	ROUTE_ROOT = 1 << 4, /* not below /api/v1 */
};

/* Reads the request (web/call.h), answers it once and returns. */
typedef void route_fn(struct web_call *c);

struct route {
	enum http_method method; /* GET takes HEAD, too */
	const char *path; /* "/certificates/{sha256}/rows", below /api/v1 */
	enum role role; /* at least; ROLE_NONE: anybody */
	enum lane lane;
	unsigned flags;
	route_fn *fn; /* NULL: the end of the table */
};

enum { ROUTE_VARIABLES_MAX = 3 };

struct route_match {
	const struct route *route; /* NULL: no such path, or not with this method */
	unsigned methods; /* 1 << method of those that this path takes */
	struct span variables[ROUTE_VARIABLES_MAX]; /* of path, in its order; never empty */
};

/* The one for this path in all tables; HEAD is GET. */
void route_find(enum http_method method, const char *path, struct route_match *ret_match);
/* Likewise in these; the last one is NULL. For tests. */
void route_find_in(const struct route *const *tables, enum http_method method, const char *path,
    struct route_match *ret_match);
/* What {name} of the route's path stands for; an empty span where it has none of that name. */
struct span route_variable(const struct route_match *match, const char *name);

/* Every table; the last one is NULL. */
extern const struct route *const route_tables[];

/* The tables, one a file: a new one is a name here and a row in tables.c. */
extern const struct route route_channels[];
extern const struct route route_inventory[];
extern const struct route route_messages[];
extern const struct route route_rules[];
extern const struct route route_certificate[];
extern const struct route route_endpoint[];
extern const struct route route_export[];
extern const struct route route_service[];
extern const struct route route_session[];
extern const struct route route_users[];
extern const struct route route_notes[];
extern const struct route route_settings[];
extern const struct route route_scans[];
