/*
 * uri.h: the target of a request as a path and parameters, decoded; pure.
 */
#pragma once

#include "base/arena.h"
#include "http/limits.h"
#include "http/refusal.h"

struct uri_param {
	const char *name;
	const char *value;
};

struct uri {
	const char *path; /* begins with "/", see http_path */
	size_t n_params;
	struct uri_param params[HTTP_PARAMS_MAX];
};

/* "/a%20b?x=1&y" or "http://host/a". The texts are in the arena. */
must_use struct refusal uri_parse(struct span target, struct arena *arena, struct uri *ret_uri);
