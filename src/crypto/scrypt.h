/*
 * scrypt.h: passwords as they are kept: scrypt (RFC 7914) of the password and a salt, as a text
 * that says its own costs: "$scrypt$ln=15,r=8,p=3$SALT$HASH". So the costs may rise later, and who
 * was there before still comes in.
 *
 * A hash takes 32 MiB and a third of a second on purpose: callers do it one at a time, on a thread
 * that nobody waits for.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

enum { SCRYPT_SALT = 16, SCRYPT_TEXT_MAX = 128 };

/* A new password's text. The salt is random (crypto/random.h). ERR_LIMIT: no memory. */
must_use struct err scrypt_text(
    struct span password, const uint8_t salt[SCRYPT_SALT], char ret_text[SCRYPT_TEXT_MAX]);
/* Is it this password's? A text that is none (a user without a password, no user at all) is no
 * error and never the same, and takes as long to tell as a real one. */
must_use struct err scrypt_check(struct span password, const char *text, bool *ret_same);
/* The costs of the text are lower than those of today: to be made anew while the password is at
 * hand. */
bool scrypt_is_old(const char *text);
