#include "lab.h"

#include "store/notes.h"

static struct arena arena;

static struct noted cert_of(uint8_t b)
{
	return (struct noted){.certificate = {{b}}};
}

static struct noted endpoint_of(uint32_t host)
{
	return (struct noted){.is_endpoint = true, .endpoint = lab_endpoint(host)};
}

static struct annotation put(
    struct store *s, const struct noted *of, const struct note_change *change)
{
	struct annotation a = {0};

	CHECK(went_well(store_note_put(s, of, change, &arena, &a), s));
	return a;
}

static struct annotation get(struct store *s, const struct noted *of)
{
	struct annotation a = {0};

	CHECK(went_well(store_note_get(s, of, &arena, &a), s));
	return a;
}

static void what_is_not_given_stays(void)
{
	static const char *const tags[] = {"web", "prod", "web"};
	struct note_change all = {.owner = "Web team",
	    .note = "renewed\nby hand",
	    .has_tags = true,
	    .n_tags = 3,
	    .tags = tags,
	    .at_ms = 5,
	    .by = "ann"};
	struct note_change owner = {.owner = "Ops", .at_ms = 6, .by = "bob"};
	struct store *s = lab_store();
	struct noted things[] = {cert_of(1), endpoint_of(1)};

	for (size_t i = 0; i < 2; i++) {
		struct annotation a = get(s, &things[i]);

		CHECK_STR(a.owner, "");
		CHECK_EQ(a.n_tags, 0);
		CHECK_EQ(a.at_ms, 0);
		put(s, &things[i], &all);
		a = put(s, &things[i], &owner);
		CHECK_STR(a.owner, "Ops");
		a = get(s, &things[i]);
		CHECK_STR(a.owner, "Ops");
		CHECK_STR(a.note, "renewed\nby hand");
		CHECK_STR(a.by, "bob");
		CHECK_EQ(a.at_ms, 6);
		CHECK_EQ(a.n_tags, 2);
		CHECK_STR(a.tags[0], "prod");
		CHECK_STR(a.tags[1], "web");
	}
	store_close(s);
}

static int64_t rows(struct store *s, const char *sql)
{
	struct stmt q = stmt_once(s, sql);
	int64_t n = stmt_row(&q) ? stmt_get_int(&q, 0) : -1;

	CHECK(went_well(stmt_end(&q), s));
	return n;
}

static void what_says_nothing_is_no_row(void)
{
	struct store *s = lab_store();
	struct noted cert = cert_of(1);
	struct note_change owner = {.owner = "Ops", .at_ms = 6, .by = "bob"};
	struct note_change nobody = {.owner = "", .at_ms = 7, .by = "bob"};

	put(s, &cert, &owner);
	CHECK_EQ(rows(s, "SELECT count(*) FROM certificate_notes"), 1);
	put(s, &cert, &nobody);
	CHECK_EQ(rows(s, "SELECT count(*) FROM certificate_notes"), 0);
	store_close(s);
}

static void bad_texts_are_refused(void)
{
	static const char *const comma[] = {"a,b"}, *const empty[] = {""}, *const line[] = {"a\nb"};
	static char long_owner[OWNER_MAX + 1], long_note[NOTE_MAX + 1];
	const struct note_change bad[] = {
	    {.owner = long_owner},
	    {.owner = "a\x1b[31m"},
	    {.owner = "\xff"},
	    {.owner = "two\nlines"},
	    {.note = long_note},
	    {.note = "\x01"},
	    {.has_tags = true, .n_tags = 1, .tags = comma},
	    {.has_tags = true, .n_tags = 1, .tags = empty},
	    {.has_tags = true, .n_tags = 1, .tags = line},
	    {.has_tags = true, .n_tags = TAGS_MAX + 1, .tags = comma},
	};
	struct store *s = lab_store();
	struct noted cert = cert_of(1);

	memset(long_owner, 'a', OWNER_MAX);
	memset(long_note, 'a', NOTE_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct note_change change = bad[i];
		struct annotation a;

		change.by = "ann";
		CHECK_EQ(err_class(store_note_put(s, &cert, &change, &arena, &a)), ERR_INPUT);
	}
	CHECK_EQ(rows(s, "SELECT count(*) FROM certificate_notes"), 0);
	store_close(s);
}

/* The new certificate of a server is its owner's; another's is not, and what was said of the new
 * one already stays. */
