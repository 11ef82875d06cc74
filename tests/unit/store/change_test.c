#include "lab.h"

/* Certificates of the stories. The letter is what a step names. */
static const struct {
	char letter;
	struct lab_cert cert;
} certs[] = {
    {'A', {"a.example", "Lab CA", "key a", "1", KEY_RSA, 90000, false}},
    {'B', {"a.example", "Lab CA", "key a", "2", KEY_RSA, 180000, false}}, /* renewed, same key */
    {'C', {"a.example", "Lab CA", "key c", "3", KEY_RSA, 180000, false}}, /* renewed, new key */
    {'D', {"a.example", "Other CA", "key d", "4", KEY_RSA, 180000, false}}, /* another issuer */
    {'E', {"b.example", "Lab CA", "key e", "5", KEY_RSA, 180000, false}}, /* something else */
    {'F', {"a.example", "Lab CA", "key f", "6", KEY_EC, 90000, false}}, /* beside A */
    {'G', {"a.example", "Lab CA", "key g", "7", KEY_EC, 180000, false}}, /* renews F */
    {'H', {"a.example", "Other CA", "key a", "8", KEY_RSA, 180000, false}}, /* A's key, elsewhere */
    {'I', {"a.example,x.example", "Lab CA", "key i", "9", KEY_RSA, 90000, false}},
    {'J', {"x.example,a.example", "Lab CA", "key j", "9", KEY_RSA, 90000, false}}, /* I's names */
};

/*
 * A story is a text of steps, parted by spaces:
 *	12A	at second 12 the endpoint shows chain A (in the run, if one is open)
 *	12A+	the same leaf, with a CA certificate behind it
 *	12-	it answers without TLS
 *	12iA	a file says that A was there at 12
 *	12(	a run begins	12)	it ends, completed, having covered the endpoint
 *	12!	it ends, completed, having covered something else	12]	it is stopped
 * After a step that must tell a change stands what and instead of which: =new, =replaced:A
 */
static const struct {
	const char *name;
	const char *story;
	const char *serves; /* current chains at the end */
} stories[] = {
    {"first", "1( 2A=new 3)", "A"},
    {"unchanged", "1( 2A=new 3) 4( 5A 6) 7( 8A 9)", "A"},
    {"renewed with the same key", "1( 2A=new 3) 4( 5B=renewed-same-key:A 6)", "B"},
    {"renewed with a new key", "1( 2A=new 3) 4( 5C=renewed-new-key:A 6)", "C"},
    {"another issuer", "1( 2A=new 3) 4( 5D=issuer-changed:A 6)", "D"},
    {"another issuer, the same key", "1( 2A=new 3) 4( 5H=issuer-changed:A 6)", "H"},
    {"replaced", "1( 2A=new 3) 4( 5E=replaced:A 6)", "E"},
    {"names in another order", "1( 2I=new 3) 4( 5J=renewed-new-key:I 6)", "J"},
    {"one name less", "1( 2I=new 3) 4( 5A=replaced:I 6)", "A"},
    {"the chain was mended", "1( 2A=new 3) 4( 5A+=chain-changed:A 6)", "A+"},
    {"two kinds of key in one run", "1( 2A=new 3F=new 4) 5( 6A 7F 8)", "AF"},
    {"both are renewed", "1( 2A=new 3F=new 4) 5( 6C=renewed-new-key:A 7G=renewed-new-key:F 8)",
	"CG"},
    {"one of both is renewed", "1( 2A=new 3F=new 4) 5( 6A 7G=renewed-new-key:F 8)", "AG"},
    {"renewed in the other order",
	"1( 2A=new 3F=new 4) 5( 6G=renewed-new-key:F 7C=renewed-new-key:A 8)", "CG"},
    {"a load balancer, seen in one run", "1( 2A=new 3E=new 4) 5( 6E 7A 8) 9( 10A 11)", "AE"},
    {"a load balancer, one at a time",
	"1( 2A=new 3) 4( 5E=replaced:A 6) 7( 8A 9) 10( 11E 12) 13( 14A 15)", "AE"},
    {"the lesser node rests", "1( 2A=new 3E=new 4) 5( 6A 7) 8( 9A 10) 11( 12A 13E 14)", "AE"},
    {"the lesser node is gone", "1( 2A=new 3E=new 4) 5( 6A 7) 8( 9A 10)", "A"},
    {"missed once", "1( 2A=new 3) 4( 5) 6( 7A 8) 9( 10) 11( 12A 13)", "A"},
    {"vanished", "1( 2A=new 3) 4( 5) 6( 7)=vanished:A 8( 9)", ""},
    {"vanished and returned",
	"1( 2A=new 3) 4( 5) 6( 7)=vanished:A 8( 9A=returned:A 10) 11( 12A 13)", "A"},
    {"returned as another", "1( 2A=new 3) 4( 5) 6( 7)=vanished:A 8( 9C=returned:A 10) 11( 12C 13)",
	"C"},
    {"both chains vanish once", "1( 2A=new 3F=new 4) 5( 6) 7( 8)=vanished:F", ""},
    {"no TLS any more", "1( 2A=new 3) 4( 5- 6) 7( 8- 9)=vanished:A", "-"},
    {"no TLS once", "1( 2A=new 3) 4( 5- 6) 7( 8A 9)", "A"},
    {"TLS at last", "1( 2- 3) 4( 5A=new 6)", "A"},
    {"a run elsewhere misses nothing", "1( 2A=new 3) 4( 5! 6( 7! 8( 9!", "A"},
    {"a stopped run misses nothing", "1( 2A=new 3) 4( 5] 6( 7] 8( 9)", "A"},
    {"seen outside of runs", "1A=new 2B=renewed-same-key:A 3A 4B", "AB"},
    {"at the same time, outside of runs", "1A=new 1E=new 2A 2E", "AE"},
    {"a file of the past is silent", "9A=new 3iB 4iA", "A"},
    {"what a file knew, a scan tells", "9A=new 3iB 12B=renewed-same-key:A 13A 14B", "AB"},
    {"a file can be the first", "3iA=new 9A", "A"},
    {"a file of today is news", "3A=new 9iE=replaced:A", "E"},
    {"a file from before it vanished",
	"1( 2A=new 3) 10( 11) 12( 13)=vanished:A 5iA 6iE 20A=returned:A", "A"},
    {"older evidence of two scans", "9A=new 8A 7A 10A", "A"},
};

