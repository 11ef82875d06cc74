#include "wire/dtls.h"

#include "base/buf.h"
#include "wire/handshake.h"
#include "wire/record.h"

#include "lib/test.h"

static struct dtls_assembly a;
static struct buf bytes;
static char got[64]; /* a letter a message, by type; upper case: cut; '=': again */

static void begin(void)
{
	dtls_assembly_done(&a);
	memset(got, 0, sizeof(got));
	buf_init(&bytes, 1 << 20);
}

static void end(void)
{
	dtls_assembly_done(&a);
	buf_done(&bytes);
}

static void note(const struct dtls_message *m)
{
	size_t n = strlen(got);

	CHECK(n + 2 < sizeof(got));
	if (m->again)
		got[n++] = '=';
	got[n] = (char)((m->cut ? 'A' : 'a') + m->type);
}

/* A fragment of a message whose bytes are its own offsets. */
static void fragment(uint8_t type, uint16_t seq, uint32_t length, uint32_t from, uint32_t n)
{
	buf_be(&bytes, type, 1);
	buf_be(&bytes, length, 3);
	buf_be(&bytes, seq, 2);
	buf_be(&bytes, from, 3);
	buf_be(&bytes, n, 3);
	for (uint32_t i = from; i < from + n; i++)
		buf_be(&bytes, i & 0xff, 1);
}

static void check_body(const struct dtls_message *m)
{
	for (size_t i = 0; i < m->body.n; i++)
		if (m->body.p[i] != (i & 0xff))
			test_check(false, __FILE__, __LINE__, "the body is what was sent");
}

/* What has been written is one record. */
static void push(void)
{
	struct dtls_record record = {
	    .type = CONTENT_HANDSHAKE, .version = 0xfefd, .body = buf_view(&bytes)};
	struct span in = record.body;
	struct dtls_message m;

	while (dtls_assembly_next(&a, &record, &in, &m)) {
		CHECK_EQ(m.record_version, 0xfefd);
		check_body(&m);
		note(&m);
	}
	buf_reset(&bytes);
}

static void one(uint8_t type, uint16_t seq, uint32_t length, uint32_t from, uint32_t n)
{
	fragment(type, seq, length, from, n);
	push();
}

static void rest(void)
{
	struct dtls_message m;

	while (dtls_assembly_rest(&a, &m)) {
		check_body(&m);
		note(&m);
	}
}

static void whole_messages(void)
{
	begin();
	fragment(2, 0, 70, 0, 70);
	fragment(11, 1, 900, 0, 900);
	fragment(14, 2, 0, 0, 0);
	push();
	CHECK_STR(got, "clo");
	CHECK_EQ(dtls_assembly_held(&a), 0);
	end();
}

static void fragments_in_any_order(void)
{
	begin();
	one(11, 1, 100, 50, 50);
	one(14, 2, 0, 0, 0);
	one(11, 1, 100, 0, 30);
	one(2, 0, 70, 0, 70);
	CHECK_STR(got, "c");
	CHECK(dtls_assembly_waits(&a) && dtls_assembly_held(&a) > 100);
	one(11, 1, 100, 20, 40);
	CHECK_STR(got, "clo");
	CHECK(!dtls_assembly_waits(&a));
	end();
}

static void messages_interleaved(void)
{
	begin();
	for (uint32_t i = 0; i < 10; i++)
		for (uint16_t seq = 0; seq < 6; seq++)
			one((uint8_t)(11 + seq), seq, 100, (9 - i) * 10, 10);
	CHECK_STR(got, "lmnopq");
	end();
}

static void the_first_copy_counts(void)
{
	begin();
	one(11, 0, 20, 0, 10);
	fragment(11, 0, 20, 0, 10);
	bytes.p[DTLS_HANDSHAKE_HEADER] = 'x';
	push();
	one(11, 0, 20, 10, 10);
	CHECK_STR(got, "l");
	end();
}

static void what_comes_twice_is_marked(void)
{
	begin();
	one(1, 0, 40, 0, 40);
	one(1, 0, 40, 0, 40);
	one(1, 0, 40, 0, 20); /* and in pieces it is nothing */
	one(1, 0, 40, 20, 20);
	one(1, 1, 40, 0, 40);
	CHECK_STR(got, "b=bb");
	/* Another message under an old number is another message. */
	one(2, 1, 40, 0, 40);
	CHECK_STR(got, "b=bbc");
	end();
}

