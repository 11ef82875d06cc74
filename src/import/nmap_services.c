/*
 * nmap_services.c: a line is a name, port/protocol and a frequency. Frequencies are compared as
 * written in millionths, so no floating point is needed.
 */
#include "import/nmap_services.h"

struct ranked {
	uint32_t frequency; /* millionths */
	uint16_t port;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct span take_field(struct span *line)
{
	struct span field;
	size_t n = 0;

	while (line->n && is_blank(line->p[0]))
		span_take(line, 1);
	while (n < line->n && !is_blank(line->p[n]))
		n++;
	field = span_take(line, n);
	return field;
}

/* Digits up to `max`; false where there is none, or too large a number. */
static bool take_digits(struct span *text, uint32_t max, uint32_t *ret_value)
{
	uint32_t value = 0;
	size_t n = 0;

	for (; n < text->n && text->p[n] >= '0' && text->p[n] <= '9'; n++) {
		value = value * 10 + (uint32_t)(text->p[n] - '0');
		if (value > max)
			return false;
	}
	span_take(text, n);
	*ret_value = value;
	return n > 0;
}

/* "0.208669" in millionths. */
static uint32_t frequency_of(struct span text)
{
	uint32_t whole = 0, value, scale = 100000;

	if (!take_digits(&text, 1000, &whole))
		return 0;
	value = whole * 1000000;
	if (text.n && text.p[0] == '.')
		span_take(&text, 1);
	for (; text.n && scale && text.p[0] >= '0' && text.p[0] <= '9'; scale /= 10)
		value += (uint32_t)(span_u8(&text) - '0') * scale;
	return value;
}

static bool line_parse(struct span line, struct ranked *ret_ranked)
{
	struct span port;
	uint32_t number;

	if (take_field(&line).n == 0)
		return false;
	port = take_field(&line);
	if (!take_digits(&port, 65535, &number) || !number || !span_is(port, "/tcp"))
		return false;
	*ret_ranked = (struct ranked){frequency_of(take_field(&line)), (uint16_t)number};
	return true;
}

/* Keeps `top` sorted, the most frequent first; equal ones stay in the order of the file. */
static size_t insert(struct ranked *top, size_t n, size_t max, struct ranked row)
{
	size_t at = n;

	while (at > 0 && top[at - 1].frequency < row.frequency)
		at--;
	if (at == max)
		return n;
	if (n == max)
		n--;
	memmove(&top[at + 1], &top[at], (n - at) * sizeof(*top));
	top[at] = row;
	return n + 1;
}

/* The last line may lack its newline. */
static bool take_line(struct span *text, struct span *ret_line)
{
	if (span_line(text, ret_line))
		return true;
	*ret_line = span_take(text, text->n);
	return ret_line->n > 0;
}

size_t nmap_services_top(struct span text, size_t max, struct ports *ports)
{
	static struct ranked top[65536];
	struct span line;
	struct ranked row;
	size_t n = 0;

	if (max > 65535)
		max = 65535;
	while (max && take_line(&text, &line))
		if (line.n && line.p[0] != '#' && line_parse(line, &row))
			n = insert(top, n, max, row);
	for (size_t i = 0; i < n; i++)
		ports_add(ports, top[i].port, false);
	return n;
}