static void the_next_certificate_inherits(void)
{
	static const struct lab_cert old = {"a.test", "ca", "k1", "1", KEY_RSA, 9000, false};
	static const struct {
		struct lab_cert next;
		bool noted, inherits;
	} rows[] = {
	    {{"a.test", "ca", "k1", "2", KEY_RSA, 9900, false}, false, true},
	    {{"a.test", "ca", "k2", "2", KEY_RSA, 9900, false}, false, true},
	    {{"a.test", "cb", "k2", "2", KEY_RSA, 9900, false}, false, true},
	    {{"b.test", "ca", "k2", "2", KEY_RSA, 9900, false}, false, false},
	    {{"a.test", "ca", "k2", "2", KEY_RSA, 9900, false}, true, false},
	};
	static const char *const tags[] = {"web"};
	struct note_change said = {.owner = "Web",
	    .note = "call Ann",
	    .has_tags = true,
	    .n_tags = 1,
	    .tags = tags,
	    .at_ms = 1,
	    .by = "ann"};
	struct note_change other = {.owner = "Other", .at_ms = 2, .by = "bob"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct store *s = lab_store();
		struct chain_verdict *v = lab_chain(&arena, &old, 1);
		struct chain_verdict *w = lab_chain(&arena, &rows[i].next, 1);
		struct observation first = lab_seen(1, v, 0, 1000);
		struct observation second = lab_seen(1, w, 0, 2000);
		struct noted before = {.certificate = v->facts[0]->id};
		struct noted after = {.certificate = w->facts[0]->id};
		struct annotation a;

		lab_put(s, v, &first);
		put(s, &before, &said);
		if (rows[i].noted)
			put(s, &after, &other);
		lab_put(s, w, &second);
		a = get(s, &after);
		CHECK_STR(a.owner, rows[i].inherits ? "Web" : rows[i].noted ? "Other" : "");
		CHECK_EQ(a.n_tags, rows[i].inherits);
		CHECK_STR(get(s, &before).owner, "Web");
		lab_sound(s);
		store_close(s);
	}
}

static const uint8_t mark[] = {0x06, 0x14, 0x69, 0x82, 0xed, 0xf4, 0xe0, 0xb7, 0xcb, 0xa1, 0xf2,
    0xb0, 0xff, 0x9d, 0x93, 0xc7, 0xe7, 0xe0, 0xe2, 0xe9, 0xfc, 0x61};

/* One of the service's own making; a serial of its own makes it another. */
static struct chain_verdict *own_chain(const char *issuer, const char *serial)
{
	struct lab_cert own = {"serve.test", issuer, "k1", serial, KEY_EC, 9000, false};
	struct chain_verdict *v = lab_chain(&arena, &own, 1);
	struct cert_facts *facts = arena_dup(&arena, v->facts[0], sizeof(*facts));
	struct buf der;

	buf_init(&der, 1024);
	buf_span(&der, v->der[0]);
	buf_put(&der, mark, sizeof(mark));
	v->der[0] = arena_span(&arena, buf_view(&der));
	facts->id = cert_id_of(v->der[0]);
	v->facts[0] = facts;
	v->id = chain_id_of(&facts->id, 1);
	buf_done(&der);
	return v;
}

static void what_the_service_made_has_a_tag(void)
{
	struct note_change said = {.owner = "Ops", .at_ms = 9, .by = "ann"};
	struct chain_verdict *own = own_chain("serve.test", "1"),
			     *next = own_chain("serve.test", "2");
	struct chain_verdict *forged = own_chain("ca", "3");
	struct noted first = {.certificate = own->facts[0]->id};
	struct observation seen[] = {
	    lab_seen(1, own, 0, 1000), lab_seen(1, next, 0, 2000), lab_seen(2, forged, 0, 1000)};
	struct store *s = lab_store();
	struct annotation a;

	lab_put(s, own, &seen[0]);
	a = get(s, &first);
	CHECK_EQ(a.n_tags, 1);
	CHECK_STR(a.tags[0], "certscape");
	put(s, &first, &said);
	lab_put(s, next, &seen[1]);
	a = get(s, &(struct noted){.certificate = next->facts[0]->id});
	CHECK_STR(a.owner, "Ops");
	CHECK_EQ(a.n_tags, 1);
	/* whoever did not sign it himself only says so */
	lab_put(s, forged, &seen[2]);
	CHECK_EQ(get(s, &(struct noted){.certificate = forged->facts[0]->id}).n_tags, 0);
	/* it is given once: taken away, it does not come back */
	put(s, &first,
	    &(struct note_change){.owner = "", .has_tags = true, .at_ms = 10, .by = "ann"});
	seen[0].first_ms = seen[0].last_ms = 3000;
	lab_put(s, own, &seen[0]);
	CHECK_EQ(get(s, &first).n_tags, 0);
	lab_sound(s);
	store_close(s);
}

static bool word_add(void *context, const char *word, uint64_t n)
{
	char *text = context;

	snprintf(text + strlen(text), 64 - strlen(text), "%s:%d;", word, (int)n);
	return true;
}

static void words_are_counted(void)
{
	static const char *const web[] = {"web"}, *const both[] = {"prod", "web"};
	struct note_change a = {
	    .owner = "Web", .has_tags = true, .n_tags = 1, .tags = web, .by = "ann"};
	struct note_change b = {.has_tags = true, .n_tags = 2, .tags = both, .by = "ann"};
	struct noted one = cert_of(1), two = cert_of(2), three = endpoint_of(1);
	struct store *s = lab_store();
	char owners[64] = "", words[64] = "";

	put(s, &one, &a);
	put(s, &two, &b);
	put(s, &three, &a);
	CHECK(went_well(store_each_owner(s, word_add, owners), s));
	CHECK(went_well(store_each_tag(s, word_add, words), s));
	CHECK_STR(owners, "Web:2;");
	CHECK_STR(words, "web:3;prod:1;");
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 1 << 20);
	RUN(what_is_not_given_stays);
	RUN(what_says_nothing_is_no_row);
	RUN(bad_texts_are_refused);
	RUN(the_next_certificate_inherits);
	RUN(what_the_service_made_has_a_tag);
	RUN(words_are_counted);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
