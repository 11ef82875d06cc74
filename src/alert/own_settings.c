/*
 * own_settings.c: the settings of our own rules, as JSON: read against one table, so that a slip is
 * told with its place instead of being a rule that warns of nothing.
 */
#include "alert/own.h"

#include "base/jsonw.h"

#include <string.h>

enum setting_kind {
	KIND_YES,
	KIND_NUMBER,
	KIND_NOISES,
};

static const struct {
	const char *key;
	enum setting_kind kind;
	bool stages; /* of rules with stages only */
	size_t at; /* in struct own_settings */
	int64_t min, max;
} table[] = {
    {"recovery", KIND_YES, false, offsetof(struct own_settings, recovery), 0, 1},
    {"digest_over", KIND_NUMBER, false, offsetof(struct own_settings, digest_over), 1, 1000},
    {"quiet", KIND_NOISES, false, offsetof(struct own_settings, quiet), 0, 0},
    {"notice_part", KIND_NUMBER, true, offsetof(struct own_settings, notice_part), 1, 100},
    {"notice_days", KIND_NUMBER, true, offsetof(struct own_settings, notice_days), 1, 3650},
    {"urgent_part", KIND_NUMBER, true, offsetof(struct own_settings, urgent_part), 1, 100},
    {"urgent_days", KIND_NUMBER, true, offsetof(struct own_settings, urgent_days), 1, 3650},
};

enum { SETTINGS = sizeof(table) / sizeof(table[0]) };

static const struct own_settings defaults = {
    .recovery = true,
    .digest_over = 25,
    .notice_part = 3,
    .notice_days = 30,
    .urgent_part = 10,
    .urgent_days = 7,
    .quiet = (1u << NOISES) - 1,
};

static struct err read_noise(const struct doc *d, unsigned *quiet, struct doc_error *error)
{
	const char *name = doc_text(d);

	for (unsigned i = 0; name && i < NOISES; i++)
		if (!strcmp(name, noises[i].name)) {
			*quiet |= 1u << i;
			return OK;
		}
	return doc_fail(error, d, "quiet: there is no class \"%s\"; there are %s and %s",
	    name ? name : "", noises[0].name, noises[1].name);
}

static struct err read_noises(const struct doc *d, unsigned *ret_quiet, struct doc_error *error)
{
	unsigned quiet = 0;

	if (!doc_is(d, DOC_ARRAY))
		return doc_fail(error, d, "quiet: a list of classes is expected");
	for (const struct doc *each = doc_first(d); each; each = each->next) {
		struct err e = read_noise(each, &quiet, error);

		if (err_is(e))
			return e;
	}
	*ret_quiet = quiet;
	return OK;
}

static struct err read_one(
    const struct doc *d, size_t i, struct own_settings *settings, struct doc_error *error)
{
	void *at = (uint8_t *)settings + table[i].at;
	int64_t number;

	if (table[i].kind == KIND_NOISES)
		return read_noises(d, at, error);
	if (table[i].kind == KIND_YES)
		return doc_bool(d, at)
			   ? OK
			   : doc_fail(error, d, "%s: true or false is expected", table[i].key);
	if (!doc_int(d, &number) || number < table[i].min || number > table[i].max)
		return doc_fail(error, d, "%s: a number from %lld to %lld is expected",
		    table[i].key, (long long)table[i].min, (long long)table[i].max);
	*(uint32_t *)at = (uint32_t)number;
	return OK;
}

static struct err read_members(const struct own_rule *rule, const struct doc *doc,
    struct own_settings *settings, struct doc_error *error)
{
	if (!doc_is(doc, DOC_OBJECT))
		return doc_fail(error, doc, "settings: an object is expected");
	for (const struct doc *d = doc_first(doc); d; d = d->next) {
		size_t i = 0;
		struct err e;

		while (i < SETTINGS &&
		       (strcmp(d->key, table[i].key) || (table[i].stages && !rule->has_stages)))
			i++;
		if (i == SETTINGS)
			return doc_fail_at(error, d->key_at,
			    "the rule \"%s\" has no setting \"%s\"", rule->type, d->key);
		e = read_one(d, i, settings, error);
		if (err_is(e))
			return e;
	}
	return OK;
}

struct err own_settings_read(const struct own_rule *rule, const char *text,
    struct own_settings *ret_settings, struct doc_error *error)
{
	struct own_settings settings = defaults;
	const struct doc *doc = NULL;
	struct arena arena;
	struct err e;

	arena_init(&arena, 1 << 20);
	e = doc_from_json(span_str(text), &arena, &doc, error);
	if (!err_is(e))
		e = read_members(rule, doc, &settings, error);
	arena_done(&arena);
	if (!err_is(e))
		*ret_settings = settings;
	return e;
}

static void write_noises(struct jsonw *w, unsigned quiet)
{
	jsonw_array(w);
	for (unsigned i = 0; i < NOISES; i++)
		if (quiet >> i & 1)
			jsonw_str(w, noises[i].name);
	jsonw_end_array(w);
}

void own_settings_write(
    const struct own_rule *rule, const struct own_settings *settings, struct buf *b)
{
	struct jsonw w;

	jsonw_init(&w, b);
	jsonw_object(&w);
	for (size_t i = 0; i < SETTINGS; i++) {
		const void *at = (const uint8_t *)settings + table[i].at;

		if (table[i].stages && !rule->has_stages)
			continue;
		jsonw_key(&w, table[i].key);
		if (table[i].kind == KIND_YES)
			jsonw_bool(&w, *(const bool *)at);
		else if (table[i].kind == KIND_NUMBER)
			jsonw_u64(&w, *(const uint32_t *)at);
		else
			write_noises(&w, *(const unsigned *)at);
	}
	jsonw_end_object(&w);
}

static bool mark_type(void *context, const struct stored_rule *rule)
{
	bool *there = context;
	size_t n;
	const struct own_rule *rules = own_rule_table(&n);

	for (size_t i = 0; i < n; i++)
		if (rule->kind == RULE_OWN && !strcmp(rule->type, rules[i].type))
			there[i] = true;
	return true;
}

enum { OWN_RULES_MAX = 16 };

struct err own_rules_install(struct store *s)
{
	bool there[OWN_RULES_MAX] = {false};
	size_t n;
	const struct own_rule *rules = own_rule_table(&n);
	struct err e = store_each_rule(s, mark_type, there);

	for (size_t i = 0; i < n && !err_is(e); i++) {
		struct stored_rule rule = {.name = rules[i].title,
		    .kind = RULE_OWN,
		    .type = rules[i].type,
		    .enabled = true,
		    .text = "{}"};
		uint64_t id;

		if (!there[i])
			e = store_put_rule(s, &rule, &id);
	}
	return e;
}
