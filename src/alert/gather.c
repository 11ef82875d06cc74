/*
 * gather.c: from "is due" to "is told". A certificate is asked about place by place: one that is
 * muted at three of its endpoints is told with the others, and not at all when none are left.
 *
 * A certificate that lives for days is renewed between two scans, and what the last scan saw is old
 * news: it is told only if it was seen after its time had come. Else a weekly scan would report
 * each week what was never late.
 */
#include "alert/gather.h"

#include "alert/limits.h"
#include "base/vec.h"
#include "verdict/table.h"
#include "x509/own_mark.h"

#include <stdio.h>

enum { DAY_S = 86400, SHORT_LIFE_S = 10 * DAY_S, RDP_PORT = 3389 };

static bool is_rdp_self_signed(const struct due_cert *cert, const struct endpoint *where)
{
	return where->port == RDP_PORT && cert->self_signed;
}

/* Windows gives each enrolled device a certificate of a day, in the name of a CA of its own. */
static bool is_device_certificate(const struct due_cert *cert, const struct endpoint *where)
{
	(void)where;
	return strstr(cert->issuer, "CN=MS-Organization-") != NULL;
}

const struct noise noises[NOISES] = {
    {"rdp-self-signed",
	"the certificate that Windows makes for itself on port 3389, renewed twice a year",
	is_rdp_self_signed},
    {"device-certificates", "what Windows devices get by MS-Organization-Access, for a day",
	is_device_certificate},
};

struct err gather_init(struct gathering *g, struct pass *pass, const struct own_settings *settings)
{
	*g = (struct gathering){
	    .pass = pass,
	    .settings = *settings,
	    .terms =
		{
		    .notice_part = settings->notice_part,
		    .notice_max_s = (int64_t)settings->notice_days * DAY_S,
		    .urgent_part = settings->urgent_part,
		    .urgent_max_s = (int64_t)settings->urgent_days * DAY_S,
		},
	};
	arena_init(&g->arena, GATHER_BYTES_MAX);
	return store_mutes_load(pass->store, pass->now_ms / 1000, &g->mutes);
}

void gather_done(struct gathering *g)
{
	free(g->news);
	mutes_free(g->mutes);
	arena_done(&g->arena);
}

/* What is asked of each place of a certificate. */
struct sifting {
	const struct gathering *g;
	const struct news *news;
	const struct annotation *said;
	uint16_t finding;
	int64_t since_s;
	uint64_t n; /* places left */
	uint64_t n_noise, n_stale;
	const struct mute *mute; /* of the last place that is muted */
	char first[ENDPOINT_TEXT_MAX];
	/* Filled, where it is not NULL: */
	struct arena *arena;
	struct place *places;
	size_t n_listed;
};

static const struct {
	uint16_t finding;
	enum stage stage;
} subjects[NEWS_KINDS] = {
    [NEWS_NOTICE] = {FINDING_EXPIRING, STAGE_NOTICE},
    [NEWS_URGENT] = {FINDING_EXPIRING, STAGE_URGENT},
    [NEWS_EXPIRED] = {FINDING_EXPIRED, STAGE_EXPIRED},
    [NEWS_SELF_SIGNED] = {FINDING_SELF_SIGNED, STAGE_NONE},
    [NEWS_REJECTED] = {FINDING_CLIENT_REJECTED, STAGE_NONE},
};

/* Since when it is as the news says. */
static int64_t since_of(const struct gathering *g, const struct news *n)
{
	if (subjects[n->kind].stage)
		return expiry_begins_s(
		    &g->terms, subjects[n->kind].stage, n->cert.not_before_s, n->cert.not_after_s);
	return n->cert.at_ms / 1000;
}

static const struct mute *mute_of(
    const struct sifting *f, const struct endpoint *where, int64_t first_ms)
{
	const struct due_cert *cert = &f->news->cert;
	const struct muteable m = {
	    .certificate = &cert->sha256,
	    .spki = &cert->spki,
	    .endpoint = where,
	    .issuer = cert->issuer,
	    .issuer_cn = cert->issuer_cn,
	    .n_tags = f->said->n_tags,
	    .tags = f->said->tags,
	    .finding = f->finding,
	    .since_s = f->since_s,
	    .first_ms = first_ms,
	};

	return mutes_find(f->g->mutes, &m);
}

static bool is_noise(const struct sifting *f, const struct endpoint *where)
{
	for (unsigned i = 0; i < NOISES; i++)
		if (f->g->settings.quiet >> i & 1 && noises[i].is_it(&f->news->cert, where))
			return true;
	return false;
}

static bool is_stale(const struct sifting *f, const struct place *p)
{
	const struct due_cert *cert = &f->news->cert;

	return subjects[f->news->kind].stage &&
	       cert->not_after_s - cert->not_before_s < SHORT_LIFE_S &&
	       p->last_ms / 1000 < f->since_s;
}

static bool list_place(struct sifting *f, const struct place *p)
{
	struct place *kept = &f->places[f->n_listed];

	*kept = *p;
	kept->hostname = arena_str(f->arena, p->hostname);
	kept->owner = arena_str(f->arena, p->owner);
	if (!kept->hostname || !kept->owner)
		return false;
	f->n_listed++;
	return true;
}

