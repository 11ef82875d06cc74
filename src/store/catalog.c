/*
 * catalog.c: whose catalog it is, and when it is read. The first handle that asks reads everything;
 * later ones read what the log of the batches names. Readers share a lock; who finds the catalog
 * behind takes it for writing, reads, and goes on as a reader.
 */
#include "store/catalog.h"

#include "store/listing.h"

#include <stdlib.h>

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct catalog *registry;

static struct catalog *catalog_new(const char *path)
{
	struct catalog *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->path = strdup(path);
	if (!c->path || pthread_rwlock_init(&c->lock, NULL) != 0) {
		free(c->path);
		free(c);
		return NULL;
	}
	sqlite3_randomness(sizeof(c->key), &c->key);
	c->next = registry;
	registry = c;
	return c;
}

static struct err catalog_acquire(struct store *s)
{
	const char *path = sqlite3_db_filename(s->db, "main");
	struct catalog *c;

	pthread_mutex_lock(&registry_lock);
	for (c = registry; c && strcmp(c->path, path) != 0; c = c->next)
		continue;
	if (!c)
		c = catalog_new(path);
	if (c)
		c->users++;
	pthread_mutex_unlock(&registry_lock);
	s->catalog = c;
	return c ? OK : err_limit("no memory for the listing");
}

static void catalog_free(struct catalog *c)
{
	catalog_forget(c);
	pthread_rwlock_destroy(&c->lock);
	free(c->path);
	free(c);
}

void catalog_release(struct store *s)
{
	struct catalog *c = s->catalog, **at = &registry;

	if (!c)
		return;
	s->catalog = NULL;
	pthread_mutex_lock(&registry_lock);
	if (--c->users == 0) {
		while (*at != c)
			at = &(*at)->next;
		*at = c->next;
		catalog_free(c);
	}
	pthread_mutex_unlock(&registry_lock);
}

/* The ends of the log. */
static struct err log_ends(struct store *s, int64_t *ret_first, int64_t *ret_last)
{
	static const char sql[] = "SELECT (SELECT min(id) FROM listing_log),"
				  " (SELECT max(id) FROM listing_log)";
	struct stmt q = stmt_use(s, sql);

	if (stmt_row(&q)) {
		*ret_first = stmt_get_int(&q, 0);
		*ret_last = stmt_get_int(&q, 1);
	}
	return stmt_end(&q);
}

static struct err read_all(struct catalog *c, struct store *s)
{
	struct err e;

	catalog_forget(c);
	e = catalog_read_certs(c, s, 0, INT64_MAX);
	if (!err_is(e))
		e = catalog_read_chains(c, s, 0, INT64_MAX);
	return err_is(e) ? e : catalog_read_endpoints(c, s, 0, INT64_MAX);
}

typedef struct err read_fn(struct catalog *c, struct store *s, int64_t first, int64_t last);

/* Each of a list of ids; neighbours are read together. */
static struct err read_list(struct catalog *c, struct store *s, struct span ids, read_fn *read)
{
	int64_t first = touched_next(&ids), last = first;
	struct err e = OK;

	while (first && !err_is(e)) {
		int64_t id = touched_next(&ids);

		if (id && id >= first && id <= last + 1) {
			last = id > last ? id : last;
			continue;
		}
		e = read(c, s, first, last);
		first = last = id;
	}
	return e;
}

static struct err read_chain_and_certs(
    struct catalog *c, struct store *s, int64_t first, int64_t last)
{
	static const char sql[] = "SELECT DISTINCT certificate FROM chain_certificates"
				  " WHERE chain BETWEEN ? AND ?";
	struct stmt q = stmt_use(s, sql);
	struct err e = OK, end;

	stmt_int(&q, first);
	stmt_int(&q, last);
	while (!err_is(e) && stmt_row(&q)) {
		int64_t cert = stmt_get_int(&q, 0);

		e = catalog_read_certs(c, s, cert, cert);
	}
	end = stmt_end(&q);
	if (!err_is(e))
		e = end;
	return err_is(e) ? e : catalog_read_chains(c, s, first, last);
}

