#include "doc/doc.h"

#include "lib/test.h"

static struct arena arena;

static const struct doc *read(const char *json)
{
	struct doc_error error;
	const struct doc *d = NULL;

	CHECK(!err_is(doc_from_json(span_str(json), &arena, &d, &error)));
	return d;
}

static void a_chain_of_questions_needs_one_check(void)
{
	const struct doc *d = read("{\"user\":{\"name\":\"ann\"},\"n\":[1,2]}");

	CHECK_STR(doc_text(doc_get(doc_get(d, "user"), "name")), "ann");
	CHECK(doc_text(doc_get(doc_get(d, "nobody"), "name")) == NULL);
	CHECK(doc_get(doc_get(d, "n"), "name") == NULL);
	CHECK_EQ(doc_get(d, "n")->n, 2);
	CHECK(doc_first(NULL) == NULL);
	CHECK(doc_or(NULL, d) == d);
}

static void only_its_own_kind_is_given(void)
{
	const struct doc *d = read("[1, 1.5, true, \"1\", null]");
	const struct doc *real = d->first->next, *yes = real->next, *text = yes->next;
	int64_t number = -1;
	double fraction = -1;
	bool b = false;

	CHECK(doc_int(d->first, &number) && number == 1);
	CHECK(!doc_int(real, &number) && !doc_int(text, &number) && !doc_int(yes, &number));
	CHECK_EQ(number, 1);
	CHECK(doc_real(real, &fraction) && fraction == 1.5);
	CHECK(doc_real(d->first, &fraction) && fraction == 1);
	CHECK(doc_bool(yes, &b) && b);
	CHECK(!doc_bool(d->first, &b));
	CHECK(doc_text(yes) == NULL);
	CHECK(doc_is(text->next, DOC_NULL) && !doc_is(NULL, DOC_NULL));
}

static void an_error_has_a_place_and_a_sentence(void)
{
	struct doc_error error;
	const struct doc *d = read("{\n \"port\": \"x\"}");
	struct err e = doc_fail(&error, doc_get(d, "port"), "port: %s", doc_kind_text(DOC_INT));

	CHECK_EQ(err_class(e), ERR_INPUT);
	CHECK_EQ(e.at, 2);
	CHECK_EQ(error.at.column, 10);
	CHECK_STR(error.text, "port: a whole number");
	e = doc_fail(&error, NULL, "nothing");
	CHECK_EQ(e.at, 1);
}

int main(void)
{
	arena_init(&arena, 1 << 20);
	RUN(a_chain_of_questions_needs_one_check);
	RUN(only_its_own_kind_is_given);
	RUN(an_error_has_a_place_and_a_sentence);
	arena_done(&arena);
	return test_done();
}
