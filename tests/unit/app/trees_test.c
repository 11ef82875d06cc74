/* Random questions about a random network: store_search and each way of store_list to a page must
 * give just the rows that the plain evaluator of tests/lib says, in the same order; and the counts,
 * facets and timeline must be those of these rows. */
#include "format/getter.h"
#include "lib/trees.h"
#include "store/listing.h"
#include "store/notes.h"
#include "unit/store/lab.h"

enum { NOW_S = 10000, HOSTS = 60, CERTS = 14, QUESTIONS = 500, LEVELS = 4 };

static struct arena arena, tree_arena;
static uint64_t seed = 7;

static unsigned dice(unsigned n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

static const char *const names[] = {
    "www.example", "Mail.Example", "a,b", "x_y%", "\"q\\", "it's", ""};
static const char *const issuers[] = {"Lab CA", "R3", "o'CA", ""};
static const char *const words[] = {"ops", "Net Team", "", "o'brien"};

#define ONE_OF(words) (words)[dice(sizeof(words) / sizeof((words)[0]))]

static struct chain_verdict *random_chain(unsigned i)
{
	static const struct lab_cert ca = {"Lab CA", "Lab CA", "kca", "01", KEY_RSA, 90000, true};
	char key[16], serial[16];
	struct lab_cert chain[] = {{.name = ONE_OF(names),
				       .issuer = ONE_OF(issuers),
				       .key = key,
				       .serial = serial,
				       .kind = dice(2) ? KEY_RSA : KEY_EC,
				       .not_after_s = 8000 + dice(6) * 1000},
	    ca};
	struct chain_verdict *v;

	snprintf(key, sizeof(key), "k%u", i / 2);
	snprintf(serial, sizeof(serial), "%02x", i);
	v = lab_chain(&arena, chain, 1 + dice(2));
	lab_finding(v, FINDING_EXPIRED, SEVERITY_HIGH, chain[0].not_after_s, FOREVER_S);
	if (dice(3) == 0)
		lab_finding(v, FINDING_SELF_SIGNED, SEVERITY_CRITICAL, ALWAYS_S, FOREVER_S);
	return v;
}

static void say_owner(struct store *s, const struct noted *of)
{
	static const char *const tags[] = {"pci", "web"};
	const struct note_change change = {.owner = ONE_OF(words),
	    .note = ONE_OF(words),
	    .has_tags = true,
	    .n_tags = dice(3),
	    .tags = tags,
	    .at_ms = 1,
	    .by = "me"};
	struct annotation said;

	CHECK(went_well(store_note_put(s, of, &change, &arena, &said), s));
}

static void random_host(struct store *s, uint32_t host, struct chain_verdict *const *chains)
{
	static const uint16_t ports[] = {443, 8443, 25, 993};
	static const uint16_t versions[] = {0, 0x0301, 0x0303, 0x0304};
	static const uint16_t ciphers[] = {0, 0x1301, 0xc02f, 0x0005};
	struct chain_verdict *v = dice(5) ? chains[dice(CERTS)] : NULL;
	struct observation o = lab_seen(host % (HOSTS / 2), v, 1, 1000000 + 1000 * host);

	o.endpoint.port = ONE_OF(ports);
	o.version = ONE_OF(versions);
	o.cipher = ONE_OF(ciphers);
	o.starttls = (uint8_t)(dice(4) ? 0 : 1 + dice(3));
	o.flags = dice(4) ? 0 : OBS_CLIENT_CERT_ASKED;
	o.clients = dice(3);
	o.alert_level = (uint8_t)(dice(4) ? 0 : 2);
	o.alert = o.alert_level ? 40 : 0;
	snprintf(o.hostname, sizeof(o.hostname), "%s", ONE_OF(names));
	if (dice(3) == 0)
		snprintf(o.endpoint.name, sizeof(o.endpoint.name), "sni%u.example", dice(3));
	if (v && dice(4) == 0)
		o.findings[o.n_findings++] = (struct finding){FINDING_NAME_MISMATCH,
		    SEVERITY_MEDIUM, dice(2) ? ALWAYS_S : NOW_S + 5, FOREVER_S, "x"};
	lab_put(s, v, &o);
	if (dice(3) == 0)
		say_owner(s, &(struct noted){.is_endpoint = true, .endpoint = o.endpoint});
}

static struct store *network(void)
{
	struct store *s = lab_store();
	struct chain_verdict *chains[CERTS];
	struct mute mute = {.kind = MUTE_SILENT,
	    .thing = MUTE_ISSUER,
	    .key = "R3",
	    .why = "",
	    .by = "me",
	    .at_ms = 1};
	struct mute tag = {.kind = MUTE_SILENT,
	    .thing = MUTE_TAG,
	    .key = "web",
	    .why = "",
	    .by = "me",
	    .at_ms = 1};

	for (unsigned i = 0; i < CERTS; i++) {
		chains[i] = random_chain(i);
		if (dice(3) == 0)
			say_owner(s, &(struct noted){.certificate = chains[i]->facts[0]->id});
	}
	for (uint32_t host = 0; host < HOSTS; host++)
		random_host(s, host, chains);
	CHECK(went_well(store_mute_add(s, &mute), s));
	CHECK(went_well(store_mute_add(s, &tag), s));
	return s;
}

/* Rows that outlive their callback. */
struct rows {
	struct store *s;
	struct inventory_row *v[4 * HOSTS];
	size_t n;
};

static const struct remarks *remarks_copy(const struct remarks *from)
{
	struct remarks *r = arena_dup(&arena, from, sizeof(*from));
	const char **tags = arena_alloc(&arena, from->n_tags * sizeof(*tags));

	r->owner = from->owner ? arena_str(&arena, from->owner) : NULL;
	r->note = from->note ? arena_str(&arena, from->note) : NULL;
	for (size_t i = 0; i < from->n_tags; i++)
		tags[i] = arena_str(&arena, from->tags[i]);
	r->tags = tags;
	return r;
}

static bool keep_row(void *context, const struct inventory_row *row)
{
	struct rows *rows = context;
	struct inventory_row *kept = arena_dup(&arena, row, sizeof(*row));

	kept->seen = arena_dup(&arena, row->seen, sizeof(*row->seen));
	kept->inferred = NULL;
	if (row->chain)
		CHECK(went_well(
		    store_get_chain(rows->s, &row->chain->id, &arena, &kept->chain), rows->s));
	if (row->remarks)
		kept->remarks = remarks_copy(row->remarks);
	rows->v[rows->n++] = kept;
	return rows->n < sizeof(rows->v) / sizeof(rows->v[0]);
}

static void say_row(struct buf *out, const struct inventory_row *row)
{
	char text[ADDR_TEXT_MAX];

	buf_printf(out, "%s:%u/%s %s\n", addr_text(&row->seen->endpoint.addr, text),
	    row->seen->endpoint.port, row->seen->endpoint.name,
	    row->chain ? row->chain->facts[0]->serial : "-");
}

static bool take_row(void *context, const struct inventory_row *row)
{
	say_row(context, row);
	return true;
}

static void expected(const struct rows *rows, const struct query *q, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < rows->n; i++)
		if (evaluate(q, rows->v[i], NOW_S))
			say_row(out, rows->v[i]);
}

