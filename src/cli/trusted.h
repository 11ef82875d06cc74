/*
 * trusted.h: what scan and import prepare alike: the roots that are trusted, the store's place.
 */
#pragma once

#include "app/settings.h"
#include "base/option.h"
#include "x509/trust.h"

/* This machine's bundle and the given files and folders. Says so where there is none at all.
 * EXIT_DONE, or the exit status of a failure that has been told. */
int trusted_load(const struct option_list *more, struct trust **ret_trust);
/* The path (NULL: the default), its folders made. */
int store_prepare(const char *path, char ret_path[PATH_TEXT_MAX]);
