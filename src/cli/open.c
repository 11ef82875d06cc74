/*
 * open.c: opening for reading. An empty answer is the moment when a user wonders whether they look
 * at the right store: it is told, every time.
 */
#include "cli/open.h"

#include "cli/command.h"

#include <errno.h>
#include <unistd.h>

void tell_other(const char *path)
{
	char other[PATH_TEXT_MAX];

	settings_other_store(path, other);
	if (*other)
		fprintf(stderr, "certscape: there is another store: --store %s\n", other);
}

void tell_empty(const char *path, const char *what)
{
	fprintf(stderr, "certscape: %s in %s\n", what, path);
	tell_other(path);
}

static struct err open_there(const char *path, enum store_mode mode, struct store **ret_store)
{
	if (access(path, F_OK) < 0)
		return err_io(errno, "no store");
	return store_open(path, mode, ret_store);
}

int open_store_as(
    const char *path, enum store_mode mode, struct store **ret_store, char ret_path[PATH_TEXT_MAX])
{
	struct err e = OK;

	if (path)
		snprintf(ret_path, PATH_TEXT_MAX, "%s", path);
	else
		e = settings_store_path(ret_path);
	if (err_is(e))
		return failure("", e, NULL);
	e = open_there(ret_path, mode, ret_store);
	if (!err_is(e))
		return EXIT_DONE;
	failure(ret_path, e, NULL);
	if (err_class(e) == ERR_IO && err_detail(e) == ENOENT)
		fputs("certscape: nothing has been scanned yet: `certscape scan TARGET` makes it\n",
		    stderr);
	tell_other(ret_path);
	return EXIT_FAILED;
}

int open_store(const char *path, struct store **ret_store, char ret_path[PATH_TEXT_MAX])
{
	return open_store_as(path, STORE_READ, ret_store, ret_path);
}
