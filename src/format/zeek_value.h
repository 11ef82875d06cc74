/*
 * zeek_value.h: one value of a Zeek log as Zeek's ASCII writer puts it, in a line of tabs or of
 * JSON. A getter of a column puts its value or nothing: nothing is "-", or no key at all in JSON.
 */
#pragma once

#include "base/buf.h"
#include "inet/addr.h"

struct zeek_value {
	struct buf *out;
	const char *name; /* JSON's key, until it was written */
	bool json;
	bool put; /* something was */
	bool list, more; /* in a list; it has an element */
	bool fields; /* JSON: a field went before */
};

void zeek_put_span(struct zeek_value *v, struct span text);
void zeek_put_text(struct zeek_value *v, const char *text);
void zeek_put_count(struct zeek_value *v, uint64_t n);
void zeek_put_bool(struct zeek_value *v, bool b);
/* Times and intervals. */
void zeek_put_us(struct zeek_value *v, int64_t us);
void zeek_put_addr(struct zeek_value *v, const struct addr *a);
/* What is put between the two is an element each; nothing between them is the empty list. */
void zeek_put_list(struct zeek_value *v);
void zeek_put_list_end(struct zeek_value *v);
