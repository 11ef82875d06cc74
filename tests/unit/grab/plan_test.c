#include "grab/plan.h"

#include "lib/test.h"

enum { STEPS_MAX = GRAB_TRIED_MAX + 1 };

/* A server: how each attempt on it ends; what the plan must therefore say, in order. */
struct step {
	uint8_t dialect, hello;
	bool ptr;
	enum trouble then;
	uint8_t sniffed;
};

static const struct {
	const char *what;
	uint16_t port;
	struct grab_hint hint;
	bool nameable;
	size_t n;
	struct step steps[STEPS_MAX];
} cases[] = {
    {"an ordinary server", 443, {0}, true, 1, {{0, HELLO_MODERN, false, TROUBLE_NONE, 0}}},
    {"wants a name", 443, {0}, true, 2,
	{{0, HELLO_MODERN, false, TROUBLE_NAME, 0}, {0, HELLO_MODERN, true, TROUBLE_NONE, 0}}},
    {"wants a name that nobody knows", 443, {0}, false, 1,
	{{0, HELLO_MODERN, false, TROUBLE_NAME, 0}}},
    {"old suites only", 443, {0}, false, 2,
	{{0, HELLO_MODERN, false, TROUBLE_PARAMETERS, 0},
	    {0, HELLO_LEGACY, false, TROUBLE_NONE, 0}}},
    {"a refusal: first the name, then old suites, with the name", 443, {0}, true, 4,
	{{0, HELLO_MODERN, false, TROUBLE_PARAMETERS, 0},
	    {0, HELLO_MODERN, true, TROUBLE_PARAMETERS, 0},
	    {0, HELLO_LEGACY, true, TROUBLE_PARAMETERS, 0},
	    {0, HELLO_TLS10, true, TROUBLE_PARAMETERS, 0}}},
    {"SSL 3.0 only", 443, {0}, false, 3,
	{{0, HELLO_MODERN, false, TROUBLE_VERSION, 0}, {0, HELLO_TLS10, false, TROUBLE_VERSION, 0},
	    {0, HELLO_SSL3, false, TROUBLE_NONE, 0}}},
    {"closes on everything", 443, {0}, false, 3,
	{{0, HELLO_MODERN, false, TROUBLE_HELLO_CLOSED, 0},
	    {0, HELLO_SMALL, false, TROUBLE_HELLO_CLOSED, 0},
	    {0, HELLO_TLS10, false, TROUBLE_HELLO_CLOSED, 0}}},
    {"silent", 443, {0}, false, 2,
	{{0, HELLO_MODERN, false, TROUBLE_HELLO_SILENT, 0},
	    {0, HELLO_SMALL, false, TROUBLE_HELLO_SILENT, 0}}},
    {"HTTP", 8080, {0}, true, 1, {{0, HELLO_MODERN, false, TROUBLE_NOT_TLS, 0}}},
    {"SMTP at an unknown port", 12345, {0}, true, 2,
	{{0, HELLO_MODERN, false, TROUBLE_NOT_TLS, DIALECT_SMTP},
	    {DIALECT_SMTP, HELLO_MODERN, false, TROUBLE_NONE, 0}}},
    {"a STARTTLS port", 25, {0}, true, 1,
	{{DIALECT_SMTP, HELLO_MODERN, false, TROUBLE_NO_UPGRADE, 0}}},
    {"a STARTTLS server with old suites", 25, {0}, false, 2,
	{{DIALECT_SMTP, HELLO_MODERN, false, TROUBLE_PARAMETERS, 0},
	    {DIALECT_SMTP, HELLO_LEGACY, false, TROUBLE_NONE, 0}}},
    {"TLS at once at a STARTTLS port", 587, {0}, true, 2,
	{{DIALECT_SMTP, HELLO_MODERN, false, TROUBLE_DIALOGUE_SILENT, 0},
	    {0, HELLO_MODERN, false, TROUBLE_NONE, 0}}},
    {"IMAP at SMTP's port", 25, {0}, true, 2,
	{{DIALECT_SMTP, HELLO_MODERN, false, TROUBLE_DIALOGUE_OTHER, DIALECT_IMAP},
	    {DIALECT_IMAP, HELLO_MODERN, false, TROUBLE_NONE, 0}}},
    {"an unknown port that closes: guesses, three connections in all", 4567, {0}, false, 3,
	{{0, HELLO_MODERN, false, TROUBLE_HELLO_CLOSED, 0},
	    {DIALECT_POSTGRES, HELLO_MODERN, false, TROUBLE_DIALOGUE_CLOSED, 0},
	    {DIALECT_RDP, HELLO_MODERN, false, TROUBLE_DIALOGUE_CLOSED, 0}}},
    {"an unknown port that looks like LDAP's", 20389, {0}, false, 3,
	{{0, HELLO_MODERN, false, TROUBLE_HELLO_SILENT, 0},
	    {DIALECT_LDAP, HELLO_MODERN, false, TROUBLE_DIALOGUE_SILENT, 0},
	    {DIALECT_POSTGRES, HELLO_MODERN, false, TROUBLE_DIALOGUE_SILENT, 0}}},
    {"PostgreSQL at an unknown port, without TLS", 4567, {0}, false, 2,
	{{0, HELLO_MODERN, false, TROUBLE_HELLO_CLOSED, 0},
	    {DIALECT_POSTGRES, HELLO_MODERN, false, TROUBLE_NO_UPGRADE, 0}}},
    {"what worked last time comes first", 4567,
	{.known = true, .starttls = DIALECT_FTP, .hello = HELLO_LEGACY}, false, 1,
	{{DIALECT_FTP, HELLO_LEGACY, false, TROUBLE_NONE, 0}}},
    {"what worked last time does no longer", 443, {.known = true, .hello = HELLO_LEGACY}, false, 2,
	{{0, HELLO_LEGACY, false, TROUBLE_PARAMETERS, 0},
	    {0, HELLO_MODERN, false, TROUBLE_NONE, 0}}},
    {"a port that TLS was seen at is no guess", 4567, {.known = true, .hello = HELLO_MODERN}, false,
	2,
	{{0, HELLO_MODERN, false, TROUBLE_HELLO_CLOSED, 0},
	    {0, HELLO_SMALL, false, TROUBLE_NONE, 0}}},
    {"refused", 443, {0}, true, 1, {{0, HELLO_MODERN, false, TROUBLE_CONNECT, 0}}},
    {"refused the second time", 443, {0}, false, 3,
	{{0, HELLO_MODERN, false, TROUBLE_PARAMETERS, 0},
	    {0, HELLO_LEGACY, false, TROUBLE_CONNECT, 0},
	    {0, HELLO_LEGACY, false, TROUBLE_NONE, 0}}},
    {"no certificate", 443, {0}, true, 1, {{0, HELLO_MODERN, false, TROUBLE_NO_CERT, 0}}},
};

