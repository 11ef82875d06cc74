/*
 * login.h: a file that says who logs in to a mail server, as ElastAlert2's smtp_auth_file does:
 * YAML with `user` and `password`. It is read anew for each mail, so that the store holds no
 * password of it, and a new one counts at once.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

struct login {
	const char *user, *password;
};

enum { LOGIN_WHY_MAX = 256 };

/* In the arena. ERR_IO or ERR_INPUT, with a sentence in why that tells nothing of the content. */
must_use struct err login_read(
    const char *path, struct arena *arena, struct login *ret_login, char why[LOGIN_WHY_MAX]);
