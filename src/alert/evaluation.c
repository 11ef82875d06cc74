/*
 * evaluation.c: from matches to what is told: whoever matches while its key is silent is not told,
 * and whoever is told silences its key (realert). The key is the rule's, and the value of query_key
 * where there is one.
 */
#include "alert/document.h"
#include "alert/limits.h"
#include "alert/realert.h"
#include "alert/rule_type.h"
#include "base/vec.h"

#include <stdio.h>

/* What people silence by hand: the whole rule. */
static const char whole_rule[] = "._silence";

/* "name", "name.10.0.0.5, 443". */
static const char *silence_key(struct evaluation *v, const struct doc *match)
{
	static const struct rule_key flat = {.name = "key"};
	const char *value = v->rule->type->silence_by_key
				? document_key(match, &flat, v->row)
				: document_key(match, &v->rule->query_key, v->row);
	const char *key;
	struct buf b;

	buf_init(&b, RECALL_KEY_BYTES_MAX);
	buf_str(&b, v->rule->realert_key);
	if (value)
		buf_printf(&b, ".%s", value);
	key = b.full ? NULL : arena_str(v->row, buf_text(&b));
	buf_done(&b);
	return key;
}

static bool is_silent(struct evaluation *v, const char *key)
{
	struct silence silence;

	return recall_silence(v->recall, key, &silence) && v->now_ms < silence.until_ms;
}

static bool is_rule_silent(struct evaluation *v)
{
	char key[RULE_NAME_MAX + sizeof(whole_rule)];

	snprintf(key, sizeof(key), "%s%s", v->rule->name, whole_rule);
	return is_silent(v, key);
}

static void silence(struct evaluation *v, const char *key)
{
	struct silence last;
	bool had = recall_silence(v->recall, key, &last);
	int64_t until_ms;
	uint32_t exponent;

	realert_next(v->rule, had ? &last : NULL, v->now_ms, &until_ms, &exponent);
	recall_put_silence(v->recall, key, until_ms, exponent);
}

static void keep(struct evaluation *v, const struct doc *match)
{
	struct doc **list = vec_room(
	    v->matches, v->n_matches, &v->matches_cap, sizeof(*list), RULE_MATCHES_AT_ONCE_MAX);
	struct doc *copy = list ? document_copy(match, v->kept) : NULL;

	if (list)
		v->matches = list;
	if (copy)
		list[v->n_matches++] = copy;
	else
		v->e = err_limit("a pass finds too many matches");
}

void evaluation_match(struct evaluation *v, const struct doc *match)
{
	const char *key = silence_key(v, match);

	v->n_matched++;
	if (!key) {
		v->e = err_limit("the value of a query_key is too long");
	} else if (is_silent(v, key) || is_rule_silent(v)) {
		pass_suppress(v->recall->pass, "silenced", key);
	} else {
		if (v->rule->realert_ms)
			silence(v, key);
		keep(v, match);
	}
}

bool evaluation_is_full(const struct evaluation *v, bool same_time)
{
	size_t matches = same_time ? RULE_MATCHES_AT_ONCE_MAX : RULE_MATCHES_MAX;
	size_t bytes = same_time ? RULE_PASS_BYTES_MAX / 4 * 3 : RULE_PASS_BYTES_MAX / 2;

	return v->n_matches >= matches || v->kept->used > bytes || recall_is_full(v->recall);
}

void evaluation_done(struct evaluation *v)
{
	free(v->matches);
	v->matches = NULL;
	v->n_matches = v->matches_cap = 0;
}
