/*
 * gunzip.h: a gzipped stream, pushed in and pulled out. Members one after the other are one stream;
 * what follows the last and is none is left alone, as gzip does.
 */
#pragma once

#include "base/err.h"

struct gunzip;

must_use struct err gunzip_new(struct gunzip **ret_gunzip);
void gunzip_free(struct gunzip *g);

/* Where to put up to *ret_n packed bytes, and how many came. */
uint8_t *gunzip_room(struct gunzip *g, size_t *ret_n);
void gunzip_wrote(struct gunzip *g, size_t n);
/* Unpacks to p at most n bytes; *ret_n is 0 if more packed ones are needed. ERR_INPUT: broken. */
must_use struct err gunzip_read(struct gunzip *g, uint8_t *p, size_t n, size_t *ret_n);
/* Nothing more is expected: a member has ended, and no other has begun. */
bool gunzip_is_whole(const struct gunzip *g);