static void a_lost_message_is_waited_for_and_then_not(void)
{
	begin();
	one(2, 0, 40, 0, 40);
	one(11, 2, 40, 0, 40);
	one(12, 3, 40, 0, 20);
	one(14, 4, 0, 0, 0);
	CHECK_STR(got, "c");
	dtls_assembly_settle(&a);
	push();
	CHECK_STR(got, "clo");
	one(12, 3, 40, 20, 20);
	CHECK_STR(got, "clom");
	one(22, 1, 40, 0, 40);
	CHECK_STR(got, "clomw");
	end();
}

static void the_front_of_what_was_lost(void)
{
	begin();
	one(2, 0, 40, 0, 40);
	one(11, 1, 100, 0, 30);
	one(11, 1, 100, 40, 60);
	one(12, 2, 40, 0, 40);
	CHECK_STR(got, "c");
	rest();
	CHECK_STR(got, "cLm");
	CHECK(!dtls_assembly_waits(&a));
	end();
}

static void limits(void)
{
	begin();
	one(11, 1, DTLS_MESSAGE_MAX + 1, 0, 10);
	one(11, DTLS_MESSAGES_MAX, 20, 0, 10);
	CHECK_EQ(a.lost, 2);
	for (uint16_t seq = 1; seq <= DTLS_PARTS_MAX; seq++)
		one(11, seq, 20, 0, 10);
	CHECK_EQ(a.lost, 2);
	one(11, DTLS_PARTS_MAX + 1, 20, 0, 10);
	CHECK_EQ(a.lost, 3);
	one(12, 1, 20, 0, 10); /* another type, another length: not the same message */
	one(11, 1, 21, 0, 10);
	CHECK_EQ(a.lost, 5);
	CHECK_STR(got, "");
	end();
}

static void nonsense(void)
{
	begin();
	one(11, 0, 10, 8, 4); /* beyond its end */
	one(11, 0, 10, 11, 0);
	one(11, 0, 10, 0, 0); /* nothing of something */
	buf_be(&bytes, 11, 1);
	push();
	CHECK_STR(got, "");
	CHECK(!dtls_assembly_waits(&a));
	end();
}

/* Fragments of any cut, doubled and shuffled: all come out, in order. */
static void torture(void)
{
	struct {
		uint16_t seq;
		uint32_t from, n;
	} pieces[400];
	uint32_t random = 1;

	for (int round = 0; round < 300; round++) {
		size_t n = 0;

		begin();
		for (uint16_t seq = 0; seq < 6; seq++)
			for (int copy = 0; copy < 2; copy++)
				for (uint32_t at = 0, step; at < 600; at += step) {
					random = random * 1664525 + 1013904223;
					step = 20 + random % 200;
					step = step < 600 - at ? step : 600 - at;
					pieces[n].seq = seq;
					pieces[n].from = at;
					pieces[n++].n = step;
				}
		for (size_t i = n; i > 0; i--) {
			size_t j;

			random = random * 1664525 + 1013904223;
			j = (random >> 8) % i;
			one((uint8_t)(11 + pieces[j].seq), pieces[j].seq, 600, pieces[j].from,
			    pieces[j].n);
			pieces[j] = pieces[i - 1];
		}
		CHECK_STR(got, "lmnopq");
		end();
	}
}

/* Records. */

#define BYTES(s) span_of(s, sizeof(s) - 1)

static void records_of_a_datagram(void)
{
	struct span in = BYTES("\x16\xfe\xff\0\0\0\0\0\0\0\1\0\3abc"
			       "\x14\xfe\xfd\0\0\0\0\0\0\0\2\0\1\1"
			       "\x17\xfe\xfd\0\1\0\0\0\0\0\0\0\2zz");
	struct dtls_record r;

	CHECK(dtls_record_next(&in, 0, false, &r));
	CHECK(r.type == CONTENT_HANDSHAKE && r.version == 0xfeff && !r.sealed && r.body.n == 3);
	CHECK(dtls_record_next(&in, 0, false, &r));
	CHECK(r.type == CONTENT_CCS && !r.sealed && r.body.n == 1);
	CHECK(dtls_record_next(&in, 0, false, &r));
	CHECK(r.type == CONTENT_DATA && r.sealed && r.body.n == 2);
	CHECK(!dtls_record_next(&in, 0, false, &r) && !in.bad);
}

static void what_is_no_record(void)
{
	static const struct span foreign[] = {{.p = (const uint8_t *)"\x16", .n = 1},
	    {.p = (const uint8_t *)"\x16\x03\x03\0\0\0\0\0\0\0\0\0\0", .n = 13},
	    {.p = (const uint8_t *)"\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\1", .n = 13},
	    {.p = (const uint8_t *)"\x13\xfe\xfd\0\0\0\0\0\0\0\0\0\0", .n = 13},
	    {.p = (const uint8_t *)"\x2c\0\1\0\x20", .n = 5}};
	struct dtls_record r;

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		struct span in = foreign[i];

		CHECK(!dtls_record_next(&in, 0, false, &r));
		CHECK(in.bad);
		CHECK_EQ(dtls_look(foreign[i], false), -1);
	}
}

