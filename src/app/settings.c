/*
 * settings.c: paths and files of this machine. The XDG rule gives a user's store, /var/lib the one
 * of root; a system-wide store is for the group `certscape` to read, where such a group exists.
 */
#include "app/settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ROOT_STORE[] = "/var/lib/certscape/certscape.db";

static struct err path_set(char ret_path[PATH_TEXT_MAX], const char *folder, const char *below)
{
	if (snprintf(ret_path, PATH_TEXT_MAX, "%s%s", folder, below) >= PATH_TEXT_MAX)
		return err_input(0, "the path of the store is too long");
	return OK;
}

static struct err user_store_path(char ret_path[PATH_TEXT_MAX])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	/* The XDG base directory specification: a relative path is to be ignored. */
	if (state && state[0] == '/')
		return path_set(ret_path, state, "/certscape/certscape.db");
	if (home && home[0] == '/')
		return path_set(ret_path, home, "/.local/state/certscape/certscape.db");
	return err_input(0, "neither XDG_STATE_HOME nor HOME is set: name the store with --store");
}

struct err settings_store_path(char ret_path[PATH_TEXT_MAX])
{
	if (geteuid() == 0 && !getenv("XDG_STATE_HOME"))
		return path_set(ret_path, ROOT_STORE, "");
	return user_store_path(ret_path);
}

void settings_other_store(const char *path, char ret_path[PATH_TEXT_MAX])
{
	char other[PATH_TEXT_MAX];
	struct stat st;

	ret_path[0] = 0;
	if (strcmp(path, ROOT_STORE) != 0)
		snprintf(other, sizeof(other), "%s", ROOT_STORE);
	else if (err_is(user_store_path(other)))
		return;
	if (stat(other, &st) == 0)
		memcpy(ret_path, other, sizeof(other));
}

static bool certscape_group(gid_t *ret_gid)
{
	struct group *group = getgrnam("certscape");

	if (group)
		*ret_gid = group->gr_gid;
	return group != NULL;
}

struct err settings_make_folder(const char *path)
{
	char part[PATH_TEXT_MAX];
	gid_t gid;

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0750) < 0 && errno != EEXIST)
			return err_io(errno, "cannot make the folder of the store");
	}
	if (strcmp(path, ROOT_STORE) == 0 && certscape_group(&gid) &&
	    chown("/var/lib/certscape", (uid_t)-1, gid) < 0)
		return err_io(errno, "cannot give /var/lib/certscape to the group certscape");
	return OK;
}

/* By O_PATH: to open the file and close it would take away the locks that SQLite has on it. */
void settings_protect_store(const char *path)
{
	char link[64];
	gid_t gid;
	int fd;

	if (strcmp(path, ROOT_STORE) != 0 || geteuid() != 0)
		return;
	fd = open(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (certscape_group(&gid) && fchownat(fd, "", (uid_t)-1, gid, AT_EMPTY_PATH) == 0)
		(void)!chmod(link, 0640);
	close(fd);
}

const char *settings_trust_bundle(void)
{
	static const char *const bundles[] = {
	    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu, Alpine, Arch */
	    "/etc/pki/tls/certs/ca-bundle.crt", /* Fedora, RHEL */
	    "/etc/ssl/ca-bundle.pem", /* SUSE */
	    "/etc/ssl/cert.pem", /* the BSDs, macOS */
	};

	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
		if (access(bundles[i], R_OK) == 0)
			return bundles[i];
	return NULL;
}

enum { PIECE = 64 << 10 };

/* A full buffer is asked for one byte more, which shows the end of the file or is too much. */
struct err settings_read_open(int fd, struct buf *out)
{
	for (;;) {
		size_t left = out->max - out->n, want = left < PIECE ? left : PIECE;
		uint8_t extra, *room = want ? buf_room(out, want) : &extra;
		ssize_t n = room ? read(fd, room, want ? want : 1) : 0;

		if (!room || (n > 0 && !want))
			return err_limit("the file is too large");
		if (n == 0)
			return OK;
		if (n < 0 && errno != EINTR)
			return err_io(errno, "cannot read");
		if (n > 0)
			buf_wrote(out, (size_t)n);
	}
}

struct err settings_read_file(const char *path, struct buf *out)
{
	struct err e;
	int fd;

	if (strcmp(path, "-") == 0)
		return settings_read_open(STDIN_FILENO, out);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_io(errno, "cannot open");
	e = settings_read_open(fd, out);
	close(fd);
	return e;
}

static struct err read_folder(const char *path, struct buf *out)
{
	struct dirent *entry;
	struct err e = OK;
	DIR *dir = opendir(path);

	if (!dir)
		return err_io(errno, "cannot open the folder");
	while (!err_is(e) && (entry = readdir(dir))) {
		char below[PATH_TEXT_MAX];
		struct stat st;

		if (snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >= PATH_TEXT_MAX ||
		    stat(below, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		e = settings_read_file(below, out);
		/* A PEM file may lack its last newline; a DER file does not mind one. */
		buf_str(out, "\n");
	}
	closedir(dir);
	return e;
}

struct err settings_read_all(const char *path, struct buf *out)
{
	struct stat st;

	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return read_folder(path, out);
	return settings_read_file(path, out);
}
