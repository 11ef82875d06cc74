/*
 * test.h: what a unit test needs, and no more. A test program is a list of RUN(function) lines
 * between main() and test_done(); it speaks TAP, so the runner counts every named case.
 *
 *	static void reads_big_endian(void) { CHECK_EQ(span_u16(&s), 0x1234); }
 *	int main(void) { RUN(reads_big_endian); return test_done(); }
 */
#pragma once

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_count, test_failures;
static bool test_failed;
static const char *test_skip_reason;

#define CHECK(x) test_check((x), __FILE__, __LINE__, #x)
#define CHECK_EQ(a, b) test_eq((long long)(a), (long long)(b), __FILE__, __LINE__, #a, #b)
#define CHECK_STR(a, b) test_str((a), (b), __FILE__, __LINE__, #a)
#define CHECK_MEM(a, b, n) test_check(memcmp((a), (b), (n)) == 0, __FILE__, __LINE__, #a " == " #b)
/* Leaves the case, visibly: the reason must stand in tests/allowed-skips. */
#define SKIP(reason) do { test_skip_reason = (reason); return; } while (0)
#define RUN(fn) test_run((fn), #fn)

static inline void test_check(bool ok, const char *file, int line, const char *what)
{
	if (ok)
		return;
	test_failed = true;
	printf("# %s:%d: %s\n", file, line, what);
}

static inline void test_eq(long long a, long long b, const char *file, int line, const char *sa,
    const char *sb)
{
	if (a == b)
		return;
	test_failed = true;
	printf("# %s:%d: %s is %lld, %s is %lld\n", file, line, sa, a, sb, b);
}

static inline void test_str(const char *a, const char *b, const char *file, int line,
    const char *what)
{
	if (a && b && strcmp(a, b) == 0)
		return;
	test_failed = true;
	printf("# %s:%d: %s is \"%s\", expected \"%s\"\n", file, line, what, a ? a : "(null)",
	    b ? b : "(null)");
}

static inline void test_run(void (*fn)(void), const char *name)
{
	test_failed = false;
	test_skip_reason = NULL;
	fn();
	test_failures += test_failed;
	printf("%sok %d - %s%s%s\n", test_failed ? "not " : "", ++test_count, name,
	    test_skip_reason ? " # SKIP " : "", test_skip_reason ? test_skip_reason : "");
	fflush(stdout);
}

static inline int test_done(void)
{
	printf("1..%d\n", test_count);
	return test_failures != 0;
}

/* A file beside the tests, e.g. test_path("golden/x.json"); from the environment the runner
 * sets. */
static inline const char *test_path(const char *below)
{
	static char path[4096];
	const char *root = getenv("CERTSCAPE_TESTS");

	snprintf(path, sizeof(path), "%s/%s", root ? root : "tests", below);
	return path;
}