static bool same(const char *what, const struct query *q, struct buf *is, struct buf *should)
{
	struct buf text;

	if (strcmp(buf_text(is), buf_text(should)) == 0)
		return true;
	buf_init(&text, 1 << 20);
	query_print(q, &text);
	printf("# %s: %s\n# is %zu bytes, should %zu\n", what, buf_text(&text), is->n, should->n);
	buf_done(&text);
	return false;
}

/* The rows of a question, counted the plain way. */
struct plain {
	const struct inventory_row *v[4 * HOSTS];
	size_t n;
	struct buf values; /* of a facet: a line each time */
	uint64_t missing;
};

static void plain_take(struct plain *p, const struct rows *rows, const struct query *q, bool bare)
{
	p->n = 0;
	for (size_t i = 0; i < rows->n; i++)
		if ((bare || rows->v[i]->chain) && evaluate(q, rows->v[i], NOW_S))
			p->v[p->n++] = rows->v[i];
}

static bool same_endpoint(const struct inventory_row *x, const struct inventory_row *y)
{
	return memcmp(&x->seen->endpoint, &y->seen->endpoint, sizeof(x->seen->endpoint)) == 0;
}

static bool same_leaf(const struct inventory_row *x, const struct inventory_row *y)
{
	return x->chain && y->chain &&
	       digest256_eq(&x->chain->facts[0]->id, &y->chain->facts[0]->id);
}

