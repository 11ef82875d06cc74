/*
 * rules.c: `certscape rules`: rules that alert, in ElastAlert2's format: are they understood, what
 * would they send now, which are there. The service runs them; nothing is sent from here.
 */
#include "alert/elastalert.h"
#include "alert/limits.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/open.h"
#include "net/clock.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rules_options {
	const char *store;
	bool fresh;
};

static const struct option options[] = {
    {0, "fresh", NULL, OPTION_FLAG, offsetof(struct rules_options, fresh), 0, 0, 0,
	"test: as if the rule had never told anything"},
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct rules_options, store), 0, 0, 0,
	"the store, if not the default one"},
};

/* What a verb works with. */
struct session {
	const struct rules_options *options;
	struct store *store; /* NULL: the verb wants none */
};

/* A rule file, and what was said of it. */
struct rule_file {
	struct buf text;
	struct arena arena;
	struct rule_report report;
	const struct rule *rule; /* NULL: it has errors */
	const char *name; /* of the rule */
};

static void file_done(struct rule_file *f)
{
	buf_done(&f->text);
	arena_done(&f->arena);
	free(f);
}

/* The file's name without folder and ending. */
static const char *default_name(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/'), *start = slash ? slash + 1 : path;
	const char *dot = strrchr(start, '.');

	return arena_text(arena, span_of(start, dot ? (size_t)(dot - start) : strlen(start)));
}

/* "expiry.yaml:3:7: error: ...", as editors find it. */
static void tell_notes(const char *path, const struct rule_report *report)
{
	for (size_t i = 0; i < report->n; i++)
		fprintf(stderr, "%s:%" PRIu32 ":%" PRIu32 ": %s: %s\n", path,
		    report->notes[i].at.line, report->notes[i].at.column,
		    report->notes[i].warning ? "warning" : "error", report->notes[i].text);
}

static bool names_a_file(struct span text)
{
	return (memmem(text.p, text.n, "smtp_auth_file", 14) ||
		   memmem(text.p, text.n, "smtp_ca_file", 12)) &&
	       !memmem(text.p, text.n, "rule_folder:", 12);
}

/* Paths in a rule begin where its file lies; in the store it lies nowhere. */
static void put_folder(const char *path, struct buf *text)
{
	char folder[PATH_TEXT_MAX], *slash;
	struct jsonw w;

	if (!names_a_file(buf_view(text)) || !realpath(path, folder))
		return;
	slash = strrchr(folder, '/');
	slash[slash == folder] = 0;
	buf_str(text, text->p[text->n - 1] == '\n' ? "rule_folder: " : "\nrule_folder: ");
	jsonw_init(&w, text);
	jsonw_str(&w, folder);
	buf_str(text, "\n");
}

/* NULL where the file cannot be read; that has been told. */
static struct rule_file *file_load(const char *path)
{
	struct rule_file *f = calloc(1, sizeof(*f));
	struct err e;

	if (!f)
		return NULL;
	buf_init(&f->text, RULE_TEXT_BYTES_MAX);
	arena_init(&f->arena, RULE_BYTES_MAX);
	e = settings_read_file(path, &f->text);
	if (err_is(e)) {
		failure(path, e, NULL);
		file_done(f);
		return NULL;
	}
	put_folder(path, &f->text);
	f->name = default_name(path, &f->arena);
	e = rule_load(buf_view(&f->text), f->name, &f->arena, &f->rule, &f->report);
	if (!err_is(e))
		f->name = f->rule->name;
	tell_notes(path, &f->report);
	return f;
}

static int check(const struct session *in, const struct option_list *words)
{
	int status = EXIT_DONE;

	(void)in;
	for (size_t i = 1; i < words->n; i++) {
		struct rule_file *f = file_load(words->v[i]);

		if (!f || !f->rule)
			status = EXIT_FAILED;
		else
			printf("%s: %s, of type %s: good\n", words->v[i], f->name,
			    doc_text(doc_get(f->rule->doc, "type")));
		if (f)
			file_done(f);
	}
	return status;
}

struct finding_rule {
	const char *name;
	struct arena *arena;
	struct stored_rule found; /* id 0: none */
};

static bool find_rule(void *context, const struct stored_rule *rule)
{
	struct finding_rule *f = context;

	if (strcmp(rule->name, f->name) != 0)
		return true;
	f->found = *rule;
	f->found.name = arena_str(f->arena, rule->name);
	f->found.type = arena_str(f->arena, rule->type);
	f->found.text = arena_str(f->arena, rule->text);
	f->found.error = "";
	return false;
}

