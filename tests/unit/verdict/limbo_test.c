/*
 * limbo_test.c: x509-limbo's core cases (C2SP, Apache-2.0; read where they lie, never copied). A
 * case agrees if a finding of severity high or above holds at its time exactly where it expects a
 * failure. Many cases are about rules that no finding of ours covers yet (extended key usage, CRLs,
 * the small print of extensions), so this is a measure with a floor, not a list of passes: what
 * must never be is a crash, a valid chain refused, or a floor that sinks unseen.
 */
#include "verdict/judge.h"
#include "verdict/table.h"

#include "lib/certs.h"

#include <time.h>

#define LIMBO "../../shared/data/limbo-core-208.json"

enum { CERTS_MAX = 600 };

/* As much JSON as the file needs: values are taken from the front. */

static void skip_blank(struct span *s)
{
	while (s->n && strchr(" \t\r\n,:", s->p[0]))
		span_take(s, 1);
}

static char peek(struct span *s)
{
	skip_blank(s);
	return s->n ? (char)s->p[0] : '\0';
}

static void take_string(struct span *s, struct buf *out)
{
	buf_reset(out);
	skip_blank(s);
	span_take(s, 1);
	while (s->n && s->p[0] != '"') {
		uint8_t c = span_u8(s);

		if (c == '\\')
			c = span_u8(s);
		else
			goto put;
		if (c == 'u') /* names of emoji: never compared */
			span_take(s, 4);
		c = c == 'n' ? '\n' : c == 'u' ? '?' : c;
	put:
		buf_be(out, c, 1);
	}
	span_take(s, 1);
}

static void skip_value(struct span *s)
{
	struct buf text;
	char first = peek(s);

	buf_init(&text, 1 << 20);
	if (first == '"') {
		take_string(s, &text);
	} else if (first == '{' || first == '[') {
		span_take(s, 1);
		while (!strchr("}]", peek(s)))
			skip_value(s);
		span_take(s, 1);
	} else {
		while (s->n && !strchr(",}] \n", s->p[0]))
			span_take(s, 1);
	}
	buf_done(&text);
}

struct limbo_case {
	char id[128];
	bool server;
	bool optional; /* has features: rules that not everybody follows */
	bool success;
	char name[256];
	int64_t at_s;
	struct buf roots; /* PEM */
	size_t n;
	struct buf der[CERTS_MAX]; /* the leaf, then what came with it */
};

static void take_pem(struct span *s, struct limbo_case *c, size_t at)
{
	struct buf pem;
	struct span text;

	buf_init(&pem, 1 << 20);
	take_string(s, &pem);
	text = buf_view(&pem);
	buf_init(&c->der[at], 1 << 20);
	pem_decode(&text, &c->der[at]);
	buf_done(&pem);
}

static void take_list(struct span *s, struct limbo_case *c, bool roots)
{
	struct buf pem;

	buf_init(&pem, 1 << 20);
	peek(s);
	span_take(s, 1);
	while (peek(s) == '"') {
		if (roots) {
			take_string(s, &pem);
			buf_span(&c->roots, buf_view(&pem));
		} else if (c->n < CERTS_MAX) {
			take_pem(s, c, c->n++);
		} else {
			skip_value(s);
		}
	}
	span_take(s, 1);
	buf_done(&pem);
}

static void take_text(struct span *s, char *to, size_t size)
{
	struct buf text;

	to[0] = 0;
	if (peek(s) != '"') {
		skip_value(s);
		return;
	}
	buf_init(&text, 1 << 20);
	take_string(s, &text);
	snprintf(to, size, "%s", buf_text(&text));
	buf_done(&text);
}

static void take_name(struct span *s, struct limbo_case *c)
{
	char key[32];

	if (peek(s) != '{') {
		skip_value(s);
		return;
	}
	span_take(s, 1);
	while (peek(s) == '"') {
		take_text(s, key, sizeof(key));
		if (strcmp(key, "value") == 0)
			take_text(s, c->name, sizeof(c->name));
		else
			skip_value(s);
	}
	span_take(s, 1);
}

static void take_time(struct span *s, struct limbo_case *c)
{
	struct tm tm = {0};
	char text[64];

	take_text(s, text, sizeof(text));
	strptime(*text ? text : "2026-06-01T00:00:00", "%Y-%m-%dT%H:%M:%S", &tm);
	c->at_s = timegm(&tm);
}

