#include "lab.h"

#include "store/settings.h"

static const char *get(struct store *s, enum setting setting)
{
	static char text[4096];
	struct buf b;

	buf_init(&b, sizeof(text));
	CHECK(went_well(store_setting_get(s, setting, &b), s));
	snprintf(text, sizeof(text), "%s", buf_text(&b));
	buf_done(&b);
	return text;
}

static void each_has_a_key_and_a_fallback_that_it_would_take(void)
{
	struct store *s = lab_store();

	for (unsigned i = 0; i < SETTING_MAX; i++) {
		const struct setting_row *row = setting_row((enum setting)i);

		for (unsigned k = 0; k < i; k++)
			CHECK(strcmp(row->key, setting_row((enum setting)k)->key) != 0);
		CHECK_STR(get(s, (enum setting)i), row->fallback);
		CHECK(went_well(store_setting_put(s, (enum setting)i, row->fallback, "ann", 1), s));
		CHECK_STR(get(s, (enum setting)i), row->fallback);
	}
	store_close(s);
}

static void what_is_put_is_checked(void)
{
	static const struct {
		enum setting setting;
		const char *value;
		bool good;
		size_t at;
	} rows[] = {
	    {SETTING_GONE_DAYS, "0", true, 0},
	    {SETTING_GONE_DAYS, "36500", true, 0},
	    {SETTING_GONE_DAYS, "36501", false, 0},
	    {SETTING_GONE_DAYS, "99999999999999999999999999", false, 0},
	    {SETTING_GONE_DAYS, "-1", false, 0},
	    {SETTING_GONE_DAYS, "12 ", false, 2},
	    {SETTING_GONE_DAYS, "", false, 0},
	    {SETTING_PUBLIC_URL, "https://certs.example:8440/x", true, 0},
	    {SETTING_PUBLIC_URL, "", true, 0},
	    {SETTING_PUBLIC_URL, "javascript:alert(1)", false, 0},
	    {SETTING_PUBLIC_URL, "https://a b", false, 9},
	    {SETTING_PUBLIC_URL, "https://a\"b", false, 9},
	    {SETTING_INTERNAL_NETWORKS, "10.0.0.0/8  fd00::/8 192.0.2.1 ", true, 0},
	    {SETTING_INTERNAL_NETWORKS, "", true, 0},
	    {SETTING_INTERNAL_NETWORKS, "10.0.0.0/8 10.0.0.0/33", false, 20},
	    {SETTING_WEBHOOK_NETWORKS, "10.0.0.0/8,10.1.1.1", false, 9},
	};
	struct store *s = lab_store();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = store_setting_put(s, rows[i].setting, rows[i].value, "ann", 1);

		if (err_is(e) == rows[i].good || (err_is(e) && e.at != rows[i].at))
			printf("# row %zu: at %u\n", i, e.at);
		CHECK_EQ(err_is(e), !rows[i].good);
		CHECK(rows[i].good || e.at == rows[i].at);
		if (rows[i].good)
			CHECK_STR(get(s, rows[i].setting), rows[i].value);
	}
	store_close(s);
}

static void numbers_are_numbers(void)
{
	struct store *s = lab_store();
	int64_t days = -1;

	CHECK(went_well(store_setting_number(s, SETTING_HISTORY_DAYS, &days), s));
	CHECK_EQ(days, 730);
	CHECK(went_well(store_setting_put(s, SETTING_HISTORY_DAYS, "31", "ann", 1), s));
	CHECK(went_well(store_setting_number(s, SETTING_HISTORY_DAYS, &days), s));
	CHECK_EQ(days, 31);
	store_close(s);
}

static bool subject_add(void *context, const struct trusted_ca *ca)
{
	char *text = context;

	snprintf(text + strlen(text), 64 - strlen(text), "%s:%zu;", ca->subject, ca->der.n);
	return true;
}

static void trusted_cas_come_and_go(void)
{
	struct store *s = lab_store();
	struct trusted_ca b = {.id = {{2}}, .subject = "CN=b", .by = "ann", .der = span_str("bb")};
	struct trusted_ca a = {.id = {{3}}, .subject = "CN=a", .by = "ann", .der = span_str("aaa")};
	char text[64] = "";

	CHECK(went_well(store_trusted_add(s, &b), s));
	CHECK(went_well(store_trusted_add(s, &a), s));
	CHECK(err_is_refusal(store_trusted_add(s, &a), REFUSAL_TAKEN));
	CHECK(went_well(store_each_trusted(s, subject_add, text), s));
	CHECK_STR(text, "CN=a:3;CN=b:2;");
	CHECK(went_well(store_trusted_remove(s, &a.id), s));
	CHECK(err_is_refusal(store_trusted_remove(s, &a.id), REFUSAL_MISSING));
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(each_has_a_key_and_a_fallback_that_it_would_take);
	RUN(what_is_put_is_checked);
	RUN(numbers_are_numbers);
	RUN(trusted_cas_come_and_go);
	lab_drop();
	return test_done();
}
