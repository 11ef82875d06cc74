/*
 * masscan_json.c: masscan -oJ as ten years of versions wrote it, and -oD. It is JSON more or less:
 * keys without quotes, a comma after the last record or a line with nothing else, no closing
 * bracket when it was killed, arrays one after the other when it was told to append. So this is no
 * JSON parser but a scanner that knows where it is and expects little: what cannot be a record is
 * left at the next `{` that can begin one. Nothing is kept but the record being read.
 *
 * A string of masscan's holds bytes, each strange one written as \u00XX: UTF-8 comes as two of
 * them. It never holds a line end, so one within a string is where somebody pulled the plug.
 */
#include "import/importer.h"
#include "import/limits.h"
#include "import/masscan.h"

#include <stdlib.h>

enum key {
	KEY_UNKNOWN,
	KEY_IP,
	KEY_WHEN,
	KEY_PORT,
	KEY_PROTO,
	KEY_STATUS,
	KEY_SERVICE,
	KEY_BANNER,
	KEY_FINISHED,
	KEY_MAX,
};

static const struct {
	const char *word;
	size_t n;
	enum key key;
} keys[] = {
    {"ip", 2, KEY_IP}, {"timestamp", 9, KEY_WHEN}, {"port", 4, KEY_PORT}, {"proto", 5, KEY_PROTO},
    {"status", 6, KEY_STATUS}, {"name", 4, KEY_SERVICE},
    {"service_name", 12, KEY_SERVICE}, /* -oD */
    {"banner", 6, KEY_BANNER},
    {"finished", 8, KEY_FINISHED}, /* the last record of old files: {finished: 1} */
};

/* What a byte is between tokens; within a string only the last three matter. */
enum byte_class { BYTE_WORD, BYTE_BLANK, BYTE_STRUCTURE, BYTE_LF, BYTE_QUOTE, BYTE_BACKSLASH };

static const uint8_t classes[256] = {
    [' '] = BYTE_BLANK,
    ['\t'] = BYTE_BLANK,
    ['\r'] = BYTE_BLANK,
    ['{'] = BYTE_STRUCTURE,
    ['}'] = BYTE_STRUCTURE,
    ['['] = BYTE_STRUCTURE,
    [']'] = BYTE_STRUCTURE,
    [','] = BYTE_STRUCTURE,
    [':'] = BYTE_STRUCTURE,
    ['\n'] = BYTE_LF,
    ['"'] = BYTE_QUOTE,
    ['\\'] = BYTE_BACKSLASH,
};

enum lexeme { LEX_SPACE, LEX_STRING, LEX_ESCAPE, LEX_HEX, LEX_WORD };

enum expect { EXPECT_KEY, EXPECT_COLON, EXPECT_VALUE, EXPECT_COMMA };

struct level {
	bool object;
	bool has_port; /* an object that tells of a port */
};

struct masscan_json {
	struct report *report;
	size_t line; /* from 1 */

	enum lexeme lexeme;
	struct buf token; /* so far; whole ones in one chunk do not come here */
	unsigned hex, hex_digits;

	enum expect expect;
	enum key key;
	unsigned depth;
	struct level levels[IMPORT_DEPTH_MAX];

	size_t record_line; /* where the outermost object began; 0: in none */
	bool recovering; /* after a broken record, until a whole one */
	bool skipping; /* the rest of a broken line */
	bool told; /* the record had something in it */
	struct buf fields[KEY_MAX];
};

static bool masscan_json_sniff(struct span first)
{
	bool bracket = false;

	for (size_t i = 0; i < first.n; i++) {
		if (memchr(" \t\r\n", first.p[i], 4))
			continue;
		if (first.p[i] == '{' || (bracket && memchr(",[]", first.p[i], 3)))
			return true;
		if (first.p[i] != '[' || bracket)
			return false;
		bracket = true;
	}
	return bracket;
}

static struct err masscan_json_new(struct report *r, void **ret_state)
{
	struct masscan_json *m = calloc(1, sizeof(*m));