/* id 0: there is none. */
static struct err rule_named(
    struct store *store, const char *name, struct arena *arena, struct stored_rule *ret_rule)
{
	struct finding_rule finding = {.name = name, .arena = arena};
	struct err e = store_each_rule(store, find_rule, &finding);

	if (!err_is(e))
		*ret_rule = finding.found;
	return e;
}

static int add_file(struct store *store, const char *path, struct rule_file *f)
{
	struct stored_rule rule = {0};
	struct err e = rule_named(store, f->name, &f->arena, &rule);
	bool is_new = rule.id == 0;

	rule.name = f->name;
	rule.kind = RULE_ELASTALERT;
	rule.type = doc_text(doc_get(f->rule->doc, "type"));
	rule.text = buf_text(&f->text);
	rule.error = "";
	rule.enabled = is_new || rule.enabled;
	if (!err_is(e))
		e = store_put_rule(store, &rule, &rule.id);
	if (err_is(e))
		return failure(path, e, store_detail(store));
	printf("%s: %s\n", f->name, is_new ? "added" : "replaced");
	return EXIT_DONE;
}

static int add(const struct session *in, const struct option_list *words)
{
	int status = EXIT_DONE;

	for (size_t i = 1; i < words->n; i++) {
		struct rule_file *f = file_load(words->v[i]);

		if (!f || !f->rule || add_file(in->store, words->v[i], f) != EXIT_DONE)
			status = EXIT_FAILED;
		if (f)
			file_done(f);
	}
	return status;
}

static void put_row(struct buf *line, const char *name, const char *type, const char *state,
    const char *ran, const char *found, const char *error)
{
	text_cell(line, span_str(name), 30);
	buf_str(line, "  ");
	text_cell(line, span_str(type), 15);
	buf_str(line, "  ");
	text_cell(line, span_str(state), 3);
	buf_str(line, "  ");
	text_cell(line, span_str(ran), 20);
	buf_str(line, "  ");
	text_cell(line, span_str(found), 20);
	buf_str(line, "  ");
	text_safe(line, span_str(error));
	while (line->n && line->p[line->n - 1] == ' ')
		line->n--;
	buf_str(line, "\n");
}

static bool list_rule(void *context, const struct stored_rule *rule)
{
	char time[TIME_TEXT_MAX], found[64] = "";
	struct buf line;

	(void)context;
	if (rule->ran_ms)
		snprintf(
		    found, sizeof(found), "%" PRIu64 " of %" PRIu64, rule->matches, rule->hits);
	buf_init(&line, 64 * 1024);
	put_row(&line, rule->name, rule->type, rule->enabled ? "on" : "off",
	    rule->ran_ms ? time_text(rule->ran_ms / 1000, time) : "never", found, rule->error);
	fwrite(line.p, 1, line.n, stdout);
	buf_done(&line);
	return true;
}

static int list(const struct session *in, const struct option_list *words)
{
	struct buf head;
	struct err e;

	(void)words;
	buf_init(&head, 1000);
	put_row(&head, "RULE", "TYPE", "", "LAST PASS", "MATCHES", "ERROR");
	fputs(buf_text(&head), stdout);
	buf_done(&head);
	e = store_each_rule(in->store, list_rule, NULL);
	return err_is(e) ? failure("rules", e, store_detail(in->store)) : EXIT_DONE;
}

static int remove_named(const struct session *in, const struct option_list *words)
{
	int status = EXIT_DONE;

	for (size_t i = 1; i < words->n; i++) {
		struct stored_rule rule = {0};
		struct arena arena;
		struct err e;

		arena_init(&arena, RULE_BYTES_MAX);
		e = rule_named(in->store, words->v[i], &arena, &rule);
		if (!err_is(e) && (rule.id == 0 || rule.kind != RULE_ELASTALERT))
			status = usage_error("no rule \"%s\" that was added", words->v[i]);
		else if (!err_is(e))
			e = store_delete_rule(in->store, rule.id);
		if (err_is(e))
			status = failure(words->v[i], e, store_detail(in->store));
		arena_done(&arena);
	}
	return status;
}

struct trial {
	size_t messages, suppressed;
};

