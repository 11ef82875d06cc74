/*
 * command.c: a program of the user's, started without a shell: its words are given to it as they
 * are, whatever a certificate's name holds. The message is JSON on its standard input. Status 0 is
 * done, 75 (EX_TEMPFAIL) is tried again, all else is refused.
 */
#include "alert/render.h"

#include "alert/limits.h"

#include <stdio.h>
#include <string.h>

static const struct channel_option options[] = {
    {"argv", CHANNEL_TEXTS, .needed = true,
	.help = "the program, by its whole path, and its arguments; {{subject}} and the like are "
		"replaced"},
    {"plain", CHANNEL_YES, .help = "nothing is replaced in the words; false"},
    {"stdin", CHANNEL_WORD, .words = "message detail none",
	.help = "what it reads: the whole message, which is the default, its detail, or nothing"},
};

static struct err input_of(struct rendering *r, struct span *ret_input)
{
	const char *what = render_text(r, "stdin", "message");
	struct jsonw w;
	struct buf b;

	buf_init(&b, PARCEL_BYTES_MAX);
	jsonw_init(&w, &b);
	if (!strcmp(what, "message"))
		render_envelope(r, &b);
	else if (!strcmp(what, "detail"))
		doc_write(&w, r->detail);
	if (b.n)
		buf_str(&b, "\n");
	return render_keep(r, &b, ret_input);
}

static struct err word_of(struct rendering *r, const char *given, const char **ret_word)
{
	struct buf b;
	struct err e;

	if (render_yes(r, "plain", false)) {
		*ret_word = given;
		return OK;
	}
	buf_init(&b, PARCEL_BYTES_MAX);
	e = render_template(r, given, &b);
	if (err_is(e)) {
		buf_done(&b);
		return e;
	}
	return render_keep_text(r, &b, ret_word);
}

static struct err render(struct rendering *r, struct parcel *ret)
{
	const char **words = arena_alloc(r->arena, (COMMAND_WORDS_MAX + 1) * sizeof(*words));
	size_t n = 0;
	const char *const *given = render_texts(r, "argv", &n);
	struct err e = OK;

	if (!words || !given)
		return err_limit("no memory for a command");
	if (n == 0 || n > COMMAND_WORDS_MAX || given[0][0] != '/') {
		snprintf(r->why, CHANNEL_WHY_MAX,
		    "argv: the whole path of a program is expected first, and at most %d words",
		    COMMAND_WORDS_MAX);
		return err_input(0, "not a command");
	}
	words[0] = given[0];
	for (size_t i = 1; i < n && !err_is(e); i++)
		e = word_of(r, given[i], &words[i]);
	if (!err_is(e))
		e = input_of(r, &ret->command.input);
	ret->carrier = CARRIER_COMMAND;
	ret->to = words[0];
	ret->command.argv = words;
	return e;
}

const struct channel_type channel_command = {
    .name = "command",
    .title = "Command",
    .help = "a program on this host, with the message as JSON on its standard input",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .render = render,
};
