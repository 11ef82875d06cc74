/*
 * status.c: RFC 9110 15, as far as it is used, and the codes that the API promises.
 */
#include "http/status.h"

#include <stddef.h>

static const struct status table[] = {
    {200, "OK", NULL},
    {201, "Created", NULL},
    {202, "Accepted", NULL},
    {204, "No Content", NULL},
    {206, "Partial Content", NULL},
    {301, "Moved Permanently", NULL},
    {302, "Found", NULL},
    {303, "See Other", NULL},
    {304, "Not Modified", NULL},
    {307, "Temporary Redirect", NULL},
    {308, "Permanent Redirect", NULL},
    {400, "Bad Request", "bad-request"},
    {401, "Unauthorized", "unauthenticated"},
    {403, "Forbidden", "forbidden"},
    {404, "Not Found", "not-found"},
    {405, "Method Not Allowed", "bad-request"},
    {406, "Not Acceptable", "bad-request"},
    {408, "Request Timeout", "bad-request"},
    {409, "Conflict", "conflict"},
    {410, "Gone", "not-found"},
    {412, "Precondition Failed", "conflict"},
    {413, "Content Too Large", "too-large"},
    {415, "Unsupported Media Type", "bad-request"},
    {417, "Expectation Failed", "bad-request"},
    {422, "Unprocessable Content", "invalid"},
    {429, "Too Many Requests", "slow-down"},
    {431, "Request Header Fields Too Large", "too-large"},
    {500, "Internal Server Error", "internal"},
    {501, "Not Implemented", "bad-request"},
    {503, "Service Unavailable", "busy"},
    {504, "Gateway Timeout", "busy"},
    {505, "HTTP Version Not Supported", "bad-request"},
};

const struct status *status_row(unsigned number)
{
	static const struct status unknown = {0, "Unknown", "internal"};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].number == number)
			return &table[i];
	return &unknown;
}