	if (!m)
		return err_limit("no memory for importing");
	m->report = r;
	m->line = 1;
	buf_init(&m->token, IMPORT_TOKEN_MAX);
	for (size_t i = 0; i < KEY_MAX; i++)
		buf_init(&m->fields[i], IMPORT_TOKEN_MAX);
	*ret_state = m;
	return OK;
}

static void masscan_json_free(void *state)
{
	struct masscan_json *m = state;

	if (!m)
		return;
	buf_done(&m->token);
	for (size_t i = 0; i < KEY_MAX; i++)
		buf_done(&m->fields[i]);
	free(m);
}

/* Records. */

static struct span field(const struct masscan_json *m, enum key key)
{
	return buf_view(&m->fields[key]);
}

static void forget_port(struct masscan_json *m)
{
	for (enum key key = KEY_PORT; key < KEY_MAX; key++)
		buf_reset(&m->fields[key]);
}

static void begin_record(struct masscan_json *m)
{
	m->record_line = m->line;
	m->told = false;
	buf_reset(&m->fields[KEY_IP]);
	buf_reset(&m->fields[KEY_WHEN]);
	forget_port(m);
}

static void tell(struct masscan_json *m)
{
	struct masscan_record record = {
	    .line = m->record_line,
	    .ip = field(m, KEY_IP),
	    .when = field(m, KEY_WHEN),
	    .port = field(m, KEY_PORT),
	    .proto = field(m, KEY_PROTO),
	    .status = field(m, KEY_STATUS),
	    .service = field(m, KEY_SERVICE),
	    .banner = field(m, KEY_BANNER),
	};

	m->told = true;
	m->recovering = false;
	masscan_tell(m->report, &record);
	forget_port(m);
}

/* The outermost object ends. Pieces of a broken record have been told of as a whole. */
static void end_record(struct masscan_json *m)
{
	if (!m->told && !m->recovering && !m->fields[KEY_FINISHED].n)
		report_bad(m->report, m->record_line, "a record that says nothing of a port");
	m->record_line = 0;
}

static void broken(struct masscan_json *m, const char *what)
{
	if (!m->recovering)
		report_bad(m->report, m->record_line ? m->record_line : m->line, what);
	m->recovering = true;
	m->skipping = true;
	m->record_line = 0;
	m->depth = 0;
	m->expect = EXPECT_VALUE;
}

/* An object with an address within one that has one too: the outer was never finished. */
static void restart_within(struct masscan_json *m)
{
	if (!m->told && !m->recovering)
		report_bad(m->report, m->record_line, "an unfinished record");
	m->levels[0] = m->levels[m->depth - 1];
	m->depth = 1;
	begin_record(m);
}

/* Tokens. */

static enum key key_of(struct span word)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (word.n == keys[i].n && memcmp(word.p, keys[i].word, word.n) == 0)
			return keys[i].key;
	return KEY_UNKNOWN;
}

static void take_value(struct masscan_json *m, struct span token)
{
	if (m->key == KEY_UNKNOWN || !m->levels[m->depth - 1].object)
		return;
	if (m->key == KEY_IP && m->fields[KEY_IP].n)
		restart_within(m);
	if (m->key == KEY_PORT)
		m->levels[m->depth - 1].has_port = true;
	buf_reset(&m->fields[m->key]);
	buf_span(&m->fields[m->key], token);
}

/* Text where only records should be: perhaps the end of one whose beginning is lost. */
static void stray(struct masscan_json *m)
{
	if (!m->recovering)
		report_bad(m->report, m->line, "text outside of a record");
	m->recovering = true;
	m->skipping = true;
	m->depth = 0;
}

/* A string or a word. */
static void take_token(struct masscan_json *m, struct span token)
{
	if (!m->record_line) {
		stray(m);
		return;
	}
	switch (m->expect) {
	case EXPECT_KEY:
		m->key = key_of(token);
		m->expect = EXPECT_COLON;
		break;
	case EXPECT_VALUE:
		take_value(m, token);
		m->expect = EXPECT_COMMA;
		break;
	case EXPECT_COLON:
		broken(m, "expected a colon");
		break;
	case EXPECT_COMMA:
		broken(m, "expected a comma");
		break;
	}
}

