#include "lab.h"

#include "store/notes.h"

static int64_t user_of(struct store *s, const char *name)
{
	struct user user = {.role = ROLE_ADMIN};

	snprintf(user.name, sizeof(user.name), "%s", name);
	CHECK(went_well(store_user_add(s, &user, "p", false), s));
	return user.id;
}

static struct view view_of(struct store *s, int64_t user, const char *name, bool shared)
{
	struct view view = {.name = name, .state = "q=port%3A443", .shared = shared, .user = user};

	CHECK(went_well(store_view_add(s, &view), s));
	return view;
}

static bool name_add(void *context, const struct view *view)
{
	char *text = context;

	snprintf(text + strlen(text), 64 - strlen(text), "%s/%s;", view->name, view->by);
	return true;
}

static const char *names(struct store *s, int64_t user)
{
	static char text[64];

	text[0] = 0;
	CHECK(went_well(store_each_view(s, user, name_add, text), s));
	return text;
}

static void one_sees_ones_own_and_the_shared(void)
{
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann"), bob = user_of(s, "bob");

	view_of(s, ann, "b", false);
	view_of(s, ann, "C", true);
	view_of(s, bob, "a", false);
	CHECK_STR(names(s, ann), "b/ann;C/ann;");
	CHECK_STR(names(s, bob), "a/bob;C/ann;");
	CHECK(went_well(store_user_remove(s, "ann"), s));
	CHECK_STR(names(s, bob), "a/bob;");
	lab_sound(s);
	store_close(s);
}

/* Of another's private view one does not even hear that it is there. */
static void only_its_maker_changes_it(void)
{
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann"), bob = user_of(s, "bob");
	struct view mine = view_of(s, ann, "mine", false), ours = view_of(s, ann, "ours", true);

	mine.user = ours.user = bob;
	CHECK(err_is_refusal(store_view_change(s, &mine), REFUSAL_MISSING));
	CHECK(err_is_refusal(store_view_change(s, &ours), REFUSAL_FORBIDDEN));
	CHECK(err_is_refusal(store_view_remove(s, bob, ours.id), REFUSAL_FORBIDDEN));
	ours.user = ann;
	ours.name = "theirs";
	CHECK(went_well(store_view_change(s, &ours), s));
	CHECK_STR(names(s, bob), "theirs/ann;");
	CHECK(went_well(store_view_remove(s, ann, ours.id), s));
	CHECK_STR(names(s, bob), "");
	store_close(s);
}

static void views_are_bounded(void)
{
	static char long_state[VIEW_STATE_MAX + 1];
	struct store *s = lab_store();
	int64_t ann = user_of(s, "ann");
	struct view bad[] = {
	    {.name = "", .state = "", .user = ann},
	    {.name = "x", .state = long_state, .user = ann},
	    {.name = "\xff", .state = "", .user = ann},
	};
	struct view more = {.name = "more", .state = "", .user = ann};

	memset(long_state, 'a', VIEW_STATE_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(err_class(store_view_add(s, &bad[i])), ERR_INPUT);
	for (int i = 0; i < VIEWS_PER_USER_MAX; i++)
		view_of(s, ann, "v", false);
	CHECK_EQ(err_class(store_view_add(s, &more)), ERR_LIMIT);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(one_sees_ones_own_and_the_shared);
	RUN(only_its_maker_changes_it);
	RUN(views_are_bounded);
	lab_drop();
	return test_done();
}