/* ret_lost: a batch touched more than its row could say. */
static struct err read_log(struct catalog *c, struct store *s, bool *ret_lost)
{
	static const char sql[] = "SELECT endpoints, chains, certificates FROM listing_log"
				  " WHERE id > ? ORDER BY id";
	static read_fn *const readers[TOUCHED_KINDS] = {
	    catalog_read_endpoints, read_chain_and_certs, catalog_read_certs};
	static const enum touched_kind order[] = {
	    TOUCHED_CERTIFICATES, TOUCHED_CHAINS, TOUCHED_ENDPOINTS};
	struct stmt q = stmt_use(s, sql);
	struct err e = OK, end;
	bool lost = false;

	stmt_int(&q, c->seen);
	while (!err_is(e) && !lost && stmt_row(&q)) {
		for (size_t i = 0; i < TOUCHED_KINDS && !err_is(e); i++) {
			lost |= stmt_get_null(&q, order[i]);
			e = read_list(c, s, stmt_get_blob(&q, order[i]), readers[order[i]]);
		}
	}
	end = stmt_end(&q);
	*ret_lost = lost;
	return err_is(e) ? e : end;
}

static struct err catch_up(struct catalog *c, struct store *s, int64_t first, int64_t last)
{
	bool lost =
	    !c->whole || c->seen < first - 1 || c->seen > last || c->wasted > CATALOG_WASTE_MAX;
	struct err e = OK;

	c->whole = false;
	if (!lost)
		e = read_log(c, s, &lost);
	if (!err_is(e) && lost)
		e = read_all(c, s);
	if (!err_is(e))
		e = catalog_link(c);
	for (size_t i = 0; i < DICT_KINDS && !err_is(e); i++)
		if (c->dicts[i].full)
			e = err_limit("no memory for the listing");
	if (err_is(e))
		return e;
	c->whole = true;
	c->seen = last;
	return OK;
}

/* Whoever reads is ahead of nobody: a catalog newer than this transaction is as good. */
static bool behind(const struct catalog *c, int64_t last)
{
	return !c->whole || c->seen < last;
}

static struct err catalog_renew(struct catalog *c, struct store *s)
{
	int64_t first = 0, last = 0;
	bool began = false;
	struct err e = db_read_begin(s, &began);

	if (!err_is(e))
		e = log_ends(s, &first, &last);
	if (!err_is(e) && behind(c, last))
		e = catch_up(c, s, first, last);
	db_read_end(s, began);
	return e;
}

struct err catalog_enter(struct store *s, const struct catalog **ret_catalog)
{
	int64_t first = 0, last = 0;
	struct err e = s->catalog ? OK : catalog_acquire(s);
	struct catalog *c = s->catalog;

	if (!err_is(e))
		e = log_ends(s, &first, &last);
	if (err_is(e))
		return e;
	pthread_rwlock_rdlock(&c->lock);
	if (behind(c, last)) {
		pthread_rwlock_unlock(&c->lock);
		pthread_rwlock_wrlock(&c->lock);
		e = catalog_renew(c, s);
		pthread_rwlock_unlock(&c->lock);
		pthread_rwlock_rdlock(&c->lock);
	}
	if (!err_is(e) && !c->whole)
		e = err_bug("the listing is not whole");
	if (err_is(e)) {
		pthread_rwlock_unlock(&c->lock);
		return e;
	}
	*ret_catalog = c;
	return OK;
}

void catalog_leave(struct store *s, const struct catalog *c)
{
	(void)c;
	pthread_rwlock_unlock(&s->catalog->lock);
}

struct err store_listing_version(struct store *s, uint64_t *ret_version)
{
	int64_t first = 0, last = 0;
	struct err e = log_ends(s, &first, &last);

	if (!err_is(e))
		*ret_version = (uint64_t)last;
	return e;
}
