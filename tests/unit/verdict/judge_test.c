/*
 * judge_test.c: the golden files. Each file of tests/golden/verdict is one chain, what is believed,
 * and the findings that hold at some moments, written by hand:
 *
 *	# why this case is here
 *	chain  leaf inter		certificates of tests/certs, leaf first
 *	trust  root			no such line: nothing is believed
 *	known  other-inter		exists elsewhere
 *	name   www.example		what was asked for
 *	policy rsa-bits = 3072		a line of its file; none: the default
 *
 *	at 2026-06-01T00:00:00Z
 *	    weak-key high "RSA 1024"	a finding, its severity, a part of its evidence
 *	at 2027-01-01T00:00:00Z
 *	    nothing
 *
 * All that holds at that moment must be written, and nothing else may hold.
 */
#include "verdict/judge.h"
#include "verdict/table.h"

#include "lib/certs.h"

#include <dirent.h>
#include <time.h>

enum { EXPECTED_MAX = 16 };

static char golden[128];

struct golden_case {
	struct trust *trust;
	struct span chain[CHAIN_CERTS_MAX];
	size_t n;
	char name[256];
	char policy_text[1024];
	struct arena arena;
	const struct chain_verdict *verdict;
	int64_t at_s;
	size_t n_expected;
	char expected[EXPECTED_MAX][256];
};

static void fail(const char *what, const char *detail)
{
	test_failed = true;
	printf("# %s: %s: %s\n", golden, what, detail);
}

static bool holds(const struct finding *f, int64_t at_s)
{
	return f->since_s <= at_s && at_s < f->until_s;
}

static bool is_expected(const struct finding *f, const char *line)
{
	char name[64], severity[16], evidence[160] = "";

	if (sscanf(line, " %63s %15s \"%159[^\"]\"", name, severity, evidence) < 2)
		return false;
	return strcmp(finding_by_id(f->id)->name, name) == 0 &&
	       strcmp(severity_text(f->severity), severity) == 0 && strstr(f->evidence, evidence);
}

static void compare_one(struct golden_case *c, const struct finding *f)
{
	char line[256];

	if (!holds(f, c->at_s))
		return;
	for (size_t i = 0; i < c->n_expected; i++) {
		if (is_expected(f, c->expected[i])) {
			memmove(c->expected[i], c->expected[i + 1],
			    (EXPECTED_MAX - i - 1) * sizeof(c->expected[0]));
			c->n_expected--;
			return;
		}
	}
	snprintf(line, sizeof(line), "%s %s \"%s\"", finding_by_id(f->id)->name,
	    severity_text(f->severity), f->evidence);
	fail("not expected", line);
}

static void compare(struct golden_case *c)
{
	struct finding mismatch;

	if (!c->verdict)
		return;
	for (size_t i = 0; i < c->verdict->n_findings; i++)
		compare_one(c, &c->verdict->findings[i]);
	if (*c->name && judge_name(c->verdict->facts[0], c->name, &mismatch))
		compare_one(c, &mismatch);
	for (size_t i = 0; i < c->n_expected; i++)
		fail("not found", c->expected[i]);
	c->n_expected = 0;
}

static void judge_once(struct golden_case *c)
{
	struct policy policy = {0};
	struct buf message;

	buf_init(&message, 1024);
	if (err_is(policy_parse(span_str(c->policy_text), &policy, &message)))
		fail("policy", buf_text(&message));
	if (!c->verdict && err_is(judge_chain(c->chain, c->n, c->trust,
			       *c->policy_text ? &policy : NULL, &c->arena, &c->verdict)))
		fail("judge_chain", "failed");
	buf_done(&message);
}

static void add_policy(struct golden_case *c, const char *line)
{
	size_t n = strlen(c->policy_text);

	snprintf(c->policy_text + n, sizeof(c->policy_text) - n, "%s\n", line);
}

static void add_roots(struct golden_case *c, const char *name)
{
	char below[128];
	size_t added = 0, skipped;

	snprintf(below, sizeof(below), "certs/%s.pem", name);
	if (err_is(trust_add_roots(c->trust, test_file(below), &added, &skipped)) || added != 1)
		fail("no root", name);
}

static void take_words(struct golden_case *c, const char *key, char *words)
{
	for (char *word = strtok(words, " \t"); word; word = strtok(NULL, " \t")) {
		if (strcmp(key, "chain") == 0)
			c->chain[c->n++] = test_cert(word);
		else if (strcmp(key, "trust") == 0)
			add_roots(c, word);
		else if (strcmp(key, "known") == 0 &&
			 err_is(trust_add_known(c->trust, test_cert(word))))
			fail("known", word);
		else if (strcmp(key, "name") == 0)
			snprintf(c->name, sizeof(c->name), "%s", word);
	}
}

static int64_t time_of(const char *text)
{
	struct tm tm = {0};

	if (!strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		fail("no time", text);
	return timegm(&tm);
}

static void take_line(struct golden_case *c, char *line)
{
	char key[16] = "";
	int n = 0;

	if (line[0] == '#' || sscanf(line, "%15s%n", key, &n) < 1)
		return;
	if (strcmp(key, "at") == 0) {
		compare(c);
		judge_once(c);
		c->at_s = time_of(line + n + 1);
	} else if (strcmp(key, "policy") == 0) {
		add_policy(c, line + n + strspn(line + n, " \t"));
	} else if (line[0] != ' ' && line[0] != '\t') {
		take_words(c, key, line + n);
	} else if (strcmp(key, "nothing") != 0 && c->n_expected < EXPECTED_MAX) {
		snprintf(c->expected[c->n_expected++], sizeof(c->expected[0]), "%.255s", line);
	}
}

static void golden_case(void)
{
	struct golden_case *c = calloc(1, sizeof(*c));
	struct span text = test_file(golden), line;
	char copy[512];

	arena_init(&c->arena, 1 << 20);
	CHECK(!err_is(trust_new(&c->trust)));
	while (span_line(&text, &line)) {
		snprintf(copy, sizeof(copy), "%.*s", (int)line.n, (const char *)line.p);
		take_line(c, copy);
	}
	CHECK(c->verdict != NULL);
	compare(c);
	trust_free(c->trust);
	arena_done(&c->arena);
	free(c);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int main(void)
{
	struct dirent **entries;
	int n = scandir(test_path("golden/verdict"), &entries, NULL, by_name);

	for (int i = 0; i < n; i++) {
		if (strstr(entries[i]->d_name, ".txt")) {
			snprintf(
			    golden, sizeof(golden), "golden/verdict/%.100s", entries[i]->d_name);
			test_run(golden_case, entries[i]->d_name);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return test_done() || test_count == 0;
}
