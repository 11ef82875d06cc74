/*
 * type_list.c: blacklist and whitelist: is the value of compare_key on the list? Values are
 * compared as texts, so that a list of ports works, too. Of a field that is a list (SANs, tags,
 * findings) one bad value is enough: one that is on the blacklist, one that the whitelist does not
 * know.
 */
#include "alert/document.h"
#include "alert/limits.h"
#include "alert/pyrepr.h"
#include "alert/types.h"

static bool is_on(const struct rule_texts *list, const struct doc *value)
{
	struct buf text;
	bool on = false;

	buf_init(&text, FORMAT_TEXT_MAX);
	pystr_put(&text, value);
	for (size_t i = 0; i < list->n && !on; i++)
		on = strcmp(list->v[i], buf_text(&text)) == 0;
	buf_done(&text);
	return on;
}

/* Does one of the values lie on the list, or off it? */
static bool has_one(const struct rule_texts *list, const struct doc *value, bool on)
{
	if (!doc_is(value, DOC_ARRAY))
		return is_on(list, value) == on;
	for (const struct doc *item = doc_first(value); item; item = item->next)
		if (is_on(list, item) == on)
			return true;
	return false;
}

static const struct doc *compared(const struct evaluation *v, const struct hit *hit)
{
	const struct doc *value = document_get(hit->document, v->rule->compare_key.name);

	return doc_is(value, DOC_NULL) ? NULL : value;
}

static void add_black(struct evaluation *v, const struct hit *hit)
{
	const struct doc *value = compared(v, hit);

	if (value && has_one(&v->rule->blacklist, value, true))
		evaluation_match(v, hit->document);
}

static void add_white(struct evaluation *v, const struct hit *hit)
{
	const struct doc *value = compared(v, hit);

	if (value ? has_one(&v->rule->whitelist, value, false) : !v->rule->ignore_null)
		evaluation_match(v, hit->document);
}

static void check(const struct rule *rule, struct rule_report *report)
{
	const struct doc *key = doc_get(rule->doc, "compare_key");

	if (key && rule->compare_key.fields.n != 1)
		rule_fail(report, key->at, "compare_key: one field is expected");
}

const struct rule_type rule_type_blacklist = {
    .name = "blacklist", .needs = {"compare_key", "blacklist"}, .check = check, .add = add_black};
const struct rule_type rule_type_whitelist = {
    .name = "whitelist",
    .needs = {"compare_key", "whitelist", "ignore_null"},
    .check = check,
    .add = add_white,
};
