#include "app/scan_order.h"

#include "lib/test.h"

static struct arena arena;
static struct scan_common common = {.store = "/s/c.db"};

/* The words, each in brackets. */
static const char *words(const struct scan_order *order)
{
	static char text[4096];
	const char *const *argv = NULL;
	size_t n = 0;

	CHECK(!err_is(scan_order_argv(order, &common, &arena, &argv)));
	text[0] = 0;
	for (; argv && *argv && n < sizeof(text); argv++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "[%s]", *argv);
	return text;
}

static void a_wish_becomes_a_command_line(void)
{
	struct scan_order all = {.op = SCAN_START,
	    .job = 7,
	    .wish = {.targets = "10.0.0.0/24 web.example # the web\n\n[::1]:443\t10.1.1.1",
		.exclude = "10.0.0.7, 10.0.0.9\n10.0.0.128/25",
		.ports = "443,8443",
		.rate = 100}};
	struct scan_order known = {
	    .op = SCAN_START, .job = 8, .wish = {"", "", "top:1000", true, 0}};
	struct scan_order resume = {
	    .op = SCAN_START, .job = 9, .resume = 42, .wish = {"10.0.0.1", "", "", false, 5}};

	CHECK_STR(words(&all),
	    "[certscape][scan][--store=/s/c.db][--job=7][--max-rate=100][--ports=443,8443]"
	    "[--exclude=10.0.0.7][--exclude=10.0.0.9][--exclude=10.0.0.128/25][--]"
	    "[10.0.0.0/24][web.example][[::1]:443][10.1.1.1]");
	CHECK_STR(words(&known),
	    "[certscape][scan][--store=/s/c.db][--job=8][--known][--top-ports=1000][--]");
	CHECK_STR(words(&resume), "[certscape][scan][--store=/s/c.db][--job=9][--resume=42]");
}

static void a_permitted_service_s_scans_say_so(void)
{
	struct scan_order resume = {.op = SCAN_START, .job = 9, .resume = 42};

	common.permitted = true;
	CHECK_STR(words(&resume),
	    "[certscape][scan][--store=/s/c.db][--job=9][--i-have-permission][--resume=42]");
	common.permitted = false;
}

/* Whatever a keeper that was taken over may say: no word of its becomes an option or two words. */
static void nothing_in_it_is_an_option(void)
{
	struct scan_order evil = {.op = SCAN_START,
	    .job = 1,
	    .wish = {.targets = "--output=/etc/passwd -o/etc/x",
		.exclude = "--policy=/etc/shadow",
		.ports = "1 --input=/etc/shadow\n--output=x"}};

	CHECK_STR(words(&evil),
	    "[certscape][scan][--store=/s/c.db][--job=1][--ports=1 --input=/etc/shadow\n--output=x]"
	    "[--exclude=--policy=/etc/shadow][--][--output=/etc/passwd][-o/etc/x]");
}

static void orders_cross_the_channel(void)
{
	struct scan_order put = {.op = SCAN_START,
	    .job = 7,
	    .resume = 3,
	    .wish = {"10.0.0.0/24", "10.0.0.1", "443", true, 9}};
	struct scan_order stop = {.op = SCAN_STOP, .job = 8}, got = {0};
	struct buf message;

	buf_init(&message, 4096);
	scan_order_write(&put, &message);
	CHECK(!err_is(scan_order_read(buf_view(&message), &got)));
	CHECK_EQ(got.job, 7);
	CHECK_EQ(got.resume, 3);
	CHECK_STR(got.wish.targets, "10.0.0.0/24");
	CHECK_STR(got.wish.exclude, "10.0.0.1");
	CHECK_STR(got.wish.ports, "443");
	CHECK(got.wish.known && got.wish.rate == 9);
	for (size_t n = 0; n < message.n; n++) {
		uint8_t *part = malloc(n + 1); /* for AddressSanitizer to watch its end */

		memcpy(part, message.p, n);
		CHECK(err_is(scan_order_read(span_of(part, n), &got)));
		free(part);
	}
	buf_reset(&message);
	scan_order_write(&stop, &message);
	CHECK(!err_is(scan_order_read(buf_view(&message), &got)));
	CHECK(got.op == SCAN_STOP && got.job == 8);
	message.p[0] = 9;
	CHECK(err_is(scan_order_read(buf_view(&message), &got)));
	buf_done(&message);
}

int main(void)
{
	arena_init(&arena, 16 << 20);
	RUN(a_wish_becomes_a_command_line);
	RUN(a_permitted_service_s_scans_say_so);
	RUN(nothing_in_it_is_an_option);
	RUN(orders_cross_the_channel);
	arena_done(&arena);
	return test_done();
}
