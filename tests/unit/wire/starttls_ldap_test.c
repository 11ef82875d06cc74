#include "lib/dialogue.h"

#define REQUEST                                                                                    \
	"\x30\x1d\x02\x01\x01\x77\x18\x80\x16"                                                     \
	"1.3.6.1.4.1.1466.20037"
#define S(text) text, sizeof(text) - 1

static const struct dialogue_case cases[] = {
    {"OpenLDAP", S("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), WANT_DONE, REQUEST,
	0},
    {"Active Directory",
	S("\x30\x84\x00\x00\x00\x28\x02\x01\x01\x78\x84\x00\x00\x00\x1f\x0a\x01\x00\x04\x00\x04\x00"
	  "\x8a\x16"
	  "1.3.6.1.4.1.1466.20037"),
	WANT_DONE, REQUEST, 0},
    {"unavailable", S("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00"), WANT_FAILED,
	REQUEST, 0},
    {"notice of disconnection", S("\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x00\x04\x00\x04\x00"),
	WANT_FAILED, REQUEST, 0},
    {"another answer", S("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"), WANT_FAILED,
	REQUEST, 0},
    {"a code of two bytes", S("\x30\x0d\x02\x01\x01\x78\x08\x0a\x02\x00\x00\x04\x00\x04\x00"),
	WANT_FAILED, REQUEST, 0},
    {"no code", S("\x30\x07\x02\x01\x01\x78\x02\x0a\x00"), WANT_FAILED, REQUEST, 0},
    {"lengths that disagree", S("\x30\x05\x02\x01\x01\x78\x7f\x0a\x01\x00"), WANT_FAILED, REQUEST,
	0},
    {"indefinite", S("\x30\x80"), WANT_FAILED, REQUEST, 0},
    {"too long", S("\x30\x84\x7f\xff\xff\xff"), WANT_FAILED, REQUEST, 0},
    {"half", S("\x30\x0c\x02\x01"), WANT_READ, REQUEST, 0},
    {"text", S("HTTP/1.1 400"), WANT_FAILED, REQUEST, 0},
    {"TLS follows", S("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00\x16"), WANT_DONE,
	REQUEST, 1},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_ldap, cases, sizeof(cases) / sizeof(cases[0]));
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_ldap.spoken(span_of("\x30\x0c\x02\x01\x00\x78\x07", 7)));
	CHECK(dialect_ldap.spoken(span_of("\x30\x84\x00\x00\x00\x28\x02\x01\x01\x78\x84", 11)));
	CHECK(!dialect_ldap.spoken(span_of("\x30\x0c\x02\x01\x02\x61\x07", 7)));
	CHECK(!dialect_ldap.spoken(span_of("\x30\x0c", 2)));
}

int main(void)
{
	RUN(dialogues);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