static void take_field(struct span *s, struct limbo_case *c, const char *key)
{
	char word[32];

	if (strcmp(key, "id") == 0) {
		take_text(s, c->id, sizeof(c->id));
	} else if (strcmp(key, "trusted_certs") == 0) {
		take_list(s, c, true);
	} else if (strcmp(key, "untrusted_intermediates") == 0) {
		take_list(s, c, false);
	} else if (strcmp(key, "peer_certificate") == 0) {
		take_pem(s, c, 0);
	} else if (strcmp(key, "expected_peer_name") == 0) {
		take_name(s, c);
	} else if (strcmp(key, "validation_time") == 0) {
		take_time(s, c);
	} else if (strcmp(key, "validation_kind") == 0) {
		take_text(s, word, sizeof(word));
		c->server = strcmp(word, "SERVER") == 0;
	} else if (strcmp(key, "expected_result") == 0) {
		take_text(s, word, sizeof(word));
		c->success = strcmp(word, "SUCCESS") == 0;
	} else if (strcmp(key, "features") == 0) {
		peek(s);
		c->optional = s->n > 1 && s->p[1] != ']';
		skip_value(s);
	} else {
		skip_value(s);
	}
}

static bool is_bad_now(const struct finding *f, int64_t at_s)
{
	return f->id != FINDING_EXPIRING && f->severity >= SEVERITY_HIGH && f->since_s <= at_s &&
	       at_s < f->until_s;
}

static bool succeeds(struct limbo_case *c, char *why, size_t size)
{
	const struct chain_verdict *v = NULL;
	struct span der[CERTS_MAX];
	struct trust *trust = NULL;
	struct finding mismatch;
	struct arena arena;
	size_t added, skipped;
	bool good = true;

	why[0] = 0;
	for (size_t i = 0; i < c->n; i++)
		der[i] = buf_view(&c->der[i]);
	arena_init(&arena, 8 << 20);
	CHECK(!err_is(trust_new(&trust)));
	CHECK(!err_is(trust_add_roots(trust, buf_view(&c->roots), &added, &skipped)));
	CHECK(!err_is(judge_chain(der, c->n, trust, NULL, &arena, &v)));
	for (size_t i = 0; v && i < v->n_findings; i++) {
		if (!is_bad_now(&v->findings[i], c->at_s))
			continue;
		good = false;
		snprintf(why, size, "%s: %s", finding_by_id(v->findings[i].id)->name,
		    v->findings[i].evidence);
	}
	if (*c->name && v && judge_name(v->facts[0], c->name, &mismatch))
		good = false;
	trust_free(trust);
	arena_done(&arena);
	return good;
}

struct tally {
	unsigned agree, of, false_alarms;
};

static void count(struct limbo_case *c, struct tally *required, struct tally *all)
{
	char why[256];
	bool good = succeeds(c, why, sizeof(why)), agree = good == c->success;

	if (!agree)
		printf("# %s%s: expected %s %s\n", c->id, c->optional ? " (optional)" : "",
		    c->success ? "success" : "failure", why);
	if (!c->optional) {
		required->of++;
		required->agree += agree;
		required->false_alarms += c->success && !good;
	}
	all->of++;
	all->agree += agree;
}

static void take_case(struct span *s, struct tally *required, struct tally *all)
{
	struct limbo_case *c = calloc(1, sizeof(*c));
	char key[64];

	c->n = 1;
	buf_init(&c->roots, 8 << 20);
	span_take(s, 1);
	while (peek(s) == '"') {
		take_text(s, key, sizeof(key));
		take_field(s, c, key);
	}
	span_take(s, 1);
	if (c->server)
		count(c, required, all);
	for (size_t i = 0; i < c->n; i++)
		buf_done(&c->der[i]);
	buf_done(&c->roots);
	free(c);
}

static void limbo(void)
{
	struct tally required = {0}, all = {0};
	FILE *f = fopen(test_path(LIMBO), "r");
	struct span s;
	char key[64];

	if (!f)
		SKIP("../shared/data is not there");
	fclose(f);
	s = test_file(LIMBO);
	span_take(&s, 1);
	do {
		take_text(&s, key, sizeof(key));
		if (strcmp(key, "testcases") != 0)
			skip_value(&s);
	} while (strcmp(key, "testcases") != 0);
	peek(&s);
	span_take(&s, 1);
	while (peek(&s) == '{')
		take_case(&s, &required, &all);
	printf("# %u of %u required server cases agree, %u of all %u; %u valid chains refused\n",
	    required.agree, required.of, all.agree, all.of, required.false_alarms);
	CHECK_EQ(required.of, 156);
	CHECK_EQ(required.false_alarms, 0);
	CHECK(required.agree >= 118);
}

int main(void)
{
	RUN(limbo);
	return test_done();
}
