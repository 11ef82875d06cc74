/*
 * A channel and a message, parted by NUL: type, config (JSON), subject, text, detail (JSON). What
 * is posted is JSON whatever stands in the names; what cannot be carried is refused with a
 * sentence.
 */
#include "alert/channel.h"

#include "alert/limits.h"
#include "store/outbox.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TYPE, CONFIG, SUBJECT, TEXT, DETAIL, PARTS };

static void check(const struct parcel *p, struct arena *arena)
{
	const struct doc *body;
	struct doc_error error;
	struct err e;

	if (p->carrier != CARRIER_HTTP)
		return;
	e = doc_from_json(p->request.body, arena, &body, &error);
	if (err_is(e) && err_class(e) != ERR_LIMIT)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *parts[PARTS] = {"", "", "", "", ""};
	struct message m = {.dedupe = "1/fuzz", .severity = SEVERITY_HIGH, .created_ms = 1};
	struct parcel parcel = {.to = ""};
	char why[CHANNEL_WHY_MAX] = "";
	struct arena arena;
	char *text;

	if (size > 16384)
		return 0;
	arena_init(&arena, PARCEL_BYTES_MAX);
	text = arena_text(&arena, span_of(data, size));
	for (size_t i = 0, at = 0; text && i < PARTS && at <= size; i++) {
		parts[i] = text + at;
		at += strlen(text + at) + 1;
	}
	m.type = parts[TYPE];
	m.config = parts[CONFIG];
	m.subject = parts[SUBJECT];
	m.text = parts[TEXT];
	m.html = size & 1 ? "<p>" : "";
	m.detail = parts[DETAIL];
	if (!err_is(channel_render(&m, "here.example", 5000, &arena, &parcel, why)))
		check(&parcel, &arena);
	else if (!*why)
		abort();
	arena_done(&arena);
	return 0;
}