static struct listing_count plain_count(const struct plain *p)
{
	struct listing_count count = {.rows = p->n};

	for (size_t i = 0; i < p->n; i++) {
		bool endpoint = true, leaf = p->v[i]->chain;

		for (size_t k = 0; k < i; k++) {
			endpoint &= !same_endpoint(p->v[i], p->v[k]);
			leaf &= !same_leaf(p->v[i], p->v[k]);
		}
		count.endpoints += endpoint;
		count.certificates += leaf;
	}
	return count;
}

/* Lines of the findings that hold, each once. */
static size_t say_findings(const struct inventory_row *row, struct buf *out)
{
	const struct finding *f;
	bool told[256] = {false};
	size_t n = 0;

	for (size_t k = 0; (f = row_finding(row, k)); k++) {
		if (!finding_holds(f, NOW_S) || told[f->id])
			continue;
		told[f->id] = true;
		buf_printf(out, "%u\n", f->id);
		n++;
	}
	return n;
}

/* Lines of the values that a row has in a field; how many. */
static size_t say_values(const struct inventory_row *row, enum field_id field, struct buf *out)
{
	struct value v;

	if (field == FIELD_FINDINGS)
		return say_findings(row, out);
	if (field == FIELD_MUTED) {
		buf_printf(out, "%d\n", row->remarks && row->remarks->muted);
		return 1;
	}
	value_get(row, field, NOW_S, &v);
	if (v.type == VALUE_TEXT) {
		buf_printf(out, "%s%s", v.text, *v.text ? "\n" : "");
		return *v.text != 0;
	}
	if (v.type == VALUE_LIST) {
		size_t n = 0;

		for (size_t i = 0; i < v.n; i++) {
			buf_printf(out, "%s%s", v.list[i], *v.list[i] ? "\n" : "");
			n += *v.list[i] != 0;
		}
		return n;
	}
	if (v.present)
		buf_printf(out, "%lld\n", (long long)v.number);
	return v.present;
}

static uint64_t count_lines(struct buf *lines, const char *line)
{
	size_t n = strlen(line);
	uint64_t count = 0;

	for (const char *at = buf_text(lines); *at; at = strchr(at, '\n') + 1)
		count += strncmp(at, line, n) == 0 && at[n] == '\n';
	return count;
}

