#include "wire/stun.h"

#include "lib/test.h"

#define BYTES(s) span_of(s, sizeof(s) - 1)

static void messages(void)
{
	CHECK(stun_looks(BYTES("\0\1\0\0\x21\x12\xa4\x42"
			       "abcdefghijkl")));
	CHECK(stun_looks(BYTES("\1\1\0\4\x21\x12\xa4\x42"
			       "abcdefghijkl\0\0\0\0")));
	CHECK(!stun_looks(BYTES("\1\1\0\4\x21\x12\xa4\x42"
				"abcdefghijkl")));
	CHECK(!stun_looks(BYTES("\0\1\0\0\x21\x12\xa4\x43"
				"abcdefghijkl")));
	CHECK(!stun_looks(BYTES("\x40\1\0\0\x21\x12\xa4\x42"
				"abcdefghijkl")));
	CHECK(!stun_looks(BYTES("")));
}

static void inside_turn(void)
{
	struct span plain = BYTES("\x16\xfe\xff");

	CHECK(span_eq(stun_inside(plain), plain));
	CHECK(span_is(stun_inside(BYTES("\x40\1\0\3abc\0")), "abc"));
	CHECK_EQ(stun_inside(BYTES("\x40\1\0\x09"
				   "abc"))
		     .n,
	    7);
	/* an attribute of one byte and its padding, then the data */
	CHECK(span_is(stun_inside(BYTES("\0\x17\0\x10\x21\x12\xa4\x42"
					"abcdefghijkl\0\x12\0\1x\0\0\0\0\x13\0\3abc\0")),
	    "abc"));
	CHECK_EQ(stun_inside(BYTES("\0\x16\0\x08\x21\x12\xa4\x42"
				   "abcdefghijkl\0\x12\0\4xxxx"))
		     .n,
	    28);
	CHECK_EQ(stun_inside(BYTES("\0\1\0\x08\x21\x12\xa4\x42"
				   "abcdefghijkl\0\x13\0\4xxxx"))
		     .n,
	    28);
}

int main(void)
{
	RUN(messages);
	RUN(inside_turn);
	return test_done();
}
