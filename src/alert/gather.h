/*
 * gather.h: what one pass of a rule of our own has found to tell, after all that is to be left out
 * was left out: what is muted or acknowledged, what is noise, our own certificate.
 */
#pragma once

#include "alert/news.h"
#include "store/notes.h"

struct own_settings {
	bool recovery; /* tell also when it is over */
	uint32_t digest_over; /* more news than this in one pass are one message */
	uint32_t notice_part, notice_days, urgent_part, urgent_days;
	unsigned quiet; /* 1 << each noise class that is left out */
};

/* Classes of certificates that are many and mean nothing. */
struct noise {
	const char *name; /* "rdp-self-signed" */
	const char *help;
	bool (*is_it)(const struct due_cert *cert, const struct endpoint *where);
};

enum { NOISES = 2 };

extern const struct noise noises[NOISES];

struct gathering {
	struct pass *pass;
	struct own_settings settings;
	struct expiry_terms terms;
	struct mutes *mutes;
	struct arena arena;
	struct news *news;
	size_t n, cap;
	const enum news_kind *told_as;
	struct err e; /* of the first callback that failed */
};

must_use struct err gather_init(
    struct gathering *g, struct pass *pass, const struct own_settings *settings);
void gather_done(struct gathering *g);

/* Adds what is due, unless it is left out (then the pass hears why). false: stop; g->e says whether
 * that is a failure. */
bool gather_due(struct gathering *g, enum news_kind kind, const struct due_cert *cert);
/* The same of news that is complete, with its places. */
bool gather_news(struct gathering *g, const struct news *news);
/* What was told and is over; told_as: as which kind, by the stage of its notice. */
must_use struct err gather_resolved(struct gathering *g, const enum news_kind *told_as);

/* Fills the list of places of news that has only their number. They lie in the arena. */
must_use struct err gather_places(struct gathering *g, struct news *news, struct arena *arena);
