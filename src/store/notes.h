/*
 * notes.h: what people say of what was found: owners, notes and tags; what they want to hear no
 * more of; the searches they keep. All of it hangs on names that outlive a scan (a SHA-256, an
 * address and port), never on row numbers: a new scan or a pruned store takes none of it away.
 *
 * Errors, batches and callbacks are as in store/accounts.h.
 */
#pragma once

#include "base/arena.h"
#include "observe/chain.h"
#include "observe/endpoint.h"
#include "store/accounts.h"

enum {
	OWNER_MAX = 129, /* bytes, terminated, as of all here */
	NOTE_MAX = 8193,
	TAG_MAX = 65,
	TAGS_MAX = 32, /* of one thing */
	MUTE_KEY_MAX = 513, /* an issuer's name */
	VIEW_STATE_MAX = 4097,
	VIEW_NAME_MAX = 129,
};

/* What an annotation is of: one certificate, or one endpoint whatever the server name. */
struct noted {
	bool is_endpoint;
	struct digest256 certificate;
	struct endpoint endpoint; /* addr, port, transport */
};

struct annotation {
	const char *owner; /* "": nobody */
	const char *note;
	size_t n_tags;
	const char *const *tags; /* sorted, each once */
	int64_t at_ms; /* 0: there is none */
	const char *by;
};

/* NULL stays, "" takes away. */
struct note_change {
	const char *owner;
	const char *note;
	bool has_tags; /* tags are given: they replace all */
	size_t n_tags;
	const char *const *tags;
	int64_t at_ms;
	const char *by;
};

/* The annotation after it, in the arena. ERR_INPUT where a text is too long or no UTF-8, or a tag
 * is empty or has a comma or a control character. */
must_use struct err store_note_put(struct store *s, const struct noted *of,
    const struct note_change *change, struct arena *arena, struct annotation *ret_annotation);
/* An empty one where there is none. */
must_use struct err store_note_get(struct store *s, const struct noted *of, struct arena *arena,
    struct annotation *ret_annotation);
/* A certificate takes the place of another at an endpoint (change.c): what was said of the old one
 * is copied to the new one, if nothing was said of that. In the batch that is open. */
must_use struct err notes_inherit(struct store *s, int64_t chain_before, int64_t chain_after);

/* A tag of a certificate that the store sees for the first time, by nobody: it gives way to what a
 * person says, and what is inherited. In the batch that is open. */
must_use struct err notes_tag_new(
    struct store *s, const struct digest256 *certificate, const char *tag, int64_t at_ms);

typedef bool store_word_fn(void *context, const char *word, uint64_t n);

/* Owners, or tags, that are given, and how often; the most frequent first. */
must_use struct err store_each_owner(struct store *s, store_word_fn *each, void *context);
must_use struct err store_each_tag(struct store *s, store_word_fn *each, void *context);

/* Mutes. */

/* Stable numbers: they are stored. */
enum mute_thing {
	MUTE_NOTHING,
	MUTE_CERTIFICATE = 1, /* key: its SHA-256 in hex */
	MUTE_KEY = 2, /* the SHA-256 of its public key, in hex */
	MUTE_ENDPOINT = 3, /* "10.0.0.1:443", "[::1]:443"; "/udp", "/quic" behind it */
	MUTE_ISSUER = 4, /* the issuer's common name, or its whole name */
	MUTE_TAG = 5,
	MUTE_THING_MAX,
};

enum mute_kind {
	/* Until a time, or for ever: whatever there is and comes. */
	MUTE_SILENT = 1,
	/* Known, and being worked on: what held when it was said, of the certificates that were
	 * there then. It ends by itself: what begins later, and the next certificate, are news. */
	MUTE_ACK = 2,
};

const char *mute_thing_text(enum mute_thing thing); /* "certificate" */
enum mute_thing mute_thing_find(struct span text);
const char *mute_kind_text(enum mute_kind kind); /* "mute", "ack" */

struct mute {
	int64_t id; /* given by the store */
	uint8_t kind; /* enum mute_kind */
	uint8_t thing; /* enum mute_thing */
	const char *key; /* made canonical when it is put */
	uint16_t finding; /* 0: any */
	int64_t until_ms; /* 0: for ever */
	const char *why;
	const char *by;
	int64_t at_ms;
};

/* Fills mute->id. ERR_INPUT where the key is none of its kind. */
must_use struct err store_mute_add(struct store *s, struct mute *mute);
must_use struct err store_mute_remove(struct store *s, int64_t id);

typedef bool store_mute_fn(void *context, const struct mute *mute);

/* Those in force at now_ms, the newest first; now_ms 0: all that are stored. */
must_use struct err store_each_mute(
    struct store *s, int64_t now_ms, store_mute_fn *each, void *context);

/* All that are in force, in memory, for who asks for a million rows. */
struct mutes;

/* One finding of one row; what is not known is zero or "". */
struct muteable {
	const struct digest256 *certificate, *spki;
	const struct endpoint *endpoint; /* NULL: asked of the certificate alone */
	const char *issuer, *issuer_cn;
	size_t n_tags;
	const char *const *tags;
	uint16_t finding; /* 0: the row as a whole; only what mutes every finding does it */
	int64_t since_s; /* the finding's, or when else the news began */
	int64_t first_ms; /* when the certificate was first seen, at this endpoint if it is given */
};

must_use struct err store_mutes_load(struct store *s, int64_t now_ms, struct mutes **ret_mutes);
void mutes_free(struct mutes *mutes);
/* The mute that covers it, or NULL. Valid as long as `mutes`. */
const struct mute *mutes_find(const struct mutes *mutes, const struct muteable *of);
bool mutes_empty(const struct mutes *mutes);

/* Saved views. */

struct view {
	int64_t id; /* given by the store */
	const char *name;
	const char *state; /* the page's own words: "q=...&columns=..." */
	bool shared; /* all see it */
	int64_t user; /* whose it is */
	const char *by; /* the name of that user */
};

/* Fills view->id. */
must_use struct err store_view_add(struct store *s, struct view *view);
/* By id and user: FORBIDDEN where it is another's. */
must_use struct err store_view_change(struct store *s, const struct view *view);
must_use struct err store_view_remove(struct store *s, int64_t user, int64_t id);

typedef bool store_view_fn(void *context, const struct view *view);

/* A user's own and the shared ones, by name. */
must_use struct err store_each_view(
    struct store *s, int64_t user, store_view_fn *each, void *context);
