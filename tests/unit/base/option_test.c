#include "base/option.h"

#include "lib/test.h"

struct filled {
	bool verbose, quiet, no_resolve;
	uint32_t rate, top_ports;
	uint64_t seed;
	int64_t offset;
	const char *ports;
	struct option_list sni;
};

static const struct option table[] = {
    {'v', "verbose", NULL, OPTION_FLAG, offsetof(struct filled, verbose), .help = "say more"},
    {'q', "quiet", NULL, OPTION_FLAG, offsetof(struct filled, quiet), .help = "say less"},
    {0, "no-resolve", NULL, OPTION_FLAG, offsetof(struct filled, no_resolve), .help = "no DNS"},
    {'p', "ports", "LIST", OPTION_TEXT, offsetof(struct filled, ports),
	.help = "the ports to scan, as a list of ports and ranges of ports: 443,8443,1000-2000"},
    {0, "rate", "N", OPTION_U32, offsetof(struct filled, rate), .min = 1, .max = 100000,
	.help = "connections a second"},
    {0, "top-ports", "N", OPTION_OPTIONAL_U32, offsetof(struct filled, top_ports), .alone = 1000,
	.help = "the likeliest ports"},
    {0, "seed", "N", OPTION_U64, offsetof(struct filled, seed), .help = "the order's seed"},
    {'o', "offset", "N", OPTION_I64, offsetof(struct filled, offset), .help = "may be negative"},
    {0, "sni", "NAME", OPTION_LIST, offsetof(struct filled, sni), .help = "server name to ask for"},
};

enum { N_TABLE = sizeof(table) / sizeof(table[0]) };

struct run {
	struct filled filled;
	struct option_list words;
	struct err e;
	char message[200];
};

/* Splits the line at blanks and parses it. */
static struct run run(const char *line)
{
	static char copy[1000];
	struct run r = {.filled = {.rate = 2000, .ports = "443"}};
	char *argv[32] = {(char[]){"scan"}}, *save = NULL;
	int argc = 1;
	struct buf message;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	buf_init(&message, sizeof(r.message));
	r.e = options_parse(table, N_TABLE, argc, argv, &r.filled, &r.words, &message);
	snprintf(r.message, sizeof(r.message), "%s", buf_text(&message));
	buf_done(&message);
	return r;
}

static void run_done(struct run *r)
{
	options_done(table, N_TABLE, &r->filled);
	option_list_done(&r->words);
}

static void values_come_in_all_their_forms(void)
{
	static const char *const lines[] = {"-p 80 a", "-p80 a", "--ports 80 a", "--ports=80 a",
	    "a --ports 80", "a -vp80", "a -vp 80"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct run r = run(lines[i]);

		CHECK(!err_is(r.e));
		CHECK_STR(r.filled.ports, "80");
		CHECK_EQ(r.words.n, 1);
		CHECK(r.words.n == 1 && strcmp(r.words.v[0], "a") == 0);
		CHECK_EQ(r.filled.verbose, i >= 5);
		run_done(&r);
	}
}

static void what_is_not_given_keeps_its_default(void)
{
	struct run r = run("");

	CHECK(!err_is(r.e));
	CHECK_EQ(r.filled.rate, 2000);
	CHECK_STR(r.filled.ports, "443");
	CHECK(!r.filled.verbose && !r.filled.top_ports && r.words.n == 0);
	run_done(&r);
}

static void types_keep_their_whole_range(void)
{
	struct run r = run(
	    "--rate=100000 --seed 9223372036854775807 -o -9223372036854775808 -qv --no-resolve");

	CHECK(!err_is(r.e));
	CHECK_EQ(r.filled.rate, 100000);
	CHECK_EQ(r.filled.seed, INT64_MAX);
	CHECK_EQ(r.filled.offset, INT64_MIN);
	CHECK(r.filled.quiet && r.filled.verbose && r.filled.no_resolve);
	run_done(&r);
}

