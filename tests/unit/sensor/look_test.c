#include "sensor/look.h"

#include "lib/hex.h"
#include "sensor/limits.h"

#define RANDOM "4242424242424242424242424242424242424242424242424242424242424242"
/* A ClientHello without extensions, and a ServerHello. */
#define CLIENT "160301002d 01000029 0303" RANDOM "00 0002002f 0100"
#define SERVER "160303002a 02000026 0303" RANDOM "00 002f 00"

static enum look_result push(struct look *l, const char *text)
{
	struct span s = unhex(text), in = s;
	enum look_result ret = look_push(l, &in);

	unhex_free(s);
	return ret;
}

static void hellos(void)
{
	CHECK_EQ(push(&(struct look){0}, CLIENT), LOOK_TLS);
	CHECK_EQ(push(&(struct look){0}, SERVER), LOOK_TLS);
	CHECK_EQ(push(&(struct look){0}, "323230206f6b0d0a" SERVER), LOOK_TLS);
	CHECK_EQ(push(&(struct look){0}, "16160316" SERVER), LOOK_TLS);
	CHECK_EQ(push(&(struct look){0}, "160301002d 02000026 7f12" RANDOM "1301 0000"), LOOK_TLS);
}

static void where_it_begins(void)
{
	struct span s = unhex("2020" CLIENT), in = s;
	struct look l = {0};

	CHECK_EQ(look_push(&l, &in), LOOK_TLS);
	CHECK_EQ(look_held(&l).n, 0);
	CHECK_EQ(in.n, s.n - 2);
	/* Cut anywhere: what is held and what is left are all of it. */
	for (size_t n = 1; n < s.n; n++) {
		struct span front = span_of(s.p, n), back = span_of(s.p + n, s.n - n);
		enum look_result what;

		l = (struct look){0};
		what = look_push(&l, &front);
		if (what == LOOK_MORE)
			what = look_push(&l, &back);
		else
			CHECK(front.n > 0);
		CHECK_EQ(what, LOOK_TLS);
		CHECK_EQ(look_held(&l).n + (what == LOOK_TLS && front.n ? front.n : 0) + back.n,
		    s.n - 2);
	}
	unhex_free(s);
}

static void lengths_must_agree(void)
{
	static const char *const rows[] = {
	    "160301002d 01000029 0503" RANDOM "00 0002002f 0100", /* version */
	    "160301002d 01000029 0303" RANDOM "21 0002002f 0100", /* session id */
	    "160301002d 01000029 0303" RANDOM "00 0003002f 0100", /* half a cipher */
	    "160301002d 01000029 0303" RANDOM "00 0802002f 0100", /* more than the message */
	    "160301002d 09000029 0303" RANDOM "00 0002002f 0100",
	    "160303002a 02000020 0303" RANDOM "00 002f 00",
	    "160303ffff 02000026 0303" RANDOM "00 002f 00",
	    "1603030002 02000026 0303" RANDOM "00 002f 00",
	    "160303002a 02ffffff 0303" RANDOM "00 002f 00",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct look l = {0};

		CHECK_EQ(push(&l, rows[i]), LOOK_MORE);
		CHECK_EQ(l.n, 0);
	}
}

static void a_certificate_in_the_middle(void)
{
	CHECK_EQ(
	    push(&(struct look){0}, "ffff 1603030f00 0b000d00 000cfd 000600 30820000"), LOOK_TLS);
	CHECK_EQ(
	    push(&(struct look){0}, "ffff 1603030f00 0b000d00 000cfe 000600 30820000"), LOOK_MORE);
	CHECK_EQ(
	    push(&(struct look){0}, "ffff 1603030f00 0b000d00 000cfd 000600 31820000"), LOOK_MORE);
	CHECK_EQ(
	    push(&(struct look){0}, "ffff 1603030f00 0b000d00 000cfd 000cfd 30820000"), LOOK_MORE);
}

static void any_record_where_tls_is_known(void)
{
	static const struct {
		const char *text;
		enum look_result what;
	} rows[] = {
	    {"ff 140303000101", LOOK_TLS},
	    {"ff 140303000102", LOOK_MORE},
	    {"ff 140303000201", LOOK_MORE},
	    {"ff 15030300020228", LOOK_TLS},
	    {"ff 15030300020428", LOOK_MORE},
	    {"1703030100aabb", LOOK_TLS},
	    {"ff 1703030100aabb", LOOK_MORE}, /* not at the first byte */
	    {"1703030000aabb", LOOK_MORE},
	    {"ff 1603030004 0e000000", LOOK_TLS},
	    {"ff 1603030004 0e000100", LOOK_MORE},
	    {"ff 1603030004 33000000", LOOK_MORE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_EQ(push(&(struct look){.any = true}, rows[i].text), rows[i].what);
		CHECK_EQ(push(&(struct look){0}, rows[i].text), LOOK_MORE);
	}
}

static void it_ends(void)
{
	struct look l = {0};
	uint8_t text[1024];

	memset(text, 'x', sizeof(text));
	for (size_t n = 0; n < DISSECT_LOOK_BYTES; n += sizeof(text)) {
		struct span in = span_of(text, sizeof(text));

		CHECK_EQ(look_push(&l, &in),
		    n + sizeof(text) < DISSECT_LOOK_BYTES ? LOOK_MORE : LOOK_NOTHING);
	}
}

static void a_gap(void)
{
	struct look l = {0};

	CHECK_EQ(push(&l, "160301"), LOOK_MORE);
	CHECK_EQ(l.n, 3);
	look_gap(&l);
	CHECK_EQ(l.n, 0);
	CHECK_EQ(l.seen, 3);
}

int main(void)
{
	RUN(hellos);
	RUN(where_it_begins);
	RUN(lengths_must_agree);
	RUN(a_certificate_in_the_middle);
	RUN(any_record_where_tls_is_known);
	RUN(it_ends);
	RUN(a_gap);
	return test_done();
}
