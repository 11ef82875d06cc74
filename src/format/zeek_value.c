/*
 * zeek_value.c: the escapes of Zeek's ASCII and JSON writers. In a line of tabs whatever could be
 * taken for the format itself is \xHH: tabs and control characters, the comma inside an element,
 * "-" and "(empty)" where they are meant as text; a backslash is doubled. Bytes that are no UTF-8
 * are \xHH in both forms.
 */
#include "format/zeek_value.h"

#include "base/text.h"

static const char unset[] = "-", empty[] = "(empty)";

/* Before a value or an element. */
static void begin(struct zeek_value *v)
{
	if (v->list) {
		if (v->more)
			buf_str(v->out, ",");
		v->more = true;
		return;
	}
	if (v->json) {
		if (v->fields)
			buf_str(v->out, ",");
		buf_printf(v->out, "\"%s\":", v->name);
	}
	v->put = v->fields = true;
}

static void put_hex(struct buf *out, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		buf_printf(out, "\\x%02x", bytes.p[i]);
}

static bool is_special(const struct zeek_value *v, uint32_t rune)
{
	return rune < 0x20 || (rune >= 0x7f && rune < 0xa0) || (rune == ',' && v->list);
}

static void put_tabbed(struct zeek_value *v, struct span text)
{
	bool meant = span_eq(text, span_str(unset)) || span_eq(text, span_str(empty));

	if (meant)
		put_hex(v->out, span_take(&text, 1));
	while (text.n) {
		struct span rest = text, bytes;
		uint32_t rune = text_next(&rest);

		bytes = span_take(&text, text.n - rest.n);
		if (rune == '\\')
			buf_str(v->out, "\\\\");
		else if (is_special(v, rune) || !text_is_utf8(bytes))
			put_hex(v->out, bytes);
		else
			buf_span(v->out, bytes);
	}
}

static void put_json_rune(struct buf *out, uint32_t rune, struct span bytes)
{
	if (rune == '"' || rune == '\\')
		buf_printf(out, "\\%c", (char)rune);
	else if (!text_is_utf8(bytes))
		for (size_t i = 0; i < bytes.n; i++)
			buf_printf(out, "\\\\x%02x", bytes.p[i]);
	else if (rune < 0x20 || (rune >= 0x7f && rune < 0xa0))
		buf_printf(out, "\\u%04x", (unsigned)rune);
	else
		buf_span(out, bytes);
}

static void put_quoted(struct zeek_value *v, struct span text)
{
	buf_str(v->out, "\"");
	while (text.n) {
		struct span rest = text;
		uint32_t rune = text_next(&rest);

		put_json_rune(v->out, rune, span_take(&text, text.n - rest.n));
	}
	buf_str(v->out, "\"");
}

void zeek_put_span(struct zeek_value *v, struct span text)
{
	begin(v);
	if (v->json)
		put_quoted(v, text);
	else if (text.n == 0)
		buf_str(v->out, empty);
	else
		put_tabbed(v, text);
}

void zeek_put_text(struct zeek_value *v, const char *text)
{
	zeek_put_span(v, span_str(text));
}

void zeek_put_count(struct zeek_value *v, uint64_t n)
{
	begin(v);
	buf_printf(v->out, "%llu", (unsigned long long)n);
}

void zeek_put_bool(struct zeek_value *v, bool b)
{
	begin(v);
	if (v->json)
		buf_str(v->out, b ? "true" : "false");
	else
		buf_str(v->out, b ? "T" : "F");
}

/* JSON's numbers end with their last digit that is not 0, and have one behind the point. */
void zeek_put_us(struct zeek_value *v, int64_t us)
{
	uint64_t size = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
	unsigned fraction = (unsigned)(size % 1000000), digits = 6;

	for (; v->json && digits > 1 && fraction % 10 == 0; digits--)
		fraction /= 10;
	begin(v);
	buf_printf(v->out, "%s%llu.%0*u", us < 0 ? "-" : "", (unsigned long long)(size / 1000000),
	    (int)digits, fraction);
}

void zeek_put_addr(struct zeek_value *v, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	zeek_put_text(v, addr_text(a, text));
}

void zeek_put_list(struct zeek_value *v)
{
	begin(v);
	if (v->json)
		buf_str(v->out, "[");
	v->list = true;
	v->more = false;
}

void zeek_put_list_end(struct zeek_value *v)
{
	v->list = false;
	if (v->json)
		buf_str(v->out, "]");
	else if (!v->more)
		buf_str(v->out, empty);
}
