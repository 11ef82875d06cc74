#include "base/near.h"

#include "lib/test.h"

static const char *meant(const char *word)
{
	static const char *const words[] = {"issuer", "issuer_dn", "port", "not_after",
	    "not_before", "sni", "self-signed", "expired", "expiring"};
	struct near n = {.word = word};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		near_try(&n, words[i]);
	return n.best ? n.best : "";
}

static void a_slip_is_near_and_another_word_is_not(void)
{
	CHECK_STR(meant("isuer"), "issuer");
	CHECK_STR(meant("isseur"), "issuer");
	CHECK_STR(meant("PORTS"), "port");
	CHECK_STR(meant("prot"), "port");
	CHECK_STR(meant("notafter"), "not_after");
	CHECK_STR(meant("self_singed"), "self-signed");
	CHECK_STR(meant("exp"), "expired");
	CHECK_STR(meant("sn"), "");
	CHECK_STR(meant("cipher"), "");
	CHECK_STR(meant(""), "");
	CHECK_STR(meant("a_word_that_is_longer_than_any_that_there_is_in_the_table"), "");
}

int main(void)
{
	RUN(a_slip_is_near_and_another_word_is_not);
	return test_done();
}
