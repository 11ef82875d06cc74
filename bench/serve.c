/*
 * serve.c: the store behind the service's pages, on the store of tools/make_store: how long the
 * pages of ten questions take in several orders, counts, facets, overview and findings; pages of
 * certificates per second; memory.
 *
 *	serve STORE [ROUNDS]
 *
 * It writes to the store: an owner, and none.
 *
 * Prints a line each: name, median, 95th hundredth and longest in milliseconds of the processor,
 * its time in the kernel with it: other programs do not count. The store's file is in the memory of
 * the system by then. The first question of all reads the sightings (store/kept.h): it is the
 * longest.
 */
#include "bench.h"
#include "format/word.h"
#include "query/parse.h"
#include "store/listing.h"
#include "store/notes.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PAGE_ROWS = 50, SAMPLES_MAX = 4096, CERTS = 2000 };

static struct store *s;
static int64_t now_s;
static struct arena arena;

static const char *const questions[][2] = {
    {"everything", ""},
    {"expired", "finding:expired"},
    {"ends within a month", "not_after < now+30d and not_after >= now"},
    {"issuer and not ports", "issuer:\"R3\" and not port:(25 or 993) and not_after < now+30d"},
    {"words within names", "names:\"site42\""},
    {"free text", "vpn1"},
    {"wildcard", "hostname:host1*.net7.example"},
    {"network and old protocol", "ip:10.3.0.0/16 and version:\"TLS 1.0\""},
    {"severity without an owner", "severity>=high and owner:none"},
    {"two that never meet", "self_signed:yes and issuer:\"R3\""},
};

