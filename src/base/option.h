/*
 * option.h: command lines by table. A subcommand's options are one array of rows: the parser,
 * --help and the man page read the same. A row names the member of the subcommand's struct that it
 * fills; what that holds before is the default.
 *
 *	static const struct option options[] = {
 *		{'p', "ports", "LIST", OPTION_TEXT, offsetof(struct scan_args, ports),
 *			.help = "the ports"},
 *	};
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

enum option_type {
	OPTION_FLAG, /* bool: true */
	OPTION_U32, /* uint32_t */
	OPTION_U64, /* uint64_t */
	OPTION_I64, /* int64_t */
	OPTION_TEXT, /* const char *, of argv */
	OPTION_LIST, /* struct option_list: each time one more */
	OPTION_OPTIONAL_U32, /* uint32_t: `alone` without a value; a next word of digits is one */
};

struct option_list {
	const char **v; /* of argv */
	size_t n;
	size_t cap;
};

struct option {
	char letter; /* 0: none */
	const char *name; /* without the dashes */
	const char *argument; /* what help calls it: "PORTS"; NULL for flags */
	enum option_type type;
	size_t offset;
	int64_t min, max; /* of numbers; both 0: what the type holds */
	uint32_t alone;
	const char *help;
};

/* argv[1..] into the struct at `into`; words that are no options, and all after "--", into
 * ret_words, in order. ERR_INPUT with the index in argv, and the sentence for the user, which
 * quotes the word, in message. `into` may be partly filled then. */
must_use struct err options_parse(const struct option *table, size_t n, int argc, char **argv,
    void *into, struct option_list *ret_words, struct buf *message);
/* Frees the lists of the table's rows. Of the words: option_list_done. */
void options_done(const struct option *table, size_t n, void *into);
void option_list_done(struct option_list *list);

/* "  -p, --ports LIST      help text", folded at so many columns. */
void options_help(const struct option *table, size_t n, size_t columns, struct buf *b);
