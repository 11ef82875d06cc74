/* Who keeps something in memory is told of what was written to it, and of nothing else. */
#include "store/written.h"

#include "store/listing.h"
#include "store/notes.h"
#include "unit/store/lab.h"

static struct arena arena;

static uint64_t number(struct store *s, unsigned of)
{
	uint64_t version = 0;

	CHECK(went_well(written_version(s, of, &version), s));
	return version;
}

static void put(struct store *s, uint32_t host, int64_t at_ms)
{
	static const struct lab_cert cert = {
	    "www.lab", "Lab CA", "k1", "01", KEY_RSA, 90000, false};
	struct chain_verdict *v = lab_chain(&arena, &cert, 1);
	struct observation o = lab_seen(host, v, 1, at_ms);

	lab_put(s, v, &o);
}

static void put_again(struct store *s)
{
	put(s, 1, 2000);
}

static void put_new(struct store *s)
{
	put(s, 2, 2000);
}

static void put_other_version(struct store *s)
{
	struct observation o = lab_seen(1, NULL, 1, 3000);

	lab_put(s, NULL, &o);
}

static void say_of_endpoint(struct store *s)
{
	const struct noted of = {.is_endpoint = true, .endpoint = lab_endpoint(1)};
	const struct note_change change = {.owner = "ops", .at_ms = 1, .by = "me"};
	struct annotation said;

	CHECK(went_well(store_note_put(s, &of, &change, &arena, &said), s));
}

static void say_of_certificate(struct store *s)
{
	const struct noted of = {.certificate = {{1}}};
	const struct note_change change = {.owner = "ops", .at_ms = 1, .by = "me"};
	struct annotation said;

	CHECK(went_well(store_note_put(s, &of, &change, &arena, &said), s));
}

static void mute(struct store *s)
{
	struct mute one = {.kind = MUTE_SILENT,
	    .thing = MUTE_ISSUER,
	    .key = "R3",
	    .why = "",
	    .by = "me",
	    .at_ms = 1};

	CHECK(went_well(store_mute_add(s, &one), s));
}

static void write_down(struct store *s)
{
	const struct audit audit = {.at_ms = 1,
	    .who = "ann",
	    .from = "192.0.2.1",
	    .action = "user.add",
	    .what = "bob",
	    .detail = ""};

	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(store_audit(s, &audit), s));
	CHECK(went_well(store_commit(s), s));
}

static void each_is_told_of_its_own(void)
{
	static const struct {
		const char *what;
		void (*write)(struct store *s);
		bool listed, sightings;
	} cases[] = {
	    {"seen once more as it was", put_again, true, false},
	    {"a new endpoint", put_new, true, true},
	    {"without a certificate now", put_other_version, true, true},
	    {"an owner of an endpoint", say_of_endpoint, true, false},
	    {"an owner of a certificate", say_of_certificate, true, true},
	    {"a mute", mute, true, false},
	    {"who did what", write_down, false, false},
	};
	struct store *s = lab_store(), *other = NULL;

	put(s, 1, 1000);
	CHECK(went_well(store_open(lab_path, STORE_READ, &other), NULL));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t listed = number(other, WRITES_LISTED);
		uint64_t sightings = number(other, WRITES_SIGHTINGS);

		cases[i].write(s);
		if ((number(other, WRITES_LISTED) > listed) != cases[i].listed ||
		    (number(other, WRITES_SIGHTINGS) > sightings) != cases[i].sightings)
			printf("# %s\n", cases[i].what);
		CHECK_EQ(number(other, WRITES_LISTED) > listed, cases[i].listed);
		CHECK_EQ(number(other, WRITES_SIGHTINGS) > sightings, cases[i].sightings);
	}
	store_close(other);
	store_close(s);
}

/* What was rolled back was not written. */
static void what_is_rolled_back_is_not_told(void)
{
	struct store *s = lab_store();
	uint64_t before;

	put(s, 1, 1000);
	before = number(s, WRITES_LISTED);
	CHECK(went_well(store_begin(s), s));
	put(s, 2, 1000);
	store_rollback(s);
	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(store_commit(s), s));
	CHECK_EQ(number(s, WRITES_LISTED), before);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 16 << 20);
	RUN(each_is_told_of_its_own);
	RUN(what_is_rolled_back_is_not_told);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
