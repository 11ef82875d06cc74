/*
 * password.h: a password as a request brings it, and as it is kept.
 */
#pragma once

#include "crypto/scrypt.h"
#include "web/call.h"

/* A new one: long enough to be one. false: it was answered. Not there is NULL if it is optional. */
bool password_get(struct web_call *c, const struct doc *body, const char *name, enum web_need need,
    const char **ret_password);
/* With a salt of its own. Takes a third of a second. */
must_use struct err password_hash(const char *password, char ret_text[SCRYPT_TEXT_MAX]);