static void connection_ids(void)
{
	struct span in = BYTES("\x19\xfe\xfd\0\1\0\0\0\0\0\0"
			       "abc\0\2zz\x17\xfe\xfd\0\1\0\0\0\0\0\0\0\1z");
	struct span same = in;
	struct dtls_record r;

	CHECK(dtls_record_next(&in, 3, false, &r));
	CHECK(r.type == CONTENT_CID && r.sealed && r.body.n == 2);
	CHECK(dtls_record_next(&in, 3, false, &r));
	CHECK_EQ(r.type, CONTENT_DATA);
	CHECK(dtls_record_next(&same, DTLS_CID_UNKNOWN, false, &r));
	CHECK(r.type == CONTENT_CID && same.n == 0);
	CHECK_EQ(dtls_cid_of(BYTES("\0\x10\0\1x\0\x36\0\4\3abc")), 3);
	CHECK_EQ(dtls_cid_of(BYTES("\0\x36\0\1\0")), 0);
	CHECK_EQ(dtls_cid_of(BYTES("\0\x10\0\1x")), 0);
}

static void unified_headers(void)
{
	struct span in = BYTES("\x2e\0\1\0\x0a"
			       "0123456789"
			       "\x36"
			       "abc\1\0\x09"
			       "012345678"
			       "\x22\1"
			       "0123456789");
	struct span hidden = BYTES("\x36"
				   "abc\1\0\x09"
				   "012345678");
	struct dtls_record r;

	CHECK(dtls_record_next(&in, 3, false, &r));
	CHECK(r.type == CONTENT_DATA && r.sealed && r.version == 0 && r.body.n == 10);
	CHECK(dtls_record_next(&in, 3, false, &r));
	CHECK(r.body.n == 9 && r.body.p[0] == '0');
	CHECK(dtls_record_next(&in, 3, false, &r));
	CHECK(r.body.n == 10 && r.body.p[0] == '0');
	CHECK(!dtls_record_next(&in, 3, false, &r) && !in.bad);
	CHECK(dtls_record_next(&hidden, DTLS_CID_UNKNOWN, false, &r));
	CHECK(hidden.n == 0 && r.body.n == 15);
}

static void captures_that_cut(void)
{
	struct span in = BYTES("\x16\xfe\xff\0\0\0\0\0\0\0\1\0\x20"
			       "abc");
	struct dtls_record r;

	CHECK(dtls_record_next(&in, 0, true, &r));
	CHECK(r.cut && r.body.n == 3);
}

static void looks(void)
{
	struct buf b;
	struct span random;

	buf_init(&b, 1000);
	buf_put(&b, "\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x31", 13);
	buf_put(&b, "\1\0\0\x25\0\0\0\0\0\0\0\x25\xfe\xfd", 14);
	for (int i = 0; i < 35; i++)
		buf_be(&b, (uint64_t)i, 1);
	CHECK_EQ(dtls_look(buf_view(&b), false), HS_CLIENT_HELLO);
	random = dtls_first_random(buf_view(&b));
	CHECK(random.n == 32 && random.p[31] == 31);
	b.p[13] = 99; /* no type of message */
	CHECK_EQ(dtls_look(buf_view(&b), false), -1);
	b.p[13] = HS_SERVER_HELLO;
	CHECK_EQ(dtls_look(buf_view(&b), false), HS_SERVER_HELLO);
	CHECK_EQ(dtls_first_random(buf_view(&b)).n, 0);
	b.p[4] = 1; /* a later epoch: sealed */
	CHECK_EQ(dtls_look(buf_view(&b), false), -1);
	buf_done(&b);
}

int main(void)
{
	RUN(whole_messages);
	RUN(fragments_in_any_order);
	RUN(messages_interleaved);
	RUN(the_first_copy_counts);
	RUN(what_comes_twice_is_marked);
	RUN(a_lost_message_is_waited_for_and_then_not);
	RUN(the_front_of_what_was_lost);
	RUN(limits);
	RUN(nonsense);
	RUN(torture);
	RUN(records_of_a_datagram);
	RUN(what_is_no_record);
	RUN(connection_ids);
	RUN(unified_headers);
	RUN(captures_that_cut);
	RUN(looks);
	return test_done();
}
