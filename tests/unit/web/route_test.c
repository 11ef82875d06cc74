#include "web/route.h"

#include "lib/test.h"

static void nothing(struct web_call *c)
{
	(void)c;
}

static const struct route table[] = {
    {HTTP_GET, "/rows", ROLE_VIEWER, LANE_READ, 0, nothing},
    {HTTP_GET, "/rules/{id}", ROLE_VIEWER, LANE_READ, 0, nothing},
    {HTTP_PUT, "/rules/{id}", ROLE_OPERATOR, LANE_WRITE, 0, nothing},
    {HTTP_POST, "/rules/check", ROLE_OPERATOR, LANE_READ, 0, nothing},
    {HTTP_GET, "/a/{x}/b/{y}", ROLE_VIEWER, LANE_READ, 0, nothing},
    {HTTP_GET, "/healthz", ROLE_NONE, LANE_READ, ROUTE_ROOT, nothing},
    {0},
};
static const struct route *const tables[] = {table, NULL};

static void a_path_finds_its_row(void)
{
	static const struct {
		enum http_method method;
		const char *path;
		int row; /* -1: none */
	} rows[] = {
	    {HTTP_GET, "/api/v1/rows", 0},
	    {HTTP_HEAD, "/api/v1/rows", 0},
	    {HTTP_POST, "/api/v1/rows", -1},
	    {HTTP_GET, "/api/v1/rows/", -1},
	    {HTTP_GET, "/api/v1/row", -1},
	    {HTTP_GET, "/api/v1/rowsx", -1},
	    {HTTP_GET, "/rows", -1},
	    {HTTP_GET, "/api/v1", -1},
	    {HTTP_GET, "/api/v1/rules/7", 1},
	    {HTTP_GET, "/api/v1/rules/", -1},
	    {HTTP_GET, "/api/v1/rules/7/8", -1},
	    {HTTP_PUT, "/api/v1/rules/7", 2},
	    {HTTP_POST, "/api/v1/rules/check", 3},
	    {HTTP_GET, "/healthz", 5},
	    {HTTP_GET, "/api/v1/healthz", -1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route_match match;

		route_find_in(tables, rows[i].method, rows[i].path, &match);
		CHECK(match.route == (rows[i].row < 0 ? NULL : &table[rows[i].row]));
	}
}

static void other_methods_of_the_path_are_told(void)
{
	struct route_match match;

	route_find_in(tables, HTTP_DELETE, "/api/v1/rules/7", &match);
	CHECK(!match.route);
	CHECK_EQ(match.methods, 1u << HTTP_GET | 1u << HTTP_PUT);
	route_find_in(tables, HTTP_GET, "/api/v1/nowhere", &match);
	CHECK_EQ(match.methods, 0);
}

static void variables_go_by_name(void)
{
	struct route_match match;

	route_find_in(tables, HTTP_GET, "/api/v1/a/[::1]:443/b/2", &match);
	CHECK(match.route == &table[4]);
	CHECK(span_is(route_variable(&match, "x"), "[::1]:443"));
	CHECK(span_is(route_variable(&match, "y"), "2"));
	CHECK_EQ(route_variable(&match, "z").n, 0);
}

/* Who may not even look at a page may change nothing: what is open is on a short list. */
static void what_is_open_is_known(void)
{
	static const char *const open[] = {
	    "/session", "/setup", "/login", "/healthz", "/readyz", "/metrics", "/openapi.yaml"};
	size_t n = 0;

	for (const struct route *const *t = route_tables; *t; t++)
		for (const struct route *r = *t; r->fn; r++) {
			bool known = r->role != ROLE_NONE;

			for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
				known = known || strcmp(open[i], r->path) == 0;
			CHECK(known);
			n++;
		}
	CHECK(n > 50);
}

int main(void)
{
	RUN(a_path_finds_its_row);
	RUN(other_methods_of_the_path_are_told);
	RUN(variables_go_by_name);
	RUN(what_is_open_is_known);
	return test_done();
}