static bool facet_is(struct plain *p, const struct facet *facet)
{
	uint64_t all = 0, lines = 0, missing = 0;
	bool ok = true;

	buf_reset(&p->values);
	for (size_t i = 0; i < p->n; i++)
		missing += say_values(p->v[i], facet->field, &p->values) == 0;
	for (size_t i = 0; i < facet->n; i++) {
		const struct facet_value *value = &facet->values[i];
		char number[24];

		snprintf(number, sizeof(number), "%lld", (long long)value->number);
		ok &= count_lines(&p->values, value->text ? value->text : number) == value->count;
		ok &= i == 0 || value->count <= facet->values[i - 1].count;
		all += value->count;
	}
	for (const char *at = buf_text(&p->values); *at; at = strchr(at, '\n') + 1)
		lines++;
	ok &= all + facet->other == lines && facet->missing == missing;
	if (!ok)
		printf("# %s: %zu values, %llu of %llu, %llu other, %llu missing of %llu\n%s\n",
		    field_by_id(facet->field)->name, facet->n, (unsigned long long)all,
		    (unsigned long long)lines, (unsigned long long)facet->other,
		    (unsigned long long)facet->missing, (unsigned long long)missing,
		    buf_text(&p->values));
	return ok;
}

static bool timeline_is(const struct plain *p, const struct timeline *t)
{
	uint64_t rows = t->before.endpoints + t->after.endpoints;
	uint64_t certificates = t->before.certificates + t->after.certificates;
	bool ok = true;

	for (size_t i = 0; i < t->n; i++) {
		int64_t from_s = t->from_s + (int64_t)i * t->bucket_s;
		uint64_t here = 0;

		for (size_t k = 0; k < p->n; k++)
			here += p->v[k]->chain && p->v[k]->chain->facts[0]->not_after_s >= from_s &&
				p->v[k]->chain->facts[0]->not_after_s < from_s + t->bucket_s;
		ok &= here == t->buckets[i].endpoints;
		rows += t->buckets[i].endpoints;
		certificates += t->buckets[i].certificates;
	}
	for (size_t k = 0; k < p->n; k++)
		rows -= p->v[k]->chain != NULL;
	return ok && rows == 0 && certificates == plain_count(p).certificates;
}

static bool ask_numbers(struct store *s, const struct rows *rows, const struct query *q, bool bare)
{
	static const enum field_id fields[] = {FIELD_HOSTNAME, FIELD_PORT, FIELD_SUBJECT,
	    FIELD_ISSUER, FIELD_SANS, FIELD_SNI, FIELD_TRANSPORT, FIELD_STARTTLS, FIELD_SOURCE,
	    FIELD_OUTCOME, FIELD_VERSION, FIELD_CIPHER, FIELD_GROUP, FIELD_ALPN,
	    FIELD_CLIENT_CERT_ASKED, FIELD_OCSP_STAPLED, FIELD_ISSUER_DN, FIELD_KEY, FIELD_KEY_BITS,
	    FIELD_SIG_ALG, FIELD_IS_CA, FIELD_SELF_SIGNED, FIELD_SEVERITY, FIELD_FINDINGS,
	    FIELD_OWNER, FIELD_NOTE, FIELD_TAGS, FIELD_MUTED, FIELD_SERVICE, FIELD_ALERT};
	enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };
	const struct listing listing = {
	    .where = q, .now_s = NOW_S, .word_text = word_text, .bare = bare};
	static struct facet facets[FIELDS];
	struct listing_count count = {0}, with_facets = {0}, plain;
	struct timeline timeline = {.n = 3};
	struct plain p = {.n = 0};
	bool ok;

	buf_init(&p.values, 1 << 20);
	plain_take(&p, rows, q, bare);
	plain = plain_count(&p);
	ok = went_well(store_count(s, &listing, &count), s) &&
	     went_well(store_facets(s, &listing, fields, FIELDS, dice(2) ? 100 : 1, &tree_arena,
			   facets, &with_facets),
		 s) &&
	     went_well(store_timeline(s, &listing, &timeline), s) &&
	     memcmp(&count, &plain, sizeof(count)) == 0 &&
	     memcmp(&count, &with_facets, sizeof(count)) == 0 && timeline_is(&p, &timeline);
	for (size_t i = 0; i < FIELDS && ok; i++)
		ok = facet_is(&p, &facets[i]);
	buf_done(&p.values);
	return ok;
}

