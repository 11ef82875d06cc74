/*
 * settings.h: where things are on this machine: the store, the trust bundle. Asked of the
 * environment and the disk once, by the warden.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

enum { PATH_TEXT_MAX = 4096 };

/* $XDG_STATE_HOME/certscape/certscape.db (or under $HOME/.local/state);
 * /var/lib/certscape/certscape.db for root. ERR_INPUT where there is no home at all. */
must_use struct err settings_store_path(char ret_path[PATH_TEXT_MAX]);
/* The other default store, if there is a file: root's for a user, $SUDO_USER's is not looked for.
 * "" if none. */
void settings_other_store(const char *path, char ret_path[PATH_TEXT_MAX]);
/* Makes the folders above path. Root's default folder belongs to the group certscape, where there
 * is one. */
must_use struct err settings_make_folder(const char *path);
/* The store's mode: 0640 and the group certscape for root, 0600 else. */
void settings_protect_store(const char *path);

/* The first of the usual bundle files that is there, or NULL. */
const char *settings_trust_bundle(void);
/* A whole file, "-" for standard input; out has a maximum of its own. */
must_use struct err settings_read_file(const char *path, struct buf *out);
/* The rest of what is open. */
must_use struct err settings_read_open(int fd, struct buf *out);
/* A file, or every file of a folder, one after the other. */
must_use struct err settings_read_all(const char *path, struct buf *out);
