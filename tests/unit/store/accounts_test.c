#include "lab.h"

#include "store/accounts.h"

static struct err add(struct store *s, const char *name, enum role role)
{
	struct user user = {.role = (uint8_t)role, .created_ms = 1000};

	snprintf(user.name, sizeof(user.name), "%s", name);
	return store_user_add(s, &user, "$scrypt$1", false);
}

static struct user find(struct store *s, const char *name, char password[PASSWORD_TEXT_MAX])
{
	struct user user = {0};

	CHECK(went_well(store_user_find(s, name, &user, password), s));
	return user;
}

static void roles_have_names(void)
{
	for (unsigned i = ROLE_VIEWER; i < ROLE_MAX; i++)
		CHECK_EQ(role_find(span_str(role_text((enum role)i))), i);
	CHECK_EQ(role_find(span_str("root")), ROLE_NONE);
	CHECK_EQ(role_find(span_str("none")), ROLE_NONE);
	CHECK_STR(role_text(ROLE_MAX), "none");
}

static void names_are_checked(void)
{
	static const struct {
		const char *name;
		bool good;
		size_t at;
	} rows[] = {
	    {"a", true, 0},
	    {"Ann.Lee+ops@example.org", true, 0},
	    {"0123456789012345678901234567890123456789012345678901234567890123", true, 0},
	    {"01234567890123456789012345678901234567890123456789012345678901234", false, 64},
	    {"", false, 0},
	    {".a", false, 0},
	    {"a b", false, 1},
	    {"a\"", false, 1},
	    {"j\xc3\xb6", false, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = user_name_check(span_str(rows[i].name));

		CHECK_EQ(err_is(e), !rows[i].good);
		CHECK_EQ(e.at, rows[i].at);
	}
	CHECK(err_is(user_name_check(span_of("a\0b", 3))));
}

static void the_first_user_is_made_once(void)
{
	struct store *s = lab_store();
	struct user first = {.name = "ann", .role = ROLE_ADMIN, .created_ms = 5};
	struct user second = {.name = "bob", .role = ROLE_ADMIN};
	bool has = true;

	CHECK(went_well(store_has_users(s, &has), s));
	CHECK(!has);
	CHECK(went_well(store_user_add(s, &first, "p", true), s));
	CHECK(first.id != 0);
	CHECK(err_is_refusal(store_user_add(s, &second, "p", true), REFUSAL_TAKEN));
	CHECK(went_well(store_has_users(s, &has), s));
	CHECK(has);
	lab_sound(s);
	store_close(s);
}

static void a_user_is_found_whatever_the_case(void)
{
	struct store *s = lab_store();
	char password[PASSWORD_TEXT_MAX] = "";
	struct user user;

	CHECK(went_well(add(s, "Ann", ROLE_ADMIN), s));
	CHECK(err_is_refusal(add(s, "aNN", ROLE_VIEWER), REFUSAL_TAKEN));
	user = find(s, "ann", password);
	CHECK_STR(user.name, "Ann");
	CHECK_STR(password, "$scrypt$1");
	CHECK_EQ(user.role, ROLE_ADMIN);
	CHECK_EQ(user.created_ms, 1000);
	CHECK_EQ(user.login_ms, 0);
	CHECK(went_well(store_user_logged_in(s, user.id, 2000), s));
	CHECK_EQ(find(s, "ann", password).login_ms, 2000);
	CHECK(err_is_refusal(store_user_find(s, "bob", &user, password), REFUSAL_MISSING));
	CHECK(err_is(add(s, "eve", ROLE_NONE)));
	CHECK(err_is(add(s, "eve", ROLE_MAX)));
	CHECK(err_is(add(s, "e e", ROLE_VIEWER)));
	store_close(s);
}

/* The last one who may administer stays, by whichever door they would be lost. */
static void an_administrator_is_left(void)
{
	static const struct user_change harms[] = {
	    {.role = ROLE_OPERATOR, .disabled = -1},
	    {.disabled = 1},
	};
	struct store *s = lab_store();
	char password[PASSWORD_TEXT_MAX];

	CHECK(went_well(add(s, "ann", ROLE_ADMIN), s));
	CHECK(went_well(add(s, "bob", ROLE_OPERATOR), s));
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++)
		CHECK(err_is_refusal(store_user_change(s, "ann", &harms[i]), REFUSAL_FORBIDDEN));
	CHECK(err_is_refusal(store_user_remove(s, "ann"), REFUSAL_FORBIDDEN));
	CHECK_EQ(find(s, "ann", password).role, ROLE_ADMIN);
	CHECK(!find(s, "ann", password).disabled);
	CHECK(went_well(
	    store_user_change(s, "bob", &(struct user_change){.role = ROLE_ADMIN, .disabled = -1}),
	    s));
	CHECK(went_well(store_user_remove(s, "ann"), s));
	CHECK(err_is_refusal(store_user_remove(s, "bob"), REFUSAL_FORBIDDEN));
	lab_sound(s);
	store_close(s);
}

