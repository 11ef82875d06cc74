/*
 * texts.c: the trigrams of a row (schema_texts.h), put there with it. No triggers: a schema is not
 * trusted (trusted_schema is off), and those of FTS5's tables need that it is.
 */
#include "store/texts.h"

#include "store/schema_texts.h"

static struct err texts_run(struct store *s, const char *sql, int64_t row)
{
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, row);
	return stmt_run(&q);
}

struct err texts_put_cert(struct store *s, int64_t cert)
{
	return texts_run(s, CERTIFICATE_TEXTS_PUT " WHERE id = ?", cert);
}

struct err texts_drop_cert(struct store *s, int64_t cert)
{
	return texts_run(s, CERTIFICATE_TEXTS_DROP " WHERE id = ?", cert);
}

struct err texts_put_endpoint(struct store *s, int64_t endpoint)
{
	return texts_run(s, ENDPOINT_TEXTS_PUT " WHERE id = ?", endpoint);
}

struct err texts_drop_endpoint(struct store *s, int64_t endpoint)
{
	return texts_run(s, ENDPOINT_TEXTS_DROP " WHERE id = ?", endpoint);
}
