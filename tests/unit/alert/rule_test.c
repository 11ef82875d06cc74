/*
 * The rule files of tests/rules: what is said of each stands in expected.txt, as a compiler would
 * say it; what has no error is loaded. And what the options of some of them are then.
 */
#include "alert/rule.h"

#include "alert/rule_type.h"
#include "lib/test.h"

#include <dirent.h>

enum { FILE_MAX = 1 << 20, NAMES_MAX = 200, ARENA_MAX = 8 << 20 };

static struct arena arena;
static struct rule_report report;

static struct span read_file(const char *path)
{
	static char bytes[FILE_MAX];
	FILE *file = fopen(path, "rb");
	size_t n = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

	CHECK(file != NULL);
	if (file)
		fclose(file);
	return span_of(bytes, n);
}

static const struct rule *load(const char *name)
{
	const struct rule *rule = NULL;
	char path[300];

	arena_done(&arena);
	arena_init(&arena, ARENA_MAX);
	snprintf(path, sizeof(path), "rules/%s.yaml", name);
	if (err_is(rule_load(read_file(test_path(path)), name, &arena, &rule, &report)))
		return NULL;
	return rule;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of tests/rules without their endings, sorted. */
static size_t rule_names(char *names[NAMES_MAX])
{
	DIR *dir = opendir(test_path("rules"));
	struct dirent *entry;
	size_t n = 0;

	CHECK(dir != NULL);
	while (dir && (entry = readdir(dir)) && n < NAMES_MAX) {
		char *end = strstr(entry->d_name, ".yaml");

		if (end)
			names[n++] = strndup(entry->d_name, (size_t)(end - entry->d_name));
	}
	if (dir)
		closedir(dir);
	qsort(names, n, sizeof(*names), by_name);
	return n;
}

static void put_report(struct buf *out, const char *name)
{
	for (size_t i = 0; i < report.n; i++)
		buf_printf(out, "%s.yaml:%u:%u: %s: %s\n", name, report.notes[i].at.line,
		    report.notes[i].at.column, report.notes[i].warning ? "warning" : "error",
		    report.notes[i].text);
}

/* The first line where two texts differ, for the message. */
static void check_lines(struct span got, struct span want)
{
	struct span a = {0}, b = {0};

	while (got.n || want.n) {
		bool more_a = span_line(&got, &a), more_b = span_line(&want, &b);

		if (more_a && more_b && span_eq(a, b))
			continue;
		printf("# said:     %.*s\n# expected: %.*s\n", more_a ? (int)a.n : 4,
		    more_a ? (const char *)a.p : "none", more_b ? (int)b.n : 4,
		    more_b ? (const char *)b.p : "none");
		CHECK(false);
		return;
	}
}

static void each_file_is_loaded_or_refused_as_expected(void)
{
	char *names[NAMES_MAX];
	size_t n = rule_names(names);
	struct buf said;

	CHECK(n >= 40);
	buf_init(&said, FILE_MAX);
	for (size_t i = 0; i < n; i++) {
		bool is_bad = strncmp(names[i], "bad-", 4) == 0;

		CHECK_EQ(load(names[i]) == NULL, is_bad);
		CHECK_EQ(report.errors > 0, is_bad);
		put_report(&said, names[i]);
		free(names[i]);
	}
	check_lines(buf_view(&said), read_file(test_path("rules/expected.txt")));
	if (getenv("RULES_SHOW"))
		fprintf(stderr, "%s", buf_text(&said));
	buf_done(&said);
}

static void what_is_not_said_is_as_in_elastalert2(void)
{
	const struct rule *r = load("any-minimal");

	CHECK(r != NULL);
	if (!r)
		return;
	CHECK_STR(r->name, "everything");
	CHECK_STR(r->type->name, "any");
	CHECK(r->is_enabled);
	CHECK_STR(r->timestamp_name, "@timestamp");
	CHECK_EQ(r->timestamp, FIELD_TIMESTAMP);
	CHECK_EQ(r->realert_ms, 60 * 1000);
	CHECK_STR(r->realert_key, "everything");
	CHECK(!rule_key_given(&r->query_key));
	CHECK(!r->aggregates);
	CHECK(r->use_local_time);
	CHECK_EQ(r->subject_max, 2048);
	CHECK_STR(r->missing, "<MISSING VALUE>");
	CHECK_EQ(r->n_alerts, 1);
}

static void times_and_keys_are_read(void)
{
	const struct rule *r = load("any-all-options");

	CHECK(r != NULL);
	if (!r)
		return;
	CHECK(!r->is_enabled);
	CHECK_EQ(r->timestamp, FIELD_LAST_SEEN);
	CHECK_EQ(r->buffer_ms, 90 * 60 * 1000);
	CHECK_EQ(r->timeframe_ms, 15LL * 86400 * 1000);
	CHECK_EQ(r->delay_ms, 5250);
	CHECK_EQ(r->every_ms, 30 * 1000);
	CHECK_EQ(r->realert_ms, 86400 * 1000);
	CHECK_EQ(r->exponential_ms, 7LL * 86400 * 1000);
	CHECK_EQ(r->aggregation_ms, 2 * 3600 * 1000);
	CHECK(r->aggregates && r->by_match_time);
	CHECK_STR(r->query_key.name, "ip,port");
	CHECK_EQ(r->query_key.fields.n, 2);
	CHECK_STR(r->aggregation_key.name, "issuer");
	CHECK_EQ(r->include.n, 3);
	CHECK_EQ(r->text_type, RULE_TEXT_EXCLUDE_FIELDS);
	CHECK_EQ(r->subject_max, 78);
	CHECK_EQ(r->n_alerts, 2);
	CHECK_STR(r->realert_key, "shared");
}

static void an_aggregation_realerts_at_once_by_default(void)
{
	const struct rule *r = load("summary-only");

	CHECK(r && r->aggregates && r->realert_ms == 0);
	r = load("any-query-key-single");
	CHECK(r && r->realert_ms == 0 && strcmp(r->query_key.name, "sha256") == 0);
}

int main(void)
{
	RUN(each_file_is_loaded_or_refused_as_expected);
	RUN(what_is_not_said_is_as_in_elastalert2);
	RUN(times_and_keys_are_read);
	RUN(an_aggregation_realerts_at_once_by_default);
	arena_done(&arena);
	return test_done();
}