/* The ways of rowpage.c: a walk, a search of what the sets hold, a walk against the sets. */
static const struct {
	const char *what;
	int walk_steps_max;
	int64_t hits_max;
} ways[] = {{"walk", 1000000, 1000000}, {"search", 0, 1000000}, {"walk by sets", 0, 0}};

static void go(struct store *s, size_t way)
{
	s->walk_steps_max = ways[way].walk_steps_max;
	s->hits_max = ways[way].hits_max;
}

/* All pages, in some order. */
static void say_pages(struct store *s, const struct listing *of, struct buf *out)
{
	struct listing listing = *of;
	char next[LISTING_CURSOR_MAX] = "";

	buf_reset(out);
	do {
		listing.cursor = next;
		CHECK(went_well(store_list(s, &listing, take_row, out, next), s));
	} while (*next && !out->full);
}

/* Whichever the way, a page holds the same rows. */
static bool pages_agree(struct store *s, const struct query *q)
{
	size_t n;
	const struct field *fields = field_table(&n), *field;
	struct listing listing = {.where = q,
	    .now_s = NOW_S,
	    .word_text = word_text,
	    .bare = dice(2),
	    .gone = dice(4) == 0,
	    .descending = dice(2),
	    .limit = 3 + dice(20)};
	struct buf should, is;
	bool ok = true;

	do
		field = &fields[dice((unsigned)n)];
	while (!(field->flags & FIELD_SORT));
	listing.sort = field->id;
	buf_init(&should, 1 << 20);
	buf_init(&is, 1 << 20);
	for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
		go(s, way);
		say_pages(s, &listing, way ? &is : &should);
		if (way && !same(ways[way].what, q, &is, &should)) {
			printf("# sorted by %s\n", field->name);
			ok = false;
		}
	}
	buf_done(&should);
	buf_done(&is);
	return ok;
}

/* What is told of the certificates, held against the rows. */
struct certs_check {
	struct plain *p;
	size_t n, wrong;
	uint8_t last_severity;
};

static int place_compare(const struct endpoint *x, const struct endpoint *y)
{
	int d = memcmp(x->addr.b, y->addr.b, sizeof(x->addr.b));

	return d ? d : (x->port > y->port) - (x->port < y->port);
}

static bool take_certificate(void *context, const struct listed_cert *cert)
{
	struct certs_check *c = context;
	const struct endpoint *first = NULL;
	uint8_t severity = 0;
	uint64_t rows = 0;
	size_t told = 0;

	buf_reset(&c->p->values);
	for (size_t i = 0; i < c->p->n; i++) {
		const struct inventory_row *row = c->p->v[i];

		if (!row->chain || !digest256_eq(&row->chain->facts[0]->id, &cert->facts->id))
			continue;
		rows++;
		if (!first || place_compare(&row->seen->endpoint, first) < 0)
			first = &row->seen->endpoint;
		if (row_severity(row, NOW_S) > severity)
			severity = row_severity(row, NOW_S);
		say_findings(row, &c->p->values);
	}
	for (unsigned id = 0; id < 256; id++) {
		char line[8];

		snprintf(line, sizeof(line), "%u", id);
		told += count_lines(&c->p->values, line) > 0;
	}
	c->wrong += rows != cert->endpoints || severity != cert->severity ||
		    told != cert->n_findings || !first ||
		    place_compare(first, &cert->first_endpoint) != 0;
	for (size_t i = 0; i < cert->n_findings; i++)
		c->wrong += !*cert->findings[i].finding.evidence ||
			    !finding_holds(&cert->findings[i].finding, NOW_S);
	c->n++;
	return true;
}

static bool take_worst(void *context, const struct listed_cert *cert)
{
	struct certs_check *c = context;

	c->wrong += c->n && cert->severity > c->last_severity;
	c->wrong += cert->severity < SEVERITY_HIGH;
	c->last_severity = cert->severity;
	return take_certificate(context, cert);
}

