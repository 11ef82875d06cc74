/*
 * postgres.c: PostgreSQL's SSLRequest ("Message Flow", SSL Session Encryption): eight bytes, and
 * the answer is one: S for yes. Its kin (EDB, Greenplum, CockroachDB, Redshift, Vertica, PgBouncer)
 * agree.
 */
#include "wire/starttls/dialects.h"

static enum want start(void *context, const char *name, struct buf *out)
{
	(void)context, (void)name;
	buf_be(out, 8, 4);
	buf_be(out, 80877103, 4); /* SSLRequest: 1234 and 5679 as a version */
	return WANT_READ;
}

static enum want step(void *context, struct span *in, struct buf *out)
{
	(void)context, (void)out;
	if (in->n == 0)
		return WANT_READ;
	return span_u8(in) == 'S' ? WANT_DONE : WANT_FAILED;
}

/* A lone yes or no, or an ErrorResponse: its length, then its first field, the severity. */
static bool spoken(struct span first)
{
	if (first.n == 1)
		return first.p[0] == 'S' || first.p[0] == 'N';
	return span_u8(&first) == 'E' && span_u32(&first) < 65536 && span_u8(&first) == 'S';
}

const struct dialect dialect_postgres = {
    .id = DIALECT_POSTGRES,
    .name = "postgres",
    .start = start,
    .step = step,
    .spoken = spoken,
};