static void push_level(struct masscan_json *m, bool object)
{
	if (m->depth == IMPORT_DEPTH_MAX) {
		broken(m, "brackets within brackets within brackets");
		return;
	}
	m->levels[m->depth++] = (struct level){.object = object};
	m->expect = object ? EXPECT_KEY : EXPECT_VALUE;
}

static void open_object(struct masscan_json *m)
{
	bool in_object = m->depth && m->levels[m->depth - 1].object;

	if (in_object && m->expect != EXPECT_VALUE)
		broken(m, "an unfinished record");
	m->skipping = false;
	if (!m->record_line)
		begin_record(m);
	else if (!in_object)
		forget_port(m);
	push_level(m, true);
}

static void open_array(struct masscan_json *m)
{
	if (!m->record_line) {
		m->depth = 0;
	} else if (m->expect != EXPECT_VALUE) {
		broken(m, "an unfinished record");
		m->skipping = false;
	}
	push_level(m, false);
}

static void close_level(struct masscan_json *m, bool object)
{
	struct level *level;

	if (m->depth == 0)
		return;
	level = &m->levels[m->depth - 1];
	if (level->object != object || m->expect == EXPECT_COLON ||
	    (object && m->expect == EXPECT_VALUE)) {
		broken(m, "a bracket that closes nothing");
		return;
	}
	if (level->has_port)
		tell(m);
	m->depth--;
	m->expect = EXPECT_COMMA;
	if (object && (m->depth == 0 || (m->depth == 1 && !m->levels[0].object)))
		end_record(m);
}

static void take_comma(struct masscan_json *m)
{
	if (m->depth == 0)
		return;
	if (m->levels[m->depth - 1].object) {
		if (m->expect != EXPECT_COMMA && m->expect != EXPECT_KEY)
			broken(m, "a comma too early");
		else
			m->expect = EXPECT_KEY;
	} else {
		m->expect = EXPECT_VALUE;
	}
}

static void take_colon(struct masscan_json *m)
{
	if (m->depth == 0)
		return;
	if (m->expect == EXPECT_COLON)
		m->expect = EXPECT_VALUE;
	else
		broken(m, "a colon in the wrong place");
}

/* Bytes. */

static void take_structure(struct masscan_json *m, uint8_t c)
{
	switch (c) {
	case '{':
		open_object(m);
		break;
	case '[':
		open_array(m);
		break;
	case '}':
		close_level(m, true);
		break;
	case ']':
		close_level(m, false);
		break;
	case ',':
		take_comma(m);
		break;
	default:
		take_colon(m);
		break;
	}
}

static void skip_line(struct masscan_json *m, struct span *in)
{
	const uint8_t *lf = memchr(in->p, '\n', in->n);

	span_take(in, lf ? (size_t)(lf - in->p) : in->n);
	if (lf)
		m->skipping = false;
}

static size_t blank_run(struct span in)
{
	size_t n = 0;

	while (n < in.n && classes[in.p[n]] == BYTE_BLANK)
		n++;
	return n;
}

static void between(struct masscan_json *m, struct span *in)
{
	while (in->n && m->lexeme == LEX_SPACE) {
		enum byte_class class = classes[in->p[0]];

		if (m->skipping) {
			skip_line(m, in);
		} else if (class == BYTE_BLANK) {
			span_take(in, blank_run(*in));
		} else if (class == BYTE_STRUCTURE) {
			take_structure(m, in->p[0]);
			span_take(in, 1);
		} else if (class == BYTE_WORD || class == BYTE_BACKSLASH) {
			m->lexeme = LEX_WORD;
		} else {
			m->line += class == BYTE_LF;
			m->lexeme = class == BYTE_QUOTE ? LEX_STRING : LEX_SPACE;
			span_take(in, 1);
		}
	}
}

