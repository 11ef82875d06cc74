#include "http/status.h"

#include "lib/test.h"

/* Only what went wrong has a code, for {"error":{"code":...}}. */
static void every_error_has_a_code(void)
{
	unsigned known = 0;

	for (unsigned number = 0; number < 700; number++) {
		const struct status *row = status_row(number);

		if (row->number == 0)
			continue;
		known++;
		CHECK_EQ(row->number, number);
		CHECK(*row->reason);
		CHECK_EQ(row->code != NULL, number >= 400);
	}
	CHECK(known > 25);
}

static void what_the_api_answers_is_there(void)
{
	static const struct {
		unsigned number;
		const char *reason, *code;
	} rows[] = {
	    {400, "Bad Request", "bad-request"},
	    {401, "Unauthorized", "unauthenticated"},
	    {403, "Forbidden", "forbidden"},
	    {404, "Not Found", "not-found"},
	    {409, "Conflict", "conflict"},
	    {413, "Content Too Large", "too-large"},
	    {422, "Unprocessable Content", "invalid"},
	    {429, "Too Many Requests", "slow-down"},
	    {500, "Internal Server Error", "internal"},
	    {503, "Service Unavailable", "busy"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_STR(status_row(rows[i].number)->reason, rows[i].reason);
		CHECK_STR(status_row(rows[i].number)->code, rows[i].code);
	}
}

static void an_unknown_one_is_an_error_of_ours(void)
{
	CHECK_EQ(status_row(299)->number, 0);
	CHECK_STR(status_row(299)->reason, "Unknown");
	CHECK_STR(status_row(0)->code, "internal");
}

int main(void)
{
	RUN(every_error_has_a_code);
	RUN(what_the_api_answers_is_there);
	RUN(an_unknown_one_is_an_error_of_ours);
	return test_done();
}