enum { QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

static const enum field_id orders[] = {
    FIELD_NONE, FIELD_NOT_AFTER, FIELD_HOSTNAME, FIELD_SUBJECT, FIELD_LAST_SEEN, FIELD_SEVERITY};

static double now_ms(void)
{
	return seconds() * 1e3;
}

struct samples {
	double v[SAMPLES_MAX];
	size_t n;
};

static int doubles_compare(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static void tell(const char *what, struct samples *t)
{
	qsort(t->v, t->n, sizeof(*t->v), doubles_compare);
	printf("%-28s %8.1f %8.1f %8.1f ms\n", what, t->v[t->n / 2], t->v[t->n * 95 / 100],
	    t->v[t->n - 1]);
	t->n = 0;
}

static void sample(struct samples *t, struct samples *all, double began)
{
	double ms = now_ms() - began;

	if (t->n < SAMPLES_MAX)
		t->v[t->n++] = ms;
	if (all && all->n < SAMPLES_MAX)
		all->v[all->n++] = ms;
}

static const struct query *question(const char *text)
{
	const struct query_env env = {.now_s = now_s, .word = word_at};
	const struct query *q = NULL;
	struct query_error error = {.n = 0};
	struct err e = query_parse(span_str(text), &env, &arena, &q, &error);

	if (err_is(e))
		fprintf(stderr, "%s: %s\n", text, error.text);
	check(e);
	return q;
}

static bool take(void *context, const struct inventory_row *row)
{
	size_t *n = context;

	*n += row->seen->endpoint.port != 0;
	return true;
}

static bool take_cert(void *context, const struct listed_cert *cert)
{
	size_t *n = context;

	*n += cert->facts != NULL;
	return true;
}

/* Two pages: the first, and the one behind it. */
static void pages(struct listing l, struct samples *t, struct samples *all)
{
	char next[LISTING_CURSOR_MAX] = "";

	l.limit = PAGE_ROWS;
	for (int page = 0; page < 2; page++) {
		double began = now_ms();
		size_t n = 0;

		l.cursor = next;
		check(store_list(s, &l, take, &n, next));
		sample(t, all, began);
		if (!*next)
			break;
	}
}

static void tables(int rounds)
{
	static struct samples one, all;

	for (size_t i = 0; i < QUESTIONS; i++) {
		struct listing l = {
		    .now_s = now_s, .word_text = word_text, .where = question(questions[i][1])};
		struct listing_count count = {.rows = 0};

		check(store_count(s, &l, &count));
		for (int round = 0; round < rounds; round++) {
			for (size_t k = 0; k < 2 * sizeof(orders) / sizeof(orders[0]); k++) {
				l.sort = orders[k / 2];
				l.descending = k % 2;
				pages(l, &one, &all);
			}
		}
		printf("%8llu rows  ", (unsigned long long)count.rows);
		tell(questions[i][0], &one);
	}
	tell("all table pages", &all);
}

/* Of one question: how many, what values, when they end; and the certificates. */
static void numbers(const char *name, const struct listing *l, int rounds)
{
	static const enum field_id fields[] = {FIELD_ISSUER, FIELD_PORT, FIELD_SERVICE,
	    FIELD_VERSION, FIELD_KEY, FIELD_FINDINGS, FIELD_SEVERITY, FIELD_OWNER, FIELD_TAGS,
	    FIELD_SOURCE};
	enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };
	static struct samples counted, faceted, timed, listed;
	static struct facet facets[FIELDS];
	char next[LISTING_CURSOR_MAX];
	size_t n = 0;

	for (int round = 0; round < rounds; round++) {
		struct timeline timeline = {.n = 60};
		struct listing_count count;
		double began = now_ms();

		check(store_count(s, l, &count));
		sample(&counted, NULL, began);
		began = now_ms();
		check(store_facets(s, l, fields, FIELDS, 10, &arena, facets, &count));
		sample(&faceted, NULL, began);
		began = now_ms();
		check(store_timeline(s, l, &timeline));
		sample(&timed, NULL, began);
		began = now_ms();
		check(store_list_certificates(s, l, take_cert, &n, next));
		sample(&listed, NULL, began);
	}
	printf("%s\n", name);
	tell("    count", &counted);
	tell("    ten facets", &faceted);
	tell("    timeline", &timed);
	tell("    certificates", &listed);
}

static void counts_and_facets(int rounds)
{
	for (size_t i = 0; i < QUESTIONS; i++) {
		struct listing l = {.now_s = now_s,
		    .word_text = word_text,
		    .limit = PAGE_ROWS,
		    .where = question(questions[i][1])};

		numbers(questions[i][0], &l, rounds);
	}
}

static bool pick_one(void *context, const struct listed_cert *cert)
{
	*(struct digest256 *)context = cert->facts->id;
	return false;
}

/* What is in memory is wrong after somebody else has written, and so are the pages that SQLite has
 * of the file. */
static void overview_after_writes(const char *path, int rounds)
{
	static struct samples overviews;
	static struct overview overview;
	struct listing l = {.now_s = now_s, .limit = 1};
	struct noted of = {.is_endpoint = false};
	struct annotation note;
	struct store *writer;
	char next[LISTING_CURSOR_MAX];

	check(store_list_certificates(s, &l, pick_one, &of.certificate, next));
	check(store_open(path, STORE_WRITE, &writer));
	for (int round = 0; round < rounds; round++) {
		const struct note_change change = {
		    .owner = round % 2 ? "bench" : "", .by = "bench"};
		double began;

		check(store_note_put(writer, &of, &change, &arena, &note));
		began = now_ms();
		check(store_overview(s, now_s, &arena, &overview));
		sample(&overviews, NULL, began);
	}
	tell("overview after a write", &overviews);
	store_close(writer);
}

static void overview_and_findings(int rounds)
{
	static struct samples overviews, findings, rules;
	static struct overview overview;

	for (int round = 0; round < rounds; round++) {
		struct listing l = {.now_s = now_s, .word_text = word_text, .limit = PAGE_ROWS};
		char next[LISTING_CURSOR_MAX];
		double began = now_ms();
		size_t n = 0;

		check(store_overview(s, now_s, &arena, &overview));
		sample(&overviews, NULL, began);
		began = now_ms();
		check(store_list_findings(s, &l, SEVERITY_LOW, take_cert, &n, next));
		sample(&findings, NULL, began);
		l = (struct listing){
		    .now_s = now_s, .where = question("not_after < now+7d and not_after > now-1d")};
		began = now_ms();
		check(store_list(s, &l, take, &n, next));
		sample(&rules, NULL, began);
	}
	tell("overview", &overviews);
	tell("findings page", &findings);
	tell("rows of a rule", &rules);
}

struct picking {
	struct digest256 v[CERTS];
	size_t n;
};

static bool pick(void *context, const struct listed_cert *cert)
{
	struct picking *p = context;

	p->v[p->n++] = cert->facts->id;
	return p->n < CERTS;
}

static void certificate_pages(void)
{
	static struct picking picked;
	struct listing l = {.now_s = now_s, .limit = CERTS, .sort = FIELD_SUBJECT};
	char next[LISTING_CURSOR_MAX];
	struct arena page_arena;
	double began;

	check(store_list_certificates(s, &l, pick, &picked, next));
	arena_init(&page_arena, 64 << 20);
	began = seconds();
	for (size_t i = 0; i < picked.n; i++) {
		const struct cert_page *page = NULL;

		arena_reset(&page_arena);
		check(store_cert_page(s, &picked.v[i], now_s, &page_arena, &page));
	}
	printf("%-28s %8.0f per second of one core\n", "certificate pages",
	    (double)picked.n / (seconds() - began));
	arena_done(&page_arena);
}

/* Of what the process has now, not at its most. */
static void memory(const char *when)
{
	char line[128];
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "VmRSS:", 6) == 0 || strncmp(line, "VmHWM:", 6) == 0)
			printf("%s: %s", when, line);
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 5;
	struct listing_count count;
	double began;

	if (argc < 2)
		return 2;
	arena_init(&arena, 256 << 20);
	now_s = (int64_t)time(NULL);
	check(store_open(argv[1], STORE_READ, &s));
	began = now_ms();
	check(store_count(s, &(struct listing){.now_s = now_s}, &count));
	printf("%llu rows, %llu endpoints, %llu certificates; first question %.0f ms\n",
	    (unsigned long long)count.rows, (unsigned long long)count.endpoints,
	    (unsigned long long)count.certificates, now_ms() - began);
	memory("loaded");
	counts_and_facets(rounds);
	tables(rounds);
	overview_and_findings(rounds);
	overview_after_writes(argv[1], 10 * rounds);
	certificate_pages();
	memory("at the end");
	store_close(s);
	arena_done(&arena);
	return 0;
}
