/*
 * uri.c: percent-decoding once, and then no more: what a handler sees has no second meaning. An
 * encoded slash would be a name that looks like a folder, "..", encoded or not, a folder that leads
 * out: the first is refused, the second resolved and refused above the root (RFC 3986 5.2.4,
 * 6.2.2).
 */
#include "http/uri.h"

#include "base/text.h"

#include <strings.h>

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes s into the arena; NULL: a broken escape, a byte that `ok` does not like, or no UTF-8. A
 * plus is a blank in forms only. */
static char *decode(
    struct span s, bool plus_is_blank, bool (*ok)(uint8_t byte, bool escaped), struct arena *arena)
{
	char *text = arena_alloc(arena, s.n + 1), *at = text;

	if (!text)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		bool escaped = s.p[i] == '%';
		int high = 0, low = s.p[i];

		if (escaped) {
			high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
			low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
			i += 2;
		} else if (low == '+' && plus_is_blank) {
			low = ' ';
		}
		if (low < 0 || !ok((uint8_t)(high << 4 | low), escaped))
			return NULL;
		*at++ = (char)(high << 4 | low);
	}
	return text_is_utf8(span_of(text, (size_t)(at - text))) ? text : NULL;
}

static bool in_path(uint8_t byte, bool escaped)
{
	return byte >= ' ' && byte != 0x7f && !(byte == '/' && escaped) && byte != '\\';
}

static bool in_param(uint8_t byte, bool escaped)
{
	(void)escaped;
	return byte >= ' ' ? byte != 0x7f : byte == '\t' || byte == '\n' || byte == '\r';
}

/* Takes "." and ".." away, in place; false: it leads out of the root. */
static bool resolve(char *path)
{
	char *from = path, *to = path;

	while (*from) {
		size_t n = 1 + strcspn(from + 1, "/");

		if (n == 2 && from[1] == '.') {
			n = 2;
		} else if (n == 3 && from[1] == '.' && from[2] == '.') {
			if (to == path)
				return false;
			while (*--to != '/')
				;
		} else {
			memmove(to, from, n);
			to += n;
			from += n;
			continue;
		}
		from += n;
		if (!*from) /* "/a/." is "/a/" */
			*to++ = '/';
	}
	*to = 0;
	return true;
}

static struct refusal read_params(struct span query, struct arena *arena, struct uri *u)
{
	while (query.n) {
		const uint8_t *end = memchr(query.p, '&', query.n);
		struct span pair = span_take(&query, end ? (size_t)(end - query.p) : query.n);
		const uint8_t *equals = pair.n ? memchr(pair.p, '=', pair.n) : NULL;
		struct span name = span_take(&pair, equals ? (size_t)(equals - pair.p) : pair.n);
		struct uri_param *param = &u->params[u->n_params];

		span_take(&query, end ? 1 : 0);
		span_take(&pair, equals ? 1 : 0);
		if (!name.n && !pair.n)
			continue;
		if (u->n_params == HTTP_PARAMS_MAX)
			return (struct refusal){400, "too many parameters"};
		param->name = decode(name, true, in_param, arena);
		param->value = decode(pair, true, in_param, arena);
		if (!param->name || !param->value)
			return (struct refusal){
			    400, "a parameter is not well-formed: bad escape or no UTF-8"};
		u->n_params++;
	}
	return FINE;
}

/* RFC 9112 3.2.2: a proxy's form, whose host the Host header says again. */
static bool skip_origin(struct span *target)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(schemes[i]);

		if (target->n < n || strncasecmp((const char *)target->p, schemes[i], n) != 0)
			continue;
		span_take(target, n);
		while (target->n && target->p[0] != '/' && target->p[0] != '?')
			span_take(target, 1);
		return true;
	}
	return false;
}

struct refusal uri_parse(struct span target, struct arena *arena, struct uri *ret_uri)
{
	bool absolute;
	const uint8_t *mark;
	struct span path;
	char *text;

	*ret_uri = (struct uri){.path = "/"};
	for (size_t i = 0; i < target.n; i++)
		if (target.p[i] <= ' ' || target.p[i] >= 0x7f || target.p[i] == '#')
			return (struct refusal){
			    400, "the path has a character that must be escaped"};
	absolute = skip_origin(&target);
	mark = target.n ? memchr(target.p, '?', target.n) : NULL;
	path = span_take(&target, mark ? (size_t)(mark - target.p) : target.n);
	if (path.n ? path.p[0] != '/' : !absolute)
		return (struct refusal){400, "the path begins with a slash"};
	text = path.n ? decode(path, false, in_path, arena) : arena_str(arena, "/");
	if (!text || !resolve(text))
		return (struct refusal){400, "the path is not well-formed"};
	ret_uri->path = text;
	span_take(&target, mark ? 1 : 0);
	return read_params(target, arena, ret_uri);
}
