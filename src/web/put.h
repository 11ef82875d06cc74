/*
 * put.h: things of the inventory as JSON, each in one shape wherever the API shows it (the schemas
 * of openapi.yaml).
 */
#pragma once

#include "base/jsonw.h"
#include "store/listing.h"
#include "store/notes.h"
#include "store/schedules.h"
#include "web/ask.h"

/* Objects. */
void put_row(struct jsonw *w, const struct inventory_row *row, const struct ask_fields *fields,
    int64_t now_s);
void put_certificate_row(struct jsonw *w, const struct listed_cert *cert, int64_t now_s);
void put_brief(struct jsonw *w, const struct cert_brief *cert);
/* titles: with its sentence and what browsers call it. */
void put_finding(struct jsonw *w, const struct finding *f, bool muted, int64_t now_s, bool titles);
void put_change(struct jsonw *w, const struct told_change *change);
void put_facet(struct jsonw *w, const struct facet *facet);
void put_timeline(struct jsonw *w, const struct timeline *timeline);
void put_mute(struct jsonw *w, const struct mute *mute);
/* job: the one that began it; NULL: none. */
void put_run(struct jsonw *w, const struct run *run, const struct job *job, int64_t now_ms);
void put_run_members(struct jsonw *w, const struct run *run, const struct job *job, int64_t now_ms);

/* Members of an object that is open. */
void put_facts(struct jsonw *w, const struct cert_facts *cert);
void put_remarks(struct jsonw *w, const struct remarks *remarks); /* NULL: none */
void put_endpoint(struct jsonw *w, const struct endpoint *e);
void put_digest(struct jsonw *w, const char *key, const struct digest256 *digest);
/* Texts "" are null. */
void put_known(struct jsonw *w, const char *key, const char *text);
/* Whole days until then; negative once it is over. */
int64_t days_left(int64_t not_after_s, int64_t now_s);
void put_days_left(struct jsonw *w, int64_t not_after_s, int64_t now_s);

/* A common name, or the whole name where it has none. */
const char *name_of(const char *cn, const char *dn);
