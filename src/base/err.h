/*
 * err.h: the world failed. A value of 16 bytes, returned and never ignored: whose fault it is
 * (class), what it was (detail: an errno, an alert number), where in the input (at: an offset or a
 * line) and a static text. The caller who knows the file adds it; the edge prints it, once.
 * A bad certificate is not an error: it is a finding (observe/finding.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define must_use __attribute__((warn_unused_result))

enum err_class {
	ERR_NONE,
	ERR_IO,	   /* the machine: a file, a socket; detail is an errno */
	ERR_PEER,  /* the other side of a connection; detail is the peer's own number */
	ERR_INPUT, /* what a user or a file said; at is a line or an offset */
	ERR_LIMIT, /* a maximum of ours (limits.h) */
	ERR_BUG,   /* this program */
};

struct err {
	uint32_t code; /* class << 24 | detail */
	uint32_t at;
	const char *what; /* static text, never owned */
};

static const struct err OK = {0, 0, NULL};

static inline struct err err_make(
    enum err_class kind, uint32_t detail, size_t at, const char *what)
{
	return (struct err){(uint32_t)kind << 24 | (detail & 0xffffffu), (uint32_t)at, what};
}

static inline bool err_is(struct err e)
{
	return e.code != 0;
}

static inline enum err_class err_class(struct err e)
{
	return (enum err_class)(e.code >> 24);
}

static inline uint32_t err_detail(struct err e)
{
	return e.code & 0xffffffu;
}

/* ERR_IO with an errno, which must not be 0 in meaning: `what` says what was tried. */
static inline struct err err_io(int errnum, const char *what)
{
	return err_make(ERR_IO, (uint32_t)errnum, 0, what);
}

static inline struct err err_input(size_t at, const char *what)
{
	return err_make(ERR_INPUT, 0, at, what);
}

static inline struct err err_limit(const char *what)
{
	return err_make(ERR_LIMIT, 0, 0, what);
}

static inline struct err err_bug(const char *what)
{
	return err_make(ERR_BUG, 0, 0, what);
}

/* "cannot open store: Permission denied" into text[size]; always terminated. Returns text. */
const char *err_text(struct err e, char *text, size_t size);