/* The end of a token that began in this chunk or before it. */
static void end_token(struct masscan_json *m, struct span last)
{
	m->lexeme = LEX_SPACE;
	if (m->token.n == 0 && !m->token.full) {
		take_token(m, last);
		return;
	}
	buf_span(&m->token, last);
	if (m->token.full)
		broken(m, "a text that is too long");
	else
		take_token(m, buf_view(&m->token));
	buf_reset(&m->token);
}

static void in_word(struct masscan_json *m, struct span *in)
{
	size_t n = 0;

	while (n < in->n && (classes[in->p[n]] == BYTE_WORD || classes[in->p[n]] == BYTE_BACKSLASH))
		n++;
	if (n == in->n)
		buf_span(&m->token, span_take(in, n));
	else
		end_token(m, span_take(in, n));
}

/* How many bytes before the next quote, backslash or line end. */
static size_t plain_run(struct span in)
{
	size_t n = 0;

	while (n < in.n && classes[in.p[n]] < BYTE_LF)
		n++;
	return n;
}

static void in_string(struct masscan_json *m, struct span *in)
{
	struct span run = span_take(in, plain_run(*in));
	uint8_t stop = in->n ? in->p[0] : 0;

	if (in->n == 0) {
		buf_span(&m->token, run);
		return;
	}
	if (stop == '"') {
		span_take(in, 1);
		end_token(m, run);
	} else if (stop == '\\') {
		span_take(in, 1);
		buf_span(&m->token, run);
		m->lexeme = LEX_ESCAPE;
	} else {
		m->lexeme = LEX_SPACE;
		buf_reset(&m->token);
		broken(m, "a text that does not end");
	}
}

static void in_escape(struct masscan_json *m, struct span *in)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	uint8_t c = in->p[0];
	const char *at = c ? strchr(from, c) : NULL;

	m->lexeme = LEX_STRING;
	if (c == '\n')
		return;
	span_take(in, 1);
	if (c == 'u') {
		m->lexeme = LEX_HEX;
		m->hex = 0;
		m->hex_digits = 0;
	} else {
		buf_be(&m->token, at ? (uint8_t)to[at - from] : c, 1);
	}
}

/* A byte for what fits in one; else UTF-8, which masscan does not write. */
static void put_code(struct masscan_json *m, unsigned code)
{
	if (code > 0x7ff)
		buf_be(&m->token, 0xe0 | code >> 12, 1);
	if (code > 0x7ff)
		buf_be(&m->token, 0x80 | (code >> 6 & 0x3f), 1);
	else if (code > 0xff)
		buf_be(&m->token, 0xc0 | code >> 6, 1);
	buf_be(&m->token, code > 0xff ? 0x80 | (code & 0x3f) : code, 1);
}

static void in_hex(struct masscan_json *m, struct span *in)
{
	uint8_t c = in->p[0] | 0x20;
	bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';

	if (!digit && !letter) {
		m->lexeme = LEX_STRING;
		return;
	}
	span_take(in, 1);
	m->hex = m->hex << 4 | (unsigned)(digit ? c - '0' : c - 'a' + 10);
	if (++m->hex_digits < 4)
		return;
	put_code(m, m->hex);
	m->lexeme = LEX_STRING;
}

static struct err masscan_json_push(void *state, struct span bytes)
{
	static void (*const steps[])(struct masscan_json *, struct span *) = {
	    [LEX_SPACE] = between,
	    [LEX_STRING] = in_string,
	    [LEX_ESCAPE] = in_escape,
	    [LEX_HEX] = in_hex,
	    [LEX_WORD] = in_word,
	};
	struct masscan_json *m = state;

	while (bytes.n)
		steps[m->lexeme](m, &bytes);
	m->report->counts.lines = m->line;
	return OK;
}

static struct err masscan_json_end(void *state)
{
	struct masscan_json *m = state;

	if (m->record_line && !m->recovering)
		report_bad(m->report, m->record_line, "an unfinished record");
	m->record_line = 0;
	return OK;
}

const struct importer importer_masscan_json = {
    .name = "masscan-json",
    .sniff = masscan_json_sniff,
    .new = masscan_json_new,
    .push = masscan_json_push,
    .end = masscan_json_end,
    .free = masscan_json_free,
};