static void lists_grow_and_the_last_of_others_wins(void)
{
	struct run r = run("--sni a.example --rate 1 --sni=b.example --rate 2");

	CHECK(!err_is(r.e));
	CHECK_EQ(r.filled.rate, 2);
	CHECK_EQ(r.filled.sni.n, 2);
	CHECK_STR(r.filled.sni.v[1], "b.example");
	run_done(&r);
}

static void an_optional_value_is_a_number_or_absent(void)
{
	static const struct {
		const char *line;
		uint32_t value;
		size_t words;
	} cases[] = {{"--top-ports", 1000, 0}, {"--top-ports 50", 50, 0},
	    {"--top-ports=50 x", 50, 1}, {"--top-ports 10.0.0.0/8", 1000, 1},
	    {"--top-ports -v", 1000, 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run r = run(cases[i].line);

		CHECK(!err_is(r.e));
		CHECK_EQ(r.filled.top_ports, cases[i].value);
		CHECK_EQ(r.words.n, cases[i].words);
		run_done(&r);
	}
}

static void two_dashes_end_the_options(void)
{
	struct run r = run("-v - -- --ports -q --");

	CHECK(!err_is(r.e));
	CHECK_EQ(r.words.n, 4);
	CHECK(!r.filled.quiet);
	CHECK_STR(r.words.v[0], "-");
	CHECK_STR(r.words.v[1], "--ports");
	CHECK_STR(r.words.v[3], "--");
	run_done(&r);
}

static void mistakes_are_quoted_and_the_nearest_is_named(void)
{
	static const struct {
		const char *line, *message;
		uint32_t at;
	} cases[] = {
	    {"a --prots 80", "unknown option '--prots': did you mean '--ports'?", 2},
	    {"--no-resolv", "unknown option '--no-resolv': did you mean '--no-resolve'?", 1},
	    {"--retry=3", "unknown option '--retry'", 1},
	    {"--frobnicate", "unknown option '--frobnicate'", 1},
	    {"-vx", "unknown option '-x'", 1},
	    {"--port", "unknown option '--port': did you mean '--ports'?", 1},
	    {"--ports", "option '--ports' wants a value", 1},
	    {"-p", "option '--ports' wants a value", 1},
	    {"--quiet=yes", "option '--quiet' takes no value", 1},
	    {"--rate 0", "option '--rate' wants a number from 1 to 100000, not '0'", 2},
	    {"--rate=12k", "option '--rate' wants a number from 1 to 100000, not '12k'", 1},
	    {"--rate=", "option '--rate' wants a number from 1 to 100000, not ''", 1},
	    {"--seed -1", "option '--seed' wants a number from 0 to 9223372036854775807, not '-1'",
		2},
	    {"--top-ports 4294967296",
		"option '--top-ports' wants a number from 0 to 4294967295, not '4294967296'", 2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run r = run(cases[i].line);

		CHECK_EQ(err_class(r.e), ERR_INPUT);
		CHECK_EQ(r.e.at, cases[i].at);
		CHECK_STR(r.message, cases[i].message);
		run_done(&r);
	}
}

static void help_folds_at_its_columns(void)
{
	struct buf b;
	struct span s, line;
	size_t lines = 0;

	buf_init(&b, 10000);
	options_help(table, N_TABLE, 80, &b);
	s = buf_view(&b);
	while (span_line(&s, &line)) {
		CHECK(line.n <= 80);
		lines++;
	}
	CHECK_EQ(lines, N_TABLE + 1);
	CHECK(strstr(
	    buf_text(&b), "  -p, --ports LIST          the ports to scan, as a list of ports and"));
	CHECK(strstr(buf_text(&b), "\n                            "));
	CHECK(strstr(buf_text(&b), "      --top-ports [N]       the likeliest ports\n"));
	buf_done(&b);
}

int main(void)
{
	RUN(values_come_in_all_their_forms);
	RUN(what_is_not_given_keeps_its_default);
	RUN(types_keep_their_whole_range);
	RUN(lists_grow_and_the_last_of_others_wins);
	RUN(an_optional_value_is_a_number_or_absent);
	RUN(two_dashes_end_the_options);
	RUN(mistakes_are_quoted_and_the_nearest_is_named);
	RUN(help_folds_at_its_columns);
	return test_done();
}
