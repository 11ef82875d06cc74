/*
 * head.c: one pass over a copy of the head, in which the ends of names and values become NUL: so
 * every part is a text, and nothing is copied twice. Lines end with CRLF and nothing else, a header
 * is never folded, its name stands before the colon without a blank, a body has one length said in
 * one way (RFC 9112 2.2, 5.1, 5.2, 6.3). Browsers and proxies send nothing else.
 */
#include "http/head.h"

#include "http/value.h"

#include <string.h>
#include <strings.h>

static const char *const methods[HTTP_METHODS] = {
    [HTTP_GET] = "GET",
    [HTTP_HEAD] = "HEAD",
    [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",
    [HTTP_DELETE] = "DELETE",
};

const char *http_method_name(enum http_method method)
{
	return methods[method];
}

size_t head_length(struct span bytes, size_t *at)
{
	static const char end[] = {'\r', '\n', '\r', '\n'};
	size_t from = *at > sizeof(end) - 1 ? *at - (sizeof(end) - 1) : 0;
	const uint8_t *found = NULL;

	if (from < bytes.n)
		found = memmem(bytes.p + from, bytes.n - from, end, sizeof(end));
	*at = bytes.n;
	return found ? (size_t)(found - bytes.p) + sizeof(end) : 0;
}

/* RFC 9110 5.6.2: what names are made of. */
static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* Cuts the line at the front off, or gives NULL: a line that does not end as it should, or has a
 * control character in it. */
static char *cut_line(char **rest, const char *end)
{
	char *line = *rest, *at = line;

	while (at < end && ((uint8_t)*at >= ' ' || *at == '\t') && *at != 0x7f)
		at++;
	if (end - at < 2 || at[0] != '\r' || at[1] != '\n')
		return NULL;
	*at = 0;
	*rest = at + 2;
	return line;
}

/* "GET /path HTTP/1.1". */
static struct refusal read_request_line(char *line, struct http_head *h)
{
	char *target = strchr(line, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;
	size_t method = 0;

	if (!version)
		return (struct refusal){400, "the request line has three parts"};
	*target++ = 0;
	*version++ = 0;
	while (method < HTTP_METHODS && strcmp(methods[method], line) != 0)
		method++;
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return strncmp(version, "HTTP/", 5) == 0
			   ? (struct refusal){505, "HTTP/1.1 is spoken here"}
			   : (struct refusal){400, "the request line ends with HTTP/1.1"};
	if (method == HTTP_METHODS)
		return (struct refusal){501, "the method is none of GET, HEAD, POST, PUT, DELETE"};
	h->method = (enum http_method)method;
	h->target = target;
	h->old = version[7] == '0';
	return FINE;
}

static struct refusal read_field(char *line, struct http_head *h)
{
	char *name = line, *value, *end;

	while (is_token(*line))
		line++;
	if (line == name || *line != ':')
		return (struct refusal){400, "a header is a name, a colon and a value"};
	if (h->n_fields == HTTP_HEADERS_MAX)
		return (struct refusal){431, "too many headers"};
	*line = 0;
	value = line + 1 + strspn(line + 1, " \t");
	end = value + strlen(value);
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = 0;
	h->fields[h->n_fields++] = (struct head_field){name, value};
	return FINE;
}

const char *head_value(const struct http_head *h, const char *name)
{
	for (size_t i = 0; i < h->n_fields; i++)
		if (strcasecmp(h->fields[i].name, name) == 0)
			return h->fields[i].value;
	return NULL;
}

static size_t count_fields(const struct http_head *h, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_fields; i++)
		n += strcasecmp(h->fields[i].name, name) == 0;
	return n;
}

/* RFC 9112 3.2: HTTP/1.1 says exactly once which host it means. */
static struct refusal check_host(const struct http_head *h)
{
	size_t n = count_fields(h, "host");
	const char *host = head_value(h, "host");

	if (n > 1 || (n == 0 && !h->old))
		return (struct refusal){400, "one Host header is needed"};
	if (host && host[strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_:[]%~")])
		return (struct refusal){400, "the Host header is no host and port"};
	return FINE;
}

/* RFC 9112 6.3. */
static struct refusal read_body_length(struct http_head *h)
{
	const char *length = head_value(h, "content-length");
	const char *coding = head_value(h, "transfer-encoding");

	if (coding && (length || h->old))
		return (struct refusal){400, "Transfer-Encoding with Content-Length or HTTP/1.0"};
	if (count_fields(h, "content-length") > 1 || count_fields(h, "transfer-encoding") > 1)
		return (struct refusal){400, "the body's length is said twice"};
	if (coding && strcasecmp(coding, "chunked") != 0)
		return (struct refusal){501, "the only Transfer-Encoding is chunked"};
	h->chunked = coding != NULL;
	if (!length)
		return FINE;
	if (!*length || length[strspn(length, "0123456789")] || strlen(length) > 18)
		return (struct refusal){400, "Content-Length is no number"};
	for (; *length; length++)
		h->length = 10 * h->length + (uint64_t)(*length - '0');
	return FINE;
}

static struct refusal read_wishes(struct http_head *h)
{
	const char *value = head_value(h, "connection");
	struct span connection = span_str(value ? value : "");
	const char *expect = head_value(h, "expect");

	h->keep_alive =
	    h->old ? value_lists(connection, "keep-alive") : !value_lists(connection, "close");
	if (expect && strcasecmp(expect, "100-continue") != 0)
		return (struct refusal){417, "what is expected is not known here"};
	h->expects_continue = expect && !h->old;
	return FINE;
}

static struct refusal read_fields(char *rest, const char *end, struct http_head *h)
{
	struct refusal r = FINE;

	while (!refusal_is(r)) {
		char *line = cut_line(&rest, end);

		if (!line)
			return (struct refusal){
			    400, "a header with a control character or a bare line end"};
		if (!*line)
			break;
		r = read_field(line, h);
	}
	return r;
}

struct refusal head_parse(struct span bytes, struct arena *arena, struct http_head *ret_head)
{
	char *rest = arena_text(arena, bytes);
	const char *end = rest ? rest + bytes.n : NULL;
	char *line = rest ? cut_line(&rest, end) : NULL;
	struct refusal r;

	*ret_head = (struct http_head){0};
	if (!rest)
		return (struct refusal){503, "out of memory"};
	if (!line)
		return (struct refusal){
		    400, "a request line with a control character or a bare line end"};
	r = read_request_line(line, ret_head);
	if (!refusal_is(r))
		r = read_fields(rest, end, ret_head);
	if (!refusal_is(r))
		r = check_host(ret_head);
	if (!refusal_is(r))
		r = read_body_length(ret_head);
	if (!refusal_is(r))
		r = read_wishes(ret_head);
	return r;
}
