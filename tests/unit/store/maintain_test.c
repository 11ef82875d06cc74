#include "lab.h"

#include <errno.h>

static struct arena arena;

static void fill(struct store *s)
{
	static const struct lab_cert chain[] = {
	    {"a.example", "Lab CA", "k1", "1", KEY_RSA, 9000, false},
	    {"Lab CA", "Lab CA", "kca", "2", KEY_RSA, 9000, true}};
	struct chain_verdict *v = lab_chain(&arena, chain, 2);
	struct observation o;

	for (uint32_t host = 0; host < 50; host++) {
		o = lab_seen(host, v, 0, 1000);
		lab_put(s, v, &o);
	}
}

/* Each kind of damage, done behind the store's back, is seen. */
static void damage_is_seen(void)
{
	static const char *const damages[] = {
	    "DELETE FROM chain_certificates WHERE position = 1",
	    "UPDATE chains SET leaf = 2 WHERE id = 1",
	    "UPDATE certificate_der SET der = x'00' WHERE certificate = 1",
	    "DELETE FROM certificate_der WHERE certificate = 1",
	    "UPDATE sightings SET port = 1 WHERE endpoint = 3",
	    "UPDATE certificates SET names = 'a.example' WHERE id = 1",
	    "UPDATE certificates SET sha256 = x'00' WHERE id = 1",
	    "UPDATE chains SET digest = randomblob(32) WHERE id = 1",
	    "DELETE FROM sightings WHERE endpoint = 3",
	    "DELETE FROM changes WHERE endpoint = 3",
	    "DELETE FROM endpoints WHERE id = 3",
	    "DELETE FROM certificates WHERE id = 2",
	    "UPDATE sightings SET first_ms = last_ms + 1 WHERE endpoint = 3",
	    "UPDATE endpoints SET vanished_ms = 5 WHERE id = 3",
	    "INSERT INTO chain_findings VALUES (1, 0, 1, 1, 5, 4, '')",
	};

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct store *s = lab_store();
		size_t problems = 0;

		fill(s);
		lab_sound(s);
		CHECK(went_well(db_exec(s, "PRAGMA foreign_keys = OFF"), s));
		CHECK(went_well(db_exec(s, damages[i]), s));
		CHECK(went_well(store_check(s, NULL, NULL, &problems), s));
		if (!problems)
			printf("# not seen: %s\n", damages[i]);
		CHECK(problems > 0);
		store_close(s);
	}
}

static void a_torn_page_is_seen(void)
{
	struct store *s = lab_store();
	size_t problems = 0;
	struct err e;
	FILE *f;

	fill(s);
	CHECK(went_well(store_vacuum(s), s));
	store_close(s);
	f = fopen(lab_path, "r+b");
	fseek(f, 4096 * 3, SEEK_SET);
	for (int i = 0; i < 4096; i++)
		fputc(0x5a, f);
	fclose(f);
	s = NULL;
	e = store_open(lab_path, STORE_WRITE, &s);
	if (!err_is(e))
		e = store_check(s, NULL, NULL, &problems);
	CHECK(err_is(e) || problems > 0);
	store_close(s);
}

static int64_t endpoints(struct store *s)
{
	struct stmt q = stmt_once(s, "SELECT count(*) FROM endpoints");
	int64_t n = stmt_row(&q) ? stmt_get_int(&q, 0) : -1;

	CHECK(went_well(stmt_end(&q), s));
	return n;
}

static void a_backup_is_a_store(void)
{
	struct store *s = lab_store(), *copy = NULL;
	char path[128];
	struct err e;

	fill(s);
	snprintf(path, sizeof(path), "%s/copy.db", lab_folder);
	CHECK(went_well(store_backup(s, path), s));
	CHECK(went_well(store_open(path, STORE_WRITE, &copy), NULL));
	CHECK_EQ(endpoints(copy), 50);
	lab_sound(copy);
	store_close(copy);
	e = store_backup(s, path);
	CHECK_EQ(err_class(e), ERR_IO);
	CHECK_EQ(err_detail(e), EEXIST);
	snprintf(path, sizeof(path), "%s/none/copy.db", lab_folder);
	CHECK_EQ(err_detail(store_backup(s, path)), ENOENT);
	store_close(s);
}

static void a_backup_while_another_writes(void)
{
	struct store *s = lab_store(), *other = lab_open(), *copy = NULL;
	struct observation o = lab_seen(99, NULL, 0, 5);
	struct stored stored;
	char path[128];

	fill(s);
	snprintf(path, sizeof(path), "%s/copy.db", lab_folder);
	CHECK(went_well(store_begin(other), other));
	CHECK(went_well(store_put_observation(other, &o, &stored), other));
	CHECK(went_well(store_backup(s, path), s));
	CHECK(went_well(store_commit(other), other));
	CHECK(went_well(store_open(path, STORE_READ, &copy), NULL));
	CHECK_EQ(endpoints(copy), 50);
	CHECK_EQ(endpoints(s), 51);
	store_close(copy);
	store_close(other);
	store_close(s);
}

static void a_vacuum_gives_space_back(void)
{
	struct store *s = lab_store();
	struct stat before, after;

	fill(s);
	CHECK(went_well(db_exec(s, "CREATE TABLE ballast (b BLOB);"
				   "INSERT INTO ballast VALUES (zeroblob(1000000));"
				   "PRAGMA wal_checkpoint(TRUNCATE);"),
	    s));
	stat(lab_path, &before);
	CHECK(went_well(db_exec(s, "DROP TABLE ballast"), s));
	CHECK(went_well(store_vacuum(s), s));
	stat(lab_path, &after);
	CHECK(after.st_size + 900000 < before.st_size);
	CHECK_EQ(endpoints(s), 50);
	lab_sound(s);
	store_close(s);
}

/* The views that docs/schema.md promises. */
static void views_can_be_read(void)
{
	static const struct {
		const char *sql;
		const char *value;
	} cases[] = {
	    {"SELECT count(*) FROM inventory", "50"},
	    {"SELECT ip || ' ' || port || ' ' || subject || ' ' || issuer || ' ' || outcome"
	     " FROM inventory LIMIT 1",
		"10.0.0.0 443 a.example Lab CA certificate"},
	    {"SELECT not_after FROM inventory LIMIT 1", "1970-01-01 02:30:00"},
	    {"SELECT count(*) FROM expiring", "0"},
	    {"SELECT change || ' ' || ip || ' ' || after_subject FROM history LIMIT 1",
		"new 10.0.0.0 a.example"},
	    {"SELECT word FROM findings_now LIMIT 1", "weak-key"},
	    {"SELECT findings FROM inventory LIMIT 1", "weak-key"},
	};
	struct store *s = lab_store();

	fill(s);
	CHECK(went_well(db_exec(s, "INSERT INTO chain_findings VALUES (1, 0, 9, 3, 5,"
				   " 9223372036854775807, 'RSA 512')"),
	    s));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stmt q = stmt_once(s, cases[i].sql);

		CHECK(stmt_row(&q));
		CHECK_STR(stmt_get_text(&q, 0), cases[i].value);
		CHECK(went_well(stmt_end(&q), s));
	}
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 1 << 22);
	RUN(damage_is_seen);
	RUN(a_torn_page_is_seen);
	RUN(a_backup_is_a_store);
	RUN(a_backup_while_another_writes);
	RUN(a_vacuum_gives_space_back);
	RUN(views_can_be_read);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