static void follow(const struct step *steps, size_t n, struct plan *p)
{
	struct attempt a = {0};

	for (size_t i = 0; i < n; i++) {
		CHECK(plan_next(p, &a));
		CHECK_EQ(a.dialect, steps[i].dialect);
		CHECK_EQ(a.hello, steps[i].hello);
		CHECK_EQ(a.ptr, steps[i].ptr);
		plan_tried(p, &a, steps[i].then, steps[i].sniffed);
	}
	CHECK(!plan_next(p, &a));
}

static void climbs_the_ladder(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plan p;
		bool failed = test_failed;

		plan_init(&p, cases[i].port, &cases[i].hint, cases[i].nameable);
		test_failed = false;
		follow(cases[i].steps, cases[i].n, &p);
		if (test_failed)
			printf("# in: %s\n", cases[i].what);
		test_failed |= failed;
	}
}

/* Whatever a server does, it never sees more than three connections without a name, and three
 * with. */
static void never_exceeds_its_connections(void)
{
	static const uint16_t ports[] = {443, 25, 5432, 4567, 20389, 10025};
	unsigned seed = 1;

	for (int round = 0; round < 20000; round++) {
		struct grab_hint hint = {.known = rand_r(&seed) % 2, .hello = HELLO_LEGACY};
		struct plan p;
		struct attempt a;
		size_t n[2] = {0};

		plan_init(&p, ports[rand_r(&seed) % 6], &hint, rand_r(&seed) % 2);
		while (plan_next(&p, &a)) {
			CHECK(a.hello > HELLO_NONE && a.hello < HELLO_VARIANT_MAX);
			n[a.ptr]++;
			plan_tried(&p, &a,
			    (enum trouble)(1 + (unsigned)rand_r(&seed) % (TROUBLE_LOCAL - 1)),
			    (uint8_t)(rand_r(&seed) % 9));
		}
		CHECK(n[0] <= GRAB_CONNECTIONS_MAX);
		CHECK(n[1] <= GRAB_CONNECTIONS_MAX);
	}
}

