/*
 * password.c: the only rule for a password is its length (NIST SP 800-63B): rules of capitals and
 * digits make passwords that are no better and on a note at the screen.
 */
#include "web/password.h"

#include "crypto/random.h"
#include "web/limits.h"

bool password_get(struct web_call *c, const struct doc *body, const char *name, enum web_need need,
    const char **ret_password)
{
	*ret_password = NULL;
	if (!web_text(c, body, name, need, WEB_PASSWORD_MAX, ret_password))
		return false;
	if (!*ret_password || strlen(*ret_password) >= WEB_PASSWORD_MIN)
		return true;
	web_error(c, WEB_INVALID, "a password has at least %d bytes", WEB_PASSWORD_MIN);
	return false;
}

struct err password_hash(const char *password, char ret_text[SCRYPT_TEXT_MAX])
{
	uint8_t salt[SCRYPT_SALT];
	struct err e = random_bytes(salt, sizeof(salt));

	return err_is(e) ? e : scrypt_text(span_str(password), salt, ret_text);
}