struct teller {
	struct store *s;
	struct arena arena;
	uint64_t run;
	uint64_t told; /* sequence of the last change */
	const char *name;
};

static const struct chain_verdict *chain_of(struct teller *t, const char *text)
{
	static const struct lab_cert ca = {"Lab CA", "Lab CA", "ca key", "0", KEY_RSA, 9000, true};
	struct lab_cert chain[2] = {{0}, ca};

	for (size_t i = 0; i < sizeof(certs) / sizeof(certs[0]); i++)
		if (certs[i].letter == text[0])
			chain[0] = certs[i].cert;
	return lab_chain(&t->arena, chain, text[1] == '+' ? 2 : 1);
}

static bool covers_all(void *context, const struct endpoint *endpoint)
{
	(void)context;
	return endpoint->port == 443;
}

static bool covers_nothing(void *context, const struct endpoint *endpoint)
{
	(void)context;
	(void)endpoint;
	return false;
}

static void run_ends(struct teller *t, char how, int64_t at_ms)
{
	size_t vanished = 0;

	CHECK(went_well(store_run_end(t->s, t->run, how == ']' ? RUN_STOPPED : RUN_COMPLETED, at_ms,
			    how == '!' ? covers_nothing : covers_all, NULL, &vanished),
	    t->s));
	t->run = 0;
}

/* "5B" */
static void happens(struct teller *t, const char *step)
{
	char *what;
	int64_t at_ms = 1000 * strtoll(step, &what, 10);
	bool file = *what == 'i';
	const struct chain_verdict *v = NULL;
	struct observation o;

	if (*what == '(') {
		t->run = lab_run(t->s, at_ms);
		return;
	}
	if (strchr(")!]", *what)) {
		run_ends(t, *what, at_ms);
		return;
	}
	what += file;
	if (*what != '-')
		v = chain_of(t, what);
	o = lab_seen(1, v, t->run, at_ms);
	if (file)
		o.evidence = EVIDENCE_IMPORT;
	lab_put(t->s, v, &o);
}

struct change_seen {
	size_t n;
	struct change last;
};

static bool take_change(void *context, const struct change *change)
{
	struct change_seen *seen = context;

	seen->n++;
	seen->last = *change;
	return true;
}

/* "replaced:A", or nothing */
static void must_tell(struct teller *t, const char *step, const char *expected)
{
	struct change_seen seen = {0};
	const char *before = expected ? strchr(expected, ':') : NULL;
	char kind[64] = "";

	CHECK(went_well(store_each_change(t->s, t->told, take_change, &seen), t->s));
	if (expected)
		snprintf(kind, sizeof(kind), "%.*s",
		    (int)(before ? before - expected : (long)strlen(expected)), expected);
	if (seen.n != (expected != NULL) ||
	    (expected && strcmp(change_text(seen.last.kind), kind) != 0))
		printf("# %s: step %s\n", t->name, step);
	CHECK_EQ(seen.n, expected != NULL);
	if (seen.n == 0)
		return;
	t->told = seen.last.sequence;
	CHECK_STR(change_text(seen.last.kind), kind);
	if (before)
		CHECK(digest256_eq(&seen.last.before, &chain_of(t, before + 1)->id));
	else
		CHECK(digest256_is_zero(&seen.last.before));
}

