/*
 * route.c: finds the row for a method and a path. Paths are compared segment by segment from the
 * front, "{name}" takes one segment; there are a hundred rows, so they are simply walked.
 */
#include "web/route.h"

static const char prefix[] = "/api/v1";

/* The next segment of a path that begins with a slash; false at its end. */
static bool segment_next(struct span *path, struct span *ret_segment)
{
	const uint8_t *slash;

	if (!path->n)
		return false;
	span_take(path, 1);
	slash = path->n ? memchr(path->p, '/', path->n) : NULL;
	*ret_segment = span_take(path, slash ? (size_t)(slash - path->p) : path->n);
	return true;
}

static bool is_variable(struct span segment)
{
	return segment.n > 2 && segment.p[0] == '{';
}

static bool path_matches(
    const char *pattern, struct span path, struct span variables[ROUTE_VARIABLES_MAX])
{
	struct span wanted = span_str(pattern);
	struct span want, have;
	size_t n = 0;

	while (segment_next(&wanted, &want)) {
		if (!segment_next(&path, &have))
			return false;
		if (is_variable(want) && have.n && n < ROUTE_VARIABLES_MAX)
			variables[n++] = have;
		else if (!span_eq(want, have))
			return false;
	}
	return path.n == 0;
}

static void route_try(
    const struct route *route, enum http_method method, struct span path, struct route_match *match)
{
	struct span variables[ROUTE_VARIABLES_MAX] = {0};

	if (!(route->flags & ROUTE_ROOT)) {
		if (!span_starts(path, prefix))
			return;
		span_take(&path, sizeof(prefix) - 1);
	}
	if (!path_matches(route->path, path, variables))
		return;
	match->methods |= 1u << route->method;
	if (route->method != method || match->route)
		return;
	match->route = route;
	memcpy(match->variables, variables, sizeof(variables));
}

void route_find_in(const struct route *const *tables, enum http_method method, const char *path,
    struct route_match *ret_match)
{
	struct route_match match = {0};

	if (method == HTTP_HEAD)
		method = HTTP_GET;
	for (; *tables; tables++)
		for (const struct route *route = *tables; route->fn; route++)
			route_try(route, method, span_str(path), &match);
	*ret_match = match;
}

void route_find(enum http_method method, const char *path, struct route_match *ret_match)
{
	route_find_in(route_tables, method, path, ret_match);
}

struct span route_variable(const struct route_match *match, const char *name)
{
	struct span pattern = span_str(match->route->path);
	struct span segment;
	size_t n = 0;

	while (segment_next(&pattern, &segment)) {
		if (!is_variable(segment))
			continue;
		if (span_is(span_of(segment.p + 1, segment.n - 2), name))
			return match->variables[n];
		n++;
	}
	return span_of(NULL, 0);
}
