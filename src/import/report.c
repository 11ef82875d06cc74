/*
 * report.c: counts what the readers tell, and takes certificates out of their base64. What goes on
 * to gather.c is a certificate's own bytes exactly: what follows them is dropped, and where some
 * are missing it is known.
 */
#include "import/report.h"

#include "base/base64.h"
#include "import/gather.h"
#include "import/limits.h"
#include "import/outline.h"

struct err report_init(
    struct report *r, int64_t when_ms, const struct import_ops *ops, void *context)
{
	*r = (struct report){.ops = ops, .context = context, .when_ms = when_ms};
	buf_init(&r->der, IMPORT_TOKEN_MAX);
	return gather_new(&r->gather);
}

void report_done(struct report *r)
{
	gather_free(r->gather);
	buf_done(&r->der);
}

void report_bad(struct report *r, size_t line, const char *what)
{
	r->counts.bad++;
	if (r->ops->on_bad)
		r->ops->on_bad(r->context, line, what);
}

void report_target(struct report *r, const struct import_target *target)
{
	r->counts.targets++;
	if (r->ops->on_target)
		r->ops->on_target(r->context, target);
}

void report_open(
    struct report *r, const struct addr *a, uint16_t port, const char *name, size_t line)
{
	struct import_target target = {
	    .kind = IMPORT_ADDR, .addr = *a, .port = port, .name = name, .line = line};

	report_target(r, &target);
}

void report_cert(struct report *r, const struct origin *o, struct span base64, enum cert_role role)
{
	struct span der;
	bool cut;
	size_t n = 0;
	enum outline outline = OUTLINE_NONE;

	buf_reset(&r->der);
	if (!err_is(base64_decode(&r->der, base64, &cut))) {
		der = buf_view(&r->der);
		outline = outline_extent(der, &n);
	}
	if (outline == OUTLINE_NONE) {
		report_bad(r, o->line, "no certificate where one should be");
		return;
	}
	if (outline == OUTLINE_CUT) {
		r->counts.truncated++;
		if (r->ops->on_bad)
			r->ops->on_bad(r->context, o->line, "a certificate that was cut short");
		n = der.n;
	} else {
		r->counts.certificates++;
	}
	gather_cert(r->gather, r, o, span_of(der.p, n), role, outline == OUTLINE_CUT);
}

void report_alert(struct report *r, const struct origin *o, uint8_t level, uint8_t alert)
{
	gather_alert(r->gather, r, o, level, alert);
}

void report_handshake(struct report *r, const struct origin *o, uint16_t version, uint16_t cipher)
{
	gather_handshake(r->gather, r, o, version, cipher);
}

void report_flush(struct report *r)
{
	gather_flush(r->gather, r);
}