/* In a batch that goes on, a refusal takes back its own doing and nothing else. */
static void a_refusal_leaves_an_open_batch_as_it_was(void)
{
	struct store *s = lab_store();
	char password[PASSWORD_TEXT_MAX];

	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(add(s, "ann", ROLE_ADMIN), s));
	CHECK(err_is_refusal(store_user_remove(s, "ann"), REFUSAL_FORBIDDEN));
	CHECK(went_well(store_commit(s), s));
	CHECK_EQ(find(s, "ann", password).role, ROLE_ADMIN);
	store_close(s);
}

static void a_change_changes_what_it_says(void)
{
	struct store *s = lab_store();
	char password[PASSWORD_TEXT_MAX];
	struct user_change role = {.role = ROLE_OPERATOR, .disabled = -1};
	struct user_change word = {.disabled = -1, .password = "$scrypt$2"};
	struct user_change nothing = {.disabled = -1};

	CHECK(went_well(add(s, "ann", ROLE_ADMIN), s));
	CHECK(went_well(add(s, "bob", ROLE_VIEWER), s));
	CHECK(went_well(store_user_change(s, "bob", &role), s));
	CHECK_EQ(find(s, "bob", password).role, ROLE_OPERATOR);
	CHECK_STR(password, "$scrypt$1");
	CHECK(went_well(store_user_change(s, "bob", &word), s));
	CHECK_EQ(find(s, "bob", password).role, ROLE_OPERATOR);
	CHECK_STR(password, "$scrypt$2");
	CHECK(went_well(store_user_change(s, "bob", &nothing), s));
	CHECK(err_is_refusal(store_user_change(s, "eve", &role), REFUSAL_MISSING));
	store_close(s);
}

static bool name_add(void *context, const struct user *user)
{
	char *names = context;

	snprintf(names + strlen(names), 64 - strlen(names), "%s;", user->name);
	return true;
}

static void users_come_by_name(void)
{
	struct store *s = lab_store();
	char names[64] = "";

	CHECK(went_well(add(s, "cid", ROLE_ADMIN), s));
	CHECK(went_well(add(s, "Bob", ROLE_ADMIN), s));
	CHECK(went_well(add(s, "ann", ROLE_ADMIN), s));
	CHECK(went_well(store_each_user(s, name_add, names), s));
	CHECK_STR(names, "ann;Bob;cid;");
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(roles_have_names);
	RUN(names_are_checked);
	RUN(the_first_user_is_made_once);
	RUN(a_user_is_found_whatever_the_case);
	RUN(an_administrator_is_left);
	RUN(a_refusal_leaves_an_open_batch_as_it_was);
	RUN(a_change_changes_what_it_says);
	RUN(users_come_by_name);
	lab_drop();
	return test_done();
}
