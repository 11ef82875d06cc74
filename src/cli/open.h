/*
 * open.h: the store that a command reads, with a sentence where it is not there.
 */
#pragma once

#include "app/settings.h"
#include "store/store.h"

/* path NULL: the default one. EXIT_DONE and the store, or the exit status of a failure that has
 * been told. */
int open_store(const char *path, struct store **ret_store, char ret_path[PATH_TEXT_MAX]);
/* With another mode; a store that is not there is not made. */
int open_store_as(
    const char *path, enum store_mode mode, struct store **ret_store, char ret_path[PATH_TEXT_MAX]);
/* "nothing in STORE ...": which store was read, and which other one there is. On stderr. */
void tell_empty(const char *path, const char *what);
/* The other default store, if there is one. On stderr. */
void tell_other(const char *path);
