/*
 * change.c: the words for changes.
 */
#include "observe/change.h"

static const char *const texts[CHANGE_MAX] = {
    [CHANGE_NONE] = "none",
    [CHANGE_NEW] = "new",
    [CHANGE_RENEWED_SAME_KEY] = "renewed-same-key",
    [CHANGE_RENEWED_NEW_KEY] = "renewed-new-key",
    [CHANGE_REPLACED] = "replaced",
    [CHANGE_ISSUER_CHANGED] = "issuer-changed",
    [CHANGE_VANISHED] = "vanished",
    [CHANGE_RETURNED] = "returned",
    [CHANGE_CHAIN] = "chain-changed",
};

const char *change_text(enum change_kind kind)
{
	return kind < CHANGE_MAX ? texts[kind] : "unknown";
}
