/*
 * ear.h: hears frames as they come, while the loop turns.
 */
#pragma once

#include "link/caplive.h"
#include "net/loop.h"

/* Zeroed is closed. */
struct ear {
	struct caplive *live; /* the caller's */
	caplive_frame_fn *heard;
	void *context;
	struct watch watch;
};

must_use struct err ear_open(
    struct ear *e, struct loop *loop, struct caplive *live, caplive_frame_fn *heard, void *context);
void ear_close(struct ear *e);
/* What is there now. */
void ear_read(struct ear *e);