struct serving {
	struct teller *t;
	const char *expected;
	size_t n, unexpected;
};

static bool take_row(void *context, const struct inventory_row *row)
{
	struct serving *serving = context;
	const char *p = serving->expected;

	serving->n++;
	for (; *p; p += p[1] == '+' ? 2 : 1)
		if (*p == '-'
			? row->chain == NULL
			: row->chain && digest256_eq(&row->chain->id, &chain_of(serving->t, p)->id))
			return true;
	serving->unexpected++;
	return true;
}

static void must_serve(struct teller *t, const char *expected)
{
	struct serving serving = {.t = t, .expected = expected};
	struct search search = {.bare = true};
	size_t n = 0, expected_n = 0;

	for (const char *p = expected; *p; p++)
		expected_n += *p != '+';
	CHECK(went_well(store_search(t->s, &search, take_row, &serving, &n), t->s));
	if (serving.n != expected_n || serving.unexpected)
		printf("# %s: serves the wrong chains\n", t->name);
	CHECK_EQ(serving.n, expected_n);
	CHECK_EQ(serving.unexpected, 0);
}

static void tell(struct teller *t, const char *story)
{
	char text[256], *rest = text, *step;

	snprintf(text, sizeof(text), "%s", story);
	while ((step = strsep(&rest, " "))) {
		char *expected = strchr(step, '=');

		if (expected)
			*expected++ = 0;
		happens(t, step);
		must_tell(t, step, expected);
	}
}

static void each_story_tells_its_changes(void)
{
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct teller t = {.s = lab_store(), .name = stories[i].name};

		arena_init(&t.arena, 1 << 22);
		tell(&t, stories[i].story);
		must_serve(&t, stories[i].serves);
		lab_sound(t.s);
		store_close(t.s);
		arena_done(&t.arena);
	}
}

/* The same again, in one transaction for all: changes do not depend on where batches end. */
static void batches_do_not_matter(void)
{
	struct teller t = {.s = lab_store(), .name = "batch"};

	arena_init(&t.arena, 1 << 22);
	CHECK(went_well(store_begin(t.s), t.s));
	tell(&t, "1A=new 2B=renewed-same-key:A 3E=replaced:B 4A 5B 6E");
	CHECK(went_well(store_commit(t.s), t.s));
	must_serve(&t, "ABE");
	store_close(t.s);
	arena_done(&t.arena);
}

static void the_writer_is_told_too(void)
{
	struct teller t = {.s = lab_store()};
	const struct chain_verdict *v;
	struct observation o;
	struct stored stored;

	arena_init(&t.arena, 1 << 22);
	tell(&t, "1A=new");
	v = chain_of(&t, "B");
	o = lab_seen(1, v, 0, 9000);
	stored = lab_put(t.s, v, &o);
	CHECK_EQ(stored.change, CHANGE_RENEWED_SAME_KEY);
	CHECK(stored.sequence == t.told + 1);
	CHECK(digest256_eq(&stored.before, &chain_of(&t, "A")->id));
	store_close(t.s);
	arena_done(&t.arena);
}

static void history_is_that_of_one_endpoint(void)
{
	struct teller t = {.s = lab_store()};
	struct change_seen seen = {0};
	struct endpoint e = lab_endpoint(1);
	struct observation o;

	arena_init(&t.arena, 1 << 22);
	tell(&t, "1A=new 2B=renewed-same-key:A");
	o = lab_seen(2, chain_of(&t, "A"), 0, 5000);
	lab_put(t.s, chain_of(&t, "A"), &o);
	CHECK(went_well(store_history(t.s, &e.addr, 443, take_change, &seen), t.s));
	CHECK_EQ(seen.n, 2);
	CHECK_EQ(seen.last.kind, CHANGE_RENEWED_SAME_KEY);
	CHECK_EQ(seen.last.at_ms, 2000);
	CHECK(addr_eq(&seen.last.endpoint.addr, &e.addr));
	seen.n = 0;
	CHECK(went_well(store_history(t.s, &e.addr, 444, take_change, &seen), t.s));
	CHECK_EQ(seen.n, 0);
	store_close(t.s);
	arena_done(&t.arena);
}

int main(void)
{
	lab_make();
	RUN(each_story_tells_its_changes);
	RUN(batches_do_not_matter);
	RUN(the_writer_is_told_too);
	RUN(history_is_that_of_one_endpoint);
	lab_drop();
	return test_done();
}
