/*
 * db.c: `certscape db`: care for the store: check, backup, vacuum.
 */
#include "cli/command.h"
#include "cli/open.h"

#include <stddef.h>
#include <string.h>

struct db_options {
	const char *store;
};

static const struct option options[] = {
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct db_options, store), 0, 0, 0,
	"the store, if not the default one"},
};

static void tell_problem(void *context, const char *problem)
{
	(void)context;
	puts(problem);
}

static int check(struct store *store, const char *path, const char *unused)
{
	size_t problems = 0;
	struct err e = store_check(store, tell_problem, NULL, &problems);

	(void)unused;
	if (err_is(e))
		return failure("db check", e, store_detail(store));
	printf("%s: %s\n", path, problems ? "damaged" : "clean");
	return problems ? EXIT_FAILED : EXIT_DONE;
}

static int backup(struct store *store, const char *path, const char *to)
{
	struct err e = store_backup(store, to);

	if (err_is(e))
		return failure(to, e, store_detail(store));
	printf("%s: copied to %s\n", path, to);
	return EXIT_DONE;
}

static int vacuum(struct store *store, const char *path, const char *unused)
{
	struct err e = store_vacuum(store);

	(void)unused;
	if (err_is(e))
		return failure("db vacuum", e, store_detail(store));
	printf("%s: vacuumed\n", path);
	return EXIT_DONE;
}

static const struct verb {
	const char *name;
	size_t words; /* after the verb */
	enum store_mode mode;
	int (*run)(struct store *store, const char *path, const char *word);
} verbs[] = {
    {"check", 0, STORE_READ, check},
    {"backup", 1, STORE_READ, backup},
    {"vacuum", 0, STORE_WRITE, vacuum},
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
		return usage_error("db takes: check, backup FILE, or vacuum");
	status = open_store_as(o->store, verb->mode, &store, path);
	if (status)
		return status;
	status = verb->run(store, path, words->n > 1 ? words->v[1] : NULL);
	store_close(store);
	return status;
}

const struct command command_db = {
    .name = "db",
    .usage = "check | backup FILE | vacuum",
    .summary = "care for the store",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct db_options),
    .run = run,
};
