/*
 * assets.h: the page's files, answered at once, without a store and without a login: there is no
 * secret in them.
 */
#pragma once

#include "http/call.h"
#include "web/page.h"

/* NULL: no such file. */
const struct page_file *asset_find(const char *path);
/* Whether there is a page in this program. */
bool asset_has_page(void);
void asset_answer(struct http_call *call, const struct page_file *file);
/* What stands at "/" in a program without one. */
void asset_answer_without(struct http_call *call);
