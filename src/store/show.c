/*
 * show.c: one certificate by the beginning of its digest, and where it is served; all that an
 * address and port ever served.
 */
#include "store/db.h"

enum { PREFIX_DIGITS_MIN = 4 };

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The first and the last digest that begin so. */
static struct err prefix_range(
    const char *prefix, struct digest256 *ret_first, struct digest256 *ret_last)
{
	struct digest256 first, last;
	size_t n = strlen(prefix);

	if (n < PREFIX_DIGITS_MIN || n > 2 * sizeof(first.b))
		return err_input(n, "a SHA-256 is given by 4 to 64 hex digits");
	memset(first.b, 0, sizeof(first.b));
	memset(last.b, 0xff, sizeof(last.b));
	for (size_t i = 0; i < n; i++) {
		int digit = hex_digit(prefix[i]);
		int shift = i % 2 ? 0 : 4;

		if (digit < 0)
			return err_input(i, "this is not a hex digit");
		first.b[i / 2] = (uint8_t)(first.b[i / 2] | digit << shift);
		last.b[i / 2] = (uint8_t)((last.b[i / 2] & ~(0xf << shift)) | digit << shift);
	}
	*ret_first = first;
	*ret_last = last;
	return OK;
}

struct err store_each_cert(
    struct store *s, const char *sha256_prefix, store_cert_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT id FROM certificates WHERE sha256 BETWEEN ? AND ? ORDER BY sha256";
	struct digest256 first, last;
	struct arena arena;
	struct stmt q;
	struct err e = prefix_range(sha256_prefix, &first, &last), end;

	if (err_is(e))
		return e;
	arena_init(&arena, ROW_BYTES_MAX);
	q = stmt_use(s, sql);
	stmt_digest(&q, &first);
	stmt_digest(&q, &last);
	while (stmt_row(&q)) {
		const struct cert_facts *facts = NULL;
		struct span der = {0};
		int64_t first_ms = 0;

		arena_reset(&arena);
		e = load_cert(s, stmt_get_int(&q, 0), &arena, &facts, &der, &first_ms);
		if (err_is(e) || !each(context, facts, der, first_ms))
			break;
	}
	arena_done(&arena);
	end = stmt_end(&q);
	return err_is(e) ? e : end;
}

struct err store_rows_of_cert(
    struct store *s, const struct digest256 *cert, store_row_fn *each, void *context)
{
	static const char sql[] = ROWS_SELECT
	    "WHERE s.chain IN (SELECT m.chain FROM chain_certificates m"
	    " JOIN certificates k ON k.id = m.certificate WHERE k.sha256 = ?)" ROWS_ORDER;
	struct stmt q = stmt_use(s, sql);
	size_t n;

	stmt_digest(&q, cert);
	return rows_each(&q, true, each, context, &n);
}

struct err store_rows_at(
    struct store *s, const struct addr *addr, uint16_t port, store_row_fn *each, void *context)
{
	static const char sql[] = ROWS_SELECT
	    "WHERE e.addr = ?1 AND (?2 = 0 OR e.port = ?2) AND (?3 = 0 OR e.zone = ?3)" ROWS_ORDER;
	struct stmt q = stmt_use(s, sql);
	size_t n;

	stmt_blob(&q, addr->b, sizeof(addr->b));
	stmt_int(&q, port);
	stmt_int(&q, addr->zone);
	return rows_each(&q, true, each, context, &n);
}
