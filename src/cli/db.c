/*
 * db.c: `certscape db`: care for the store: check, backup, vacuum, prune.
 */
#include "cli/command.h"
#include "cli/open.h"
#include "net/clock.h"
#include "store/prune.h"
#include "store/settings.h"

#include <stddef.h>
#include <string.h>

enum { KEEP_DAYS_MAX = 36500, AS_SET = -1 };

struct db_options {
	const char *store;
	int64_t gone, history, messages; /* days; AS_SET: as the service's settings say */
	bool dry_run;
};

static const struct option options[] = {
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct db_options, store), 0, 0, 0,
	"the store, if not the default one"},
    {0, "gone", "DAYS", OPTION_I64, offsetof(struct db_options, gone), 0, KEEP_DAYS_MAX, 0,
	"prune: endpoints and chains that were not served for so long (180; 0: keep all)"},
    {0, "history", "DAYS", OPTION_I64, offsetof(struct db_options, history), 0, KEEP_DAYS_MAX, 0,
	"prune: changes, runs and the record of who did what (730; 0: keep all)"},
    {0, "messages", "DAYS", OPTION_I64, offsetof(struct db_options, messages), 0, KEEP_DAYS_MAX, 0,
	"prune: alerts and messages that were sent (90; 0: keep all)"},
    {0, "dry-run", NULL, OPTION_FLAG, offsetof(struct db_options, dry_run), 0, 0, 0,
	"prune: only count"},
};

static void defaults(void *into)
{
	struct db_options *o = into;

	o->gone = o->history = o->messages = AS_SET;
}

static void tell_problem(void *context, const char *problem)
{
	(void)context;
	puts(problem);
}

static int check(
    struct store *store, const char *path, const struct db_options *o, const char *unused)
{
	size_t problems = 0;
	struct err e = store_check(store, tell_problem, NULL, &problems);

	(void)o;
	(void)unused;
	if (err_is(e))
		return failure("db check", e, store_detail(store));
	printf("%s: %s\n", path, problems ? "damaged" : "clean");
	return problems ? EXIT_FAILED : EXIT_DONE;
}

static int backup(struct store *store, const char *path, const struct db_options *o, const char *to)
{
	struct err e = store_backup(store, to);

	(void)o;
	if (err_is(e))
		return failure(to, e, store_detail(store));
	printf("%s: copied to %s\n", path, to);
	return EXIT_DONE;
}

static int vacuum(
    struct store *store, const char *path, const struct db_options *o, const char *unused)
{
	struct err e = store_vacuum(store);

	(void)o;
	(void)unused;
	if (err_is(e))
		return failure("db vacuum", e, store_detail(store));
	printf("%s: vacuumed\n", path);
	return EXIT_DONE;
}

static struct err days_get(
    struct store *store, enum setting setting, int64_t asked, int64_t *ret_days)
{
	if (asked == AS_SET)
		return store_setting_number(store, setting, ret_days);
	*ret_days = asked;
	return OK;
}

static int prune(
    struct store *store, const char *path, const struct db_options *o, const char *unused)
{
	struct prune what = {.now_ms = clock_now_ms(), .dry_run = o->dry_run};
	struct pruned done = {0};
	bool any = false;
	struct err e = days_get(store, SETTING_GONE_DAYS, o->gone, &what.gone_days);

	(void)unused;
	if (!err_is(e))
		e = days_get(store, SETTING_HISTORY_DAYS, o->history, &what.history_days);
	if (!err_is(e))
		e = days_get(store, SETTING_MESSAGES_DAYS, o->messages, &what.messages_days);
	if (!err_is(e))
		e = store_prune(store, &what, NULL, NULL, &done);
	if (err_is(e))
		return failure("db prune", e, store_detail(store));
	printf("%s: %s\n", path, o->dry_run ? "would be forgotten" : "forgotten");
	for (unsigned i = 0; i < PRUNED_MAX; i++) {
		printf("%10llu  %s\n", (unsigned long long)done.n[i],
		    pruned_text((enum pruned_kind)i));
		any |= done.n[i] != 0;
	}
	if (any && !o->dry_run)
		puts("The file keeps its size, and room for what comes; `certscape db vacuum` "
		     "makes it smaller.");
	return EXIT_DONE;
}

static const struct verb {
	const char *name;
	size_t words; /* after the verb */
	enum store_mode mode;
	int (*run)(
	    struct store *store, const char *path, const struct db_options *o, const char *word);
} verbs[] = {
    {"check", 0, STORE_READ, check},
    {"backup", 1, STORE_READ, backup},
    {"vacuum", 0, STORE_WRITE, vacuum},
    {"prune", 0, STORE_WRITE, prune},
};

static const struct verb *verb_find(const struct option_list *words)
{
	for (size_t i = 0; words->n && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, words->v[0]) == 0 && words->n == verbs[i].words + 1)
			return &verbs[i];
	return NULL;
}

static int run(void *into, const struct option_list *words)
{
	const struct db_options *o = into;
	const struct verb *verb = verb_find(words);
	char path[PATH_TEXT_MAX];
	struct store *store;
	int status;

	if (!verb)
		return usage_error("db takes: check, backup FILE, vacuum, or prune");
	status = open_store_as(o->store, verb->mode, &store, path);
	if (status)
		return status;
	status = verb->run(store, path, o, words->n > 1 ? words->v[1] : NULL);
	store_close(store);
	return status;
}

const struct command command_db = {
    .name = "db",
    .usage = "check | backup FILE | vacuum | prune",
    .summary = "care for the store",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct db_options),
    .defaults = defaults,
    .run = run,
};
