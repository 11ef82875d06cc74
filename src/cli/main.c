/*
 * main.c: the list of subcommands, and nothing else.
 */
#include "cli/command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_scan,
    &command_watch,
    &command_alerts,
    &command_list,
    &command_show,
    &command_history,
    &command_import,
    &command_rules,
    &command_db,
    &command_serve,
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]), HELP_COLUMNS = 80, HELP_MAX = 65536 };

int usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("certscape: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return EXIT_USAGE;
}

int failure(const char *what, struct err e, const char *detail)
{
	char text[256];

	fprintf(stderr, "certscape: %s%s%s%s%s\n", what, *what ? ": " : "",
	    err_text(e, text, sizeof(text)), detail && *detail ? ": " : "", detail ? detail : "");
	return EXIT_FAILED;
}

static int help(FILE *out)
{
	fputs("certscape " CERTSCAPE_VERSION
	      ": finds every TLS certificate on a network, judges it, "
	      "keeps its history\n\nusage:\n",
	    out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  certscape %-8s %-34s %s\n", commands[i]->name, commands[i]->usage,
		    commands[i]->summary);
	fputs("\n`certscape COMMAND --help` tells a command's options.\n", out);
	return out == stdout ? EXIT_DONE : EXIT_USAGE;
}

static int command_help(const struct command *c)
{
	struct buf text;

	buf_init(&text, HELP_MAX);
	options_help(c->options, c->n_options, HELP_COLUMNS, &text);
	printf("usage: certscape %s %s\n%s\n\n%s", c->name, c->usage, c->summary, buf_text(&text));
	buf_done(&text);
	return EXIT_DONE;
}

static int command_run(const struct command *c, int argc, char **argv)
{
	struct option_list words = {0};
	void *into = calloc(1, c->size);
	struct buf message;
	int status = EXIT_USAGE;

	if (!into)
		return failure("", err_limit("out of memory"), NULL);
	if (c->defaults)
		c->defaults(into);
	buf_init(&message, HELP_MAX);
	if (err_is(options_parse(c->options, c->n_options, argc, argv, into, &words, &message)))
		usage_error("%s (`certscape %s --help` tells more)", buf_text(&message), c->name);
	else
		status = c->run(into, &words);
	buf_done(&message);
	options_done(c->options, c->n_options, into);
	option_list_done(&words);
	free(into);
	return status;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h"))
		return help(stdout);
	if (!strcmp(name, "--version") || !strcmp(name, "version"))
		return puts("certscape " CERTSCAPE_VERSION) < 0 ? EXIT_FAILED : EXIT_DONE;
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) != 0)
			continue;
		if (argc > 2 && (!strcmp(argv[2], "--help") || !strcmp(argv[2], "-h")))
			return command_help(commands[i]);
		return command_run(commands[i], argc - 1, argv + 1);
	}
	return *name ? usage_error("no command \"%s\": see `certscape help`", name) : help(stderr);
}