static void put_safe(const char *text, const char *indent)
{
	struct span rest = span_str(text), line;
	struct buf out;

	buf_init(&out, 8 << 20);
	while (rest.n) {
		if (!span_line(&rest, &line))
			line = span_take(&rest, rest.n);
		buf_str(&out, indent);
		text_safe(&out, line);
		buf_str(&out, "\n");
	}
	fwrite(out.p, 1, out.n, stdout);
	buf_done(&out);
}

static struct err show_message(void *context, const struct message *message)
{
	struct trial *trial = context;

	trial->messages++;
	printf("%s%s\n", trial->messages > 1 ? "\n" : "", message->type);
	put_safe(message->subject, "  ");
	put_safe(message->text, "  | ");
	return OK;
}

static void count_suppressed(void *context, const char *why, const char *what)
{
	struct trial *trial = context;

	(void)why;
	(void)what;
	trial->suppressed++;
}

static int try_rule(const struct session *in, const struct stored_rule *rule)
{
	struct trial trial = {0};
	struct pass pass = {.store = in->store,
	    .rule = rule,
	    .now_ms = clock_now_ms(),
	    .public_url = "",
	    .dry = true,
	    .fresh = in->options->fresh,
	    .message = show_message,
	    .suppressed = count_suppressed,
	    .context = &trial};
	struct err e = elastalert_pass(&pass);

	if (err_is(e))
		return failure(rule->name, e, pass.error[0] ? pass.error : store_detail(in->store));
	if (pass.error[0])
		fprintf(stderr, "certscape: %s: %s\n", rule->name, pass.error);
	printf("%s%s: %" PRIu64 " documents, %" PRIu64 " matches, %zu messages, %zu silent\n",
	    trial.messages ? "\n" : "", rule->name, pass.hits, pass.matches, trial.messages,
	    trial.suppressed);
	return EXIT_DONE;
}

static int try_file(const struct session *in, const char *path)
{
	struct rule_file *f = file_load(path);
	int status = EXIT_FAILED;

	if (f && f->rule) {
		struct stored_rule rule = {.name = f->name,
		    .kind = RULE_ELASTALERT,
		    .enabled = true,
		    .text = buf_text(&f->text),
		    .error = ""};

		status = try_rule(in, &rule);
	}
	if (f)
		file_done(f);
	return status;
}

/* A rule that is there, by name, else a file. */
static int try_word(const struct session *in, const char *word)
{
	struct stored_rule rule = {0};
	struct arena arena;
	struct err e;
	int status;

	arena_init(&arena, RULE_BYTES_MAX);
	e = rule_named(in->store, word, &arena, &rule);
	if (err_is(e))
		status = failure(word, e, store_detail(in->store));
	else if (rule.id && rule.kind == RULE_ELASTALERT)
		status = try_rule(in, &rule);
	else
		status = try_file(in, word);
	arena_done(&arena);
	return status;
}

static int test(const struct session *in, const struct option_list *words)
{
	int status = EXIT_DONE;

	for (size_t i = 1; i < words->n; i++)
		if (try_word(in, words->v[i]) != EXIT_DONE)
			status = EXIT_FAILED;
	return status;
}

static const struct verb {
	const char *name;
	bool wants_words, wants_store;
	enum store_mode mode;
	int (*run)(const struct session *in, const struct option_list *words);
} verbs[] = {
    {"check", true, false, STORE_READ, check},
    {"add", true, true, STORE_WRITE, add},
    {"list", false, true, STORE_READ, list},
    {"remove", true, true, STORE_WRITE, remove_named},
    {"test", true, true, STORE_READ, test},
};

static const struct verb *verb_find(const struct option_list *words)
{
	for (size_t i = 0; words->n && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, words->v[0]) == 0 &&
		    verbs[i].wants_words == (words->n > 1))
			return &verbs[i];
	return NULL;
}

static int run(void *into, const struct option_list *words)
{
	const struct rules_options *o = into;
	const struct verb *verb = verb_find(words);
	char path[PATH_TEXT_MAX];
	struct session in = {.options = o};
	int status;

	if (!verb)
		return usage_error("rules takes: check FILE..., add FILE..., list, remove RULE..., "
				   "test FILE|RULE...");
	if (verb->wants_store) {
		status = open_store_as(o->store, verb->mode, &in.store, path);
		if (status)
			return status;
	}
	status = verb->run(&in, words);
	store_close(in.store);
	return status;
}

const struct command command_rules = {
    .name = "rules",
    .usage = "check|add|list|remove|test ...",
    .summary = "rules that alert, in ElastAlert2's format",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct rules_options),
    .run = run,
};
