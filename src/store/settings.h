/*
 * settings.h: what the service is told on its page, as text by key, each known and typed by one
 * table; and the certificates of CAs that scans trust beside the system's. How the program runs
 * (its address, its files) is no setting: that stands on the command line.
 */
#pragma once

#include "base/buf.h"
#include "observe/chain.h"
#include "store/accounts.h"

enum setting {
	SETTING_GONE_DAYS, /* endpoints that vanished so long ago are forgotten */
	SETTING_HISTORY_DAYS, /* changes, runs, the record of who did what */
	SETTING_MESSAGES_DAYS, /* messages that were sent, alerts that were told */
	SETTING_PUBLIC_URL, /* what links in messages begin with */
	SETTING_INTERNAL_NETWORKS, /* what is our own network */
	SETTING_WEBHOOK_NETWORKS, /* where webhooks may go though it is inside */
	SETTING_MAX,
};

enum setting_type {
	SETTING_NUMBER, /* 0 is "never" or "none" */
	SETTING_URL,
	SETTING_NETWORKS, /* "10.0.0.0/8 fd00::/8", by blanks */
};

struct setting_row {
	const char *key; /* "retention.gone_days" */
	enum setting_type type;
	int64_t max; /* of a number; of a text, its bytes */
	const char *fallback; /* what holds until somebody says otherwise */
	const char *help;
};

const struct setting_row *setting_row(enum setting setting);

/* Appends the value, or its fallback. */
must_use struct err store_setting_get(struct store *s, enum setting setting, struct buf *value);
must_use struct err store_setting_number(struct store *s, enum setting setting, int64_t *ret_value);
/* ERR_INPUT with the character, where the value is none of its type. */
must_use struct err store_setting_put(
    struct store *s, enum setting setting, const char *value, const char *by, int64_t now_ms);

struct trusted_ca {
	struct digest256 id;
	const char *subject;
	int64_t not_after_s;
	int64_t at_ms;
	const char *by;
	struct span der;
};

/* The caller has parsed it: only facts are kept here. TAKEN: it is there. */
must_use struct err store_trusted_add(struct store *s, const struct trusted_ca *ca);
must_use struct err store_trusted_remove(struct store *s, const struct digest256 *id);

typedef bool store_trusted_fn(void *context, const struct trusted_ca *ca);

must_use struct err store_each_trusted(struct store *s, store_trusted_fn *each, void *context);
