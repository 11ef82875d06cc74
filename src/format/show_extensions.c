/*
 * show_extensions.c: all extensions of one certificate, a line for each thing that they say. Read
 * from its DER when somebody asks for this certificate: no row of the inventory carries them.
 */
#include "base/text.h"
#include "format/show.h"
#include "format/words.h"
#include "x509/der.h"
#include "x509/ext_text.h"

enum { VALUE_COLUMN = 32, NAME_BYTES_MAX = 512 };

static void put_name(const struct ext *ext, const struct ext_text *said, struct buf *out)
{
	struct buf name;

	buf_init(&name, NAME_BYTES_MAX);
	if (said->name)
		buf_str(&name, said->name);
	else
		der_oid_text(ext->oid, &name);
	if (ext->critical)
		buf_str(&name, " (critical)");
	buf_printf(out, "  %-*s ", VALUE_COLUMN - 3, buf_text(&name));
	buf_done(&name);
}

struct shown {
	const struct style *style;
	struct buf *out;
	bool any;
};

static void put_title(struct shown *s)
{
	if (!s->any)
		buf_printf(
		    s->out, "\n%sExtensions%s\n", colour_bold(s->style), colour_off(s->style));
	s->any = true;
}

static void put_extension(void *context, const struct ext *ext, const struct ext_text *said)
{
	struct shown *s = context;
	struct span lines = said->values, line;
	bool first = true;

	put_title(s);
	put_name(ext, said, s->out);
	while (span_line(&lines, &line)) {
		if (!first)
			buf_fill(s->out, ' ', VALUE_COLUMN);
		first = false;
		text_safe(s->out, line);
		buf_str(s->out, "\n");
	}
	if (!said->partial && !first)
		return;
	if (!first)
		buf_fill(s->out, ' ', VALUE_COLUMN);
	buf_str(s->out, said->partial ? "... cannot be read further\n" : "nothing\n");
}

void show_extensions(struct span der, const struct style *style, struct buf *out)
{
	struct shown s = {.style = style, .out = out};

	if (ext_text_each(der, put_extension, &s))
		return;
	put_title(&s);
	buf_str(out, "  ... cannot be read further\n");
}
