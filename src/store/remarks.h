/*
 * remarks.h: rows on their way to a callback, with what people say of them: the endpoint's owner
 * and note, else its certificate's; the tags of both; whether it is muted.
 */
#pragma once

#include "store/notes.h"
#include "store/store.h"

struct remarking {
	struct store *s;
	struct mutes *mutes;
	bool nothing; /* is said of anything */
	struct arena arena;
	store_row_fn *each;
	void *context;
	struct err e; /* why it stopped, if not by each */
};

/* remarking_done whatever happened. */
must_use struct err remarking_init(
    struct remarking *r, struct store *s, int64_t now_s, store_row_fn *each, void *context);
void remarking_done(struct remarking *r);
/* A store_row_fn over it: each, with remarks. */
bool remark_row(void *context, const struct inventory_row *row);
