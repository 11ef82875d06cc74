/*
 * login.c: reads the file, hands it to doc/. Where it is wrong the reason names places, never
 * words: it stands in the list of messages, which more people see than the file.
 */
#include "alert/login.h"

#include "alert/limits.h"
#include "base/buf.h"
#include "doc/doc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static struct err file_read(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n = 1;
	struct err e;

	if (fd < 0)
		return err_io(errno, "cannot open");
	while (n > 0) {
		uint8_t *room = buf_room(out, 1024);

		n = room ? read(fd, room, 1024) : 0;
		if (n > 0)
			buf_wrote(out, (size_t)n);
	}
	e = n < 0 ? err_io(errno, "cannot read") : OK;
	close(fd);
	if (!err_is(e) && out->full)
		e = err_input(0, "too large for a user and a password");
	return e;
}

static struct err parse(struct span yaml, struct arena *arena, struct login *ret)
{
	const struct doc *doc, *user, *password;
	struct doc_error error;
	struct err e = doc_from_yaml(yaml, arena, &doc, &error);

	if (err_is(e))
		return err_input(error.at.line, "no YAML");
	user = doc_get(doc, "user");
	password = doc_get(doc, "password");
	/* A password of digits is still a text. */
	if (!user || !user->text || !password || !password->text)
		return err_input(doc->at.line, "it must have user and password");
	*ret = (struct login){user->text, password->text};
	return OK;
}

struct err login_read(
    const char *path, struct arena *arena, struct login *ret_login, char why[LOGIN_WHY_MAX])
{
	char text[128];
	struct buf yaml;
	struct err e;

	buf_init(&yaml, LOGIN_BYTES_MAX);
	e = file_read(path, &yaml);
	if (!err_is(e))
		e = parse(buf_view(&yaml), arena, ret_login);
	if (yaml.p)
		explicit_bzero(yaml.p, yaml.n);
	buf_done(&yaml);
	if (err_is(e))
		snprintf(why, LOGIN_WHY_MAX, "smtp_auth_file %.120s: %.100s", path,
		    err_text(e, text, sizeof(text)));
	return e;
}