/* All pages of both lists. */
static bool ask_certificates(
    struct store *s, const struct rows *rows, const struct query *q, bool descending)
{
	static const enum field_id orders[] = {FIELD_NONE, FIELD_NOT_BEFORE, FIELD_SUBJECT,
	    FIELD_ISSUER, FIELD_FIRST_SEEN, FIELD_SEVERITY, FIELD_CONNECTIONS};
	struct listing l = {.where = q,
	    .now_s = NOW_S,
	    .word_text = word_text,
	    .sort = ONE_OF(orders),
	    .descending = descending,
	    .limit = 3};
	struct plain p = {.n = 0};
	struct certs_check all = {.p = &p}, worst = {.p = &p};
	char next[LISTING_CURSOR_MAX] = "";
	bool ok = true;

	buf_init(&p.values, 1 << 20);
	plain_take(&p, rows, q, false);
	l.cursor = next;
	do {
		ok &= went_well(store_list_certificates(s, &l, take_certificate, &all, next), s);
	} while (ok && *next);
	l.descending = false;
	do {
		ok &= went_well(
		    store_list_findings(s, &l, SEVERITY_HIGH, take_worst, &worst, next), s);
	} while (ok && *next);
	ok &=
	    all.n == plain_count(&p).certificates && worst.n <= all.n && !all.wrong && !worst.wrong;
	buf_done(&p.values);
	return ok;
}

static bool ask(struct store *s, const struct rows *rows, const struct query *q, bool *ret_some)
{
	const struct search search = {
	    .where = q, .now_s = NOW_S, .word_text = word_text, .bare = true};
	const struct listing listing = {
	    .where = q, .now_s = NOW_S, .word_text = word_text, .bare = true};
	char next[LISTING_CURSOR_MAX];
	struct buf should, is;
	bool ok;
	size_t n;

	buf_init(&should, 1 << 20);
	buf_init(&is, 1 << 20);
	expected(rows, q, &should);
	*ret_some = should.n > 0;
	ok = went_well(store_search(s, &search, take_row, &is, &n), s) &&
	     same("SQL", q, &is, &should);
	buf_reset(&is);
	if (dice(8) == 0 &&
	    (!ask_numbers(s, rows, q, dice(4)) || !ask_certificates(s, rows, q, dice(2)))) {
		query_print(q, &is);
		printf("# numbers: %s\n", buf_text(&is));
		ok = false;
	}
	for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
		go(s, way);
		buf_reset(&is);
		ok &= went_well(store_list(s, &listing, take_row, &is, next), s) &&
		      same(ways[way].what, q, &is, &should);
	}
	if (dice(2))
		ok &= pages_agree(s, q);
	buf_done(&should);
	buf_done(&is);
	return ok;
}

static void random_trees(void)
{
	struct store *s = network();
	struct rows rows = {.s = s};
	const struct search all = {.now_s = NOW_S, .bare = true};
	struct trees trees = {.seed = 99, .now_s = NOW_S, .arena = &tree_arena, .rows = NULL};
	size_t n, found = 0, wrong = 0;

	CHECK(went_well(store_search(s, &all, keep_row, &rows, &n), s));
	CHECK(rows.n > HOSTS / 2);
	trees.rows = (const struct inventory_row *const *)rows.v;
	trees.n_rows = rows.n;
	for (int i = 0; i < QUESTIONS && wrong < 5; i++) {
		bool some = false;
		const struct query *q;

		arena_reset(&tree_arena);
		q = trees_next(&trees, LEVELS);
		CHECK(q != NULL);
		wrong += !ask(s, &rows, q, &some);
		found += some;
	}
	CHECK_EQ(wrong, 0);
	CHECK(found > QUESTIONS / 4);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 64 << 20);
	arena_init(&tree_arena, 16 << 20);
	RUN(random_trees);
	arena_done(&arena);
	arena_done(&tree_arena);
	lab_drop();
	return test_done();
}