static bool sift(void *context, const struct place *p)
{
	struct sifting *f = context;
	const struct mute *mute;

	if (is_noise(f, &p->endpoint)) {
		f->n_noise++;
		return true;
	}
	if (is_stale(f, p)) {
		f->n_stale++;
		return true;
	}
	mute = mute_of(f, &p->endpoint, p->first_ms);
	if (mute) {
		f->mute = mute;
		return true;
	}
	if (f->n++ == 0)
		endpoint_text(&p->endpoint, f->first);
	if (f->places && f->n_listed < PLACES_LISTED_MAX)
		list_place(f, p);
	return true;
}

static struct err sifted(struct gathering *g, const struct news *n, struct arena *arena,
    struct annotation *said, struct sifting *ret_sifting)
{
	const struct noted of = {.certificate = n->cert.sha256};
	struct err e = store_note_get(g->pass->store, &of, arena, said);
	struct sifting f = {
	    .g = g,
	    .news = n,
	    .said = said,
	    .finding = subjects[n->kind].finding,
	    .since_s = since_of(g, n),
	    .arena = arena,
	    .places = ret_sifting->places,
	};

	if (!err_is(e))
		e = store_each_place(g->pass->store, n->cert.row, sift, &f);
	*ret_sifting = f;
	return e;
}

/* Why nothing is told, for who asks. */
static void left_out(struct gathering *g, const struct sifting *f)
{
	char why[256] = "it is served nowhere";

	if (f->mute)
		snprintf(why, sizeof(why), "%s by %s: %s",
		    f->mute->kind == MUTE_ACK ? "acknowledged" : "muted", f->mute->by,
		    f->mute->why);
	else if (f->n_noise)
		snprintf(why, sizeof(why), "a class that is quiet in the rule's settings");
	else if (f->n_stale)
		snprintf(why, sizeof(why), "short-lived, and not seen since its renewal was due");
	pass_suppress(g->pass, why, f->news->cert.name);
}

/* Anybody could put our mark into a certificate; it has to vouch for itself, too. */
static bool is_our_own(const struct due_cert *cert)
{
	return cert->self_signed && own_mark_is_in(cert->der);
}

static bool keep_texts(struct gathering *g, struct news *n)
{
	struct arena *a = &g->arena;
	unsigned hit = a->hit;

	n->cert.name = arena_str(a, n->cert.name);
	n->cert.subject = arena_str(a, n->cert.subject);
	n->cert.issuer = arena_str(a, n->cert.issuer);
	n->cert.issuer_cn = arena_str(a, n->cert.issuer_cn);
	n->cert.serial = arena_str(a, n->cert.serial);
	n->cert.before = arena_str(a, n->cert.before);
	n->cert.der = span_of("", 0);
	n->first_place = arena_str(a, n->first_place);
	n->owner = arena_str(a, n->owner);
	n->note = arena_str(a, n->note);
	n->why = arena_str(a, n->why);
	return a->hit == hit;
}

bool gather_news(struct gathering *g, const struct news *news)
{
	struct news *v = vec_room(g->news, g->n, &g->cap, sizeof(*v), GATHER_MAX);

	if (!v)
		return false; /* the rest is told by the next pass */
	g->news = v;
	v[g->n] = *news;
	if (!keep_texts(g, &v[g->n]))
		return false;
	g->n++;
	return true;
}

bool gather_due(struct gathering *g, enum news_kind kind, const struct due_cert *cert)
{
	struct news n = {.kind = kind, .cert = *cert, .why = ""};
	struct annotation said = {0};
	struct sifting f = {0};
	struct arena scratch;
	bool more = true;

	g->pass->hits++;
	if (is_our_own(cert))
		return true;
	arena_init(&scratch, GATHER_BYTES_MAX);
	g->e = sifted(g, &n, &scratch, &said, &f);
	if (err_is(g->e)) {
		more = false;
	} else if (f.n == 0) {
		left_out(g, &f);
	} else {
		n.n_places = f.n;
		n.first_place = f.first;
		n.owner = said.owner ? said.owner : "";
		n.note = said.note ? said.note : "";
		more = gather_news(g, &n);
	}
	arena_done(&scratch);
	return more;
}

struct err gather_places(struct gathering *g, struct news *news, struct arena *arena)
{
	struct annotation said = {0};
	struct sifting f = {.places = arena_alloc(arena, PLACES_LISTED_MAX * sizeof(*f.places))};
	struct err e;

	if (!f.places)
		return err_limit("no memory for the places of a message");
	e = sifted(g, news, arena, &said, &f);
	if (err_is(e))
		return e;
	news->places = f.places;
	news->n_listed = f.n_listed;
	news->n_places = f.n;
	return OK;
}

/* Before its reason ends, somebody may have muted the whole: then its end is no news either. */
static bool add_resolved(void *context, const struct due_cert *cert)
{
	struct gathering *g = context;
	struct aftermath *after = arena_alloc(&g->arena, sizeof(*after));
	struct news n = {.kind = NEWS_GONE,
	    .cert = *cert,
	    .owner = "",
	    .note = "",
	    .why = "",
	    .first_place = ""};

	if (!after)
		return false;
	g->e = store_aftermath(g->pass->store, cert->row, after);
	if (err_is(g->e))
		return false;
	n.fixed = g->told_as[cert->stage <= STAGE_EXPIRED ? cert->stage : STAGE_EXPIRED];
	n.aftermath = after;
	if (!digest256_is_zero(&after->successor))
		n.kind = NEWS_FIXED;
	return gather_news(g, &n);
}

struct err gather_resolved(struct gathering *g, const enum news_kind *told_as)
{
	struct err e;

	g->told_as = told_as;
	e = store_each_resolved(g->pass->store, g->pass->rule->id, add_resolved, g);
	return err_is(g->e) ? g->e : e;
}
