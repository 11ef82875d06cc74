/*
 * check.c: the words that all checks share. Evidence is a sentence's half for people, so names
 * inside it are cut at a character, never in the middle of one.
 */
#include "verdict/check.h"
#include "x509/der.h"
#include "x509/name.h"

#include <stdarg.h>
#include <stdio.h>

const char *fit_text(char *to, size_t size, struct span from)
{
	if (from.n >= size) {
		from.n = size - 1;
		while (from.n && (from.p[from.n] & 0xc0) == 0x80) /* inside a character */
			from.n--;
	}
	if (from.n)
		memcpy(to, from.p, from.n);
	to[from.n] = 0;
	return to;
}

static size_t least_severe(const struct chain_verdict *v)
{
	size_t least = 0;

	for (size_t i = 1; i < v->n_findings; i++)
		if (v->findings[i].severity < v->findings[least].severity)
			least = i;
	return least;
}

/* A place for a finding of this severity; NULL: all others are as severe. */
static struct finding *place_for(struct chain_verdict *v, uint8_t severity)
{
	size_t least;

	if (v->n_findings < CHAIN_FINDINGS_MAX)
		return &v->findings[v->n_findings++];
	least = least_severe(v);
	if (v->findings[least].severity >= severity)
		return NULL;
	memmove(&v->findings[least], &v->findings[least + 1],
	    (CHAIN_FINDINGS_MAX - least - 1) * sizeof(v->findings[0]));
	return &v->findings[CHAIN_FINDINGS_MAX - 1];
}

static void add(struct chain_verdict *v, struct finding f, const char *evidence, va_list args)
{
	struct finding *place;
	char text[EVIDENCE_MAX * 2];

	if (f.severity == SEVERITY_NONE)
		f.severity = finding_by_id(f.id)->severity;
	place = place_for(v, f.severity);
	if (!place)
		return;
	*place = f;
	vsnprintf(text, sizeof(text), evidence, args);
	fit_text(place->evidence, sizeof(place->evidence), span_str(text));
}

void finding_always(
    struct chain_verdict *v, enum finding_id id, enum severity severity, const char *evidence, ...)
{
	struct finding f = {.id = (uint16_t)id,
	    .severity = (uint8_t)severity,
	    .since_s = ALWAYS_S,
	    .until_s = FOREVER_S};
	va_list args;

	va_start(args, evidence);
	add(v, f, evidence, args);
	va_end(args);
}

void finding_during(struct chain_verdict *v, enum finding_id id, enum severity severity,
    int64_t since_s, int64_t until_s, const char *evidence, ...)
{
	struct finding f = {.id = (uint16_t)id,
	    .severity = (uint8_t)severity,
	    .since_s = since_s,
	    .until_s = until_s};
	va_list args;

	if (since_s >= until_s)
		return;
	va_start(args, evidence);
	add(v, f, evidence, args);
	va_end(args);
}

static void put_serial(const struct cert *c, struct buf *out)
{
	buf_str(out, c->serial.n ? "serial " : "a certificate without a name");
	buf_hex(out, c->serial);
}

const char *cert_label(const struct cert *c, char text[LABEL_MAX])
{
	struct buf name;

	buf_init(&name, NAME_TEXT_MAX);
	if (!name_cn(c->subject, &name))
		name_text(c->subject, &name);
	if (name.n == 0)
		put_serial(c, &name);
	fit_text(text, LABEL_MAX, buf_view(&name));
	buf_done(&name);
	return text;
}

const char *of_issuer(const struct judged *j, const struct cert *c, char text[LABEL_MAX + 8])
{
	char label[LABEL_MAX];

	text[0] = 0;
	if (c != &j->certs[0])
		snprintf(text, LABEL_MAX + 8, " of %s", cert_label(c, label));
	return text;
}

const struct path_link *path_link_of(const struct judged *j, const struct cert *c)
{
	for (size_t i = 0; i < j->path.n; i++)
		if (j->path.links[i].cert == c)
			return &j->path.links[i];
	return NULL;
}

enum severity on_path(const struct judged *j, const struct cert *c, enum severity severity)
{
	return path_link_of(j, c) ? severity : SEVERITY_LOW;
}
