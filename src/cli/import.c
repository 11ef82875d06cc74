/*
 * import.c: `certscape import`: certificates that other scanners fetched, from their files.
 */
#include "app/warden.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct import_options {
	struct option_list ca;
	const char *policy, *store, *format;
};

static const struct option options[] = {
    {0, "ca", "FILE|DIR", OPTION_LIST, offsetof(struct import_options, ca), 0, 0, 0,
	"more roots to trust, besides this machine's"},
    {0, "policy", "FILE", OPTION_TEXT, offsetof(struct import_options, policy), 0, 0, 0,
	"what is allowed: keys, hashes, versions, ciphers"},
    {0, "format", "FORMAT", OPTION_TEXT, offsetof(struct import_options, format), 0, 0, 0,
	"table (default on a terminal), ndjson (default elsewhere) or csv"},
    {0, "store", "PATH", OPTION_TEXT, offsetof(struct import_options, store), 0, 0, 0,
	"the store, if not the default one"},
};

static struct err file_open(const char *path, struct import_file *ret_file)
{
	struct import_file file = {.path = path, .fd = STDIN_FILENO};
	struct stat st;

	if (strcmp(path, "-") != 0)
		file.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file.fd < 0 || fstat(file.fd, &st) < 0)
		return err_io(errno, "cannot open");
	file.modified_ms = (int64_t)st.st_mtim.tv_sec * 1000;
	*ret_file = file;
	return OK;
}

static int files_open(const struct option_list *words, struct import_file *files)
{
	for (size_t i = 0; i < words->n; i++) {
		struct err e = file_open(words->v[i], &files[i]);

		if (err_is(e))
			return failure(words->v[i], e, NULL);
	}
	return EXIT_DONE;
}

static int import_with(
    struct scan_plan *plan, const struct import_options *o, const struct option_list *words)
{
	struct import_file *files = calloc(words->n + 1, sizeof(*files));
	struct policy *policy = NULL;
	int status =
	    files ? files_open(words, files) : failure("", err_limit("out of memory"), NULL);

	plan->files = files;
	if (!status)
		status = trusted_load(&o->ca, &plan->trust);
	if (!status)
		status = policy_load(o->policy, &policy);
	plan->policy = policy;
	if (!status)
		status = store_prepare(o->store, plan->store);
	if (!status)
		status = warden_run(plan);
	trust_free(plan->trust);
	free(policy);
	free(files);
	return status;
}

static int run(void *into, const struct option_list *words)
{
	const struct import_options *o = into;
	struct style style = terminal_style();
	struct scan_plan plan = {
	    .spec = "import",
	    .shards = 1,
	    .workers = 1,
	    .out = STDOUT_FILENO,
	    .width = (int)style.width,
	    .colour = style.colour,
	    .sandbox = true,
	};

	if (words->n == 0)
		return usage_error(
		    "import takes the files of masscan (-oJ, -oL, -oX) or nmap (-oX)");
	if (!output_format_by_name(o->format, terminal_is(STDOUT_FILENO), &plan.format))
		return usage_error("--format %s: table, ndjson or csv", o->format);
	plan.summary = plan.format == OUTPUT_TABLE;
	return import_with(&plan, o, words);
}

const struct command command_import = {
    .name = "import",
    .usage = "FILE... [options]",
    .summary = "certificates that other scanners fetched",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct import_options),
    .run = run,
};