static void listens_where_the_port_resembles_one_that_greets(void)
{
	static const struct grab_hint nothing;
	struct plan p;
	struct attempt a;

	plan_init(&p, 20143, &nothing, false);
	CHECK(plan_next(&p, &a) && a.listen && a.dialect == DIALECT_NONE);
	plan_init(&p, 15432, &nothing, false);
	CHECK(plan_next(&p, &a) && !a.listen && a.dialect == DIALECT_NONE);
	plan_init(&p, 4567, &nothing, false);
	CHECK(plan_next(&p, &a) && !a.listen);
}

static void guesses_first_what_the_port_resembles(void)
{
	static const struct grab_hint nothing;
	static const struct {
		uint16_t port;
		uint8_t dialect;
	} near[] = {{15432, DIALECT_POSTGRES}, {21389, DIALECT_LDAP}, {63389, DIALECT_RDP}};
	struct attempt a;
	struct plan p;

	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
		plan_init(&p, near[i].port, &nothing, false);
		CHECK(plan_next(&p, &a));
		plan_tried(&p, &a, TROUBLE_HELLO_CLOSED, 0);
		CHECK(plan_next(&p, &a));
		CHECK_EQ(a.dialect, near[i].dialect);
	}
}

static void a_guess_is_marked_as_one(void)
{
	static const struct grab_hint nothing;
	struct plan p;
	struct attempt a;

	plan_init(&p, 4567, &nothing, false);
	CHECK(plan_next(&p, &a) && !a.guess);
	CHECK(!plan_met_silence(&p));
	plan_tried(&p, &a, TROUBLE_HELLO_SILENT, 0);
	CHECK(plan_met_silence(&p));
	CHECK(plan_next(&p, &a) && a.guess);
}

static void the_sibling_is_asked_once(void)
{
	static const struct attempt worked = {.dialect = DIALECT_SMTP, .hello = HELLO_TLS12};
	struct plan p;
	struct attempt a;

	plan_init_sibling(&p, 25, &worked, HELLO_ECDSA);
	CHECK(plan_next(&p, &a));
	CHECK_EQ(a.dialect, DIALECT_SMTP);
	CHECK_EQ(a.hello, HELLO_TLS12);
	CHECK_EQ(a.keys, HELLO_ECDSA);
	plan_tried(&p, &a, TROUBLE_PARAMETERS, 0);
	CHECK(!plan_next(&p, &a));
	plan_init_sibling(&p, 25, &worked, HELLO_ECDSA);
	CHECK(plan_next(&p, &a));
	plan_tried(&p, &a, TROUBLE_CONNECT, 0);
	CHECK(plan_next(&p, &a));
}

int main(void)
{
	RUN(climbs_the_ladder);
	RUN(never_exceeds_its_connections);
	RUN(listens_where_the_port_resembles_one_that_greets);
	RUN(guesses_first_what_the_port_resembles);
	RUN(a_guess_is_marked_as_one);
	RUN(the_sibling_is_asked_once);
	return test_done();
}
