#include "import/order.h"

#include "base/base64.h"

#include "certs.h"
#include "lib/test.h"

/* Certificates are letters here, R I L O; upper case was told as a leaf, lower case as an
 * authority, and after a dash nobody said. Chains come out as letters, parted by blanks. */
static void check_order(const char *told, const char *expected)
{
	static const struct {
		char letter;
		const char *base64;
	} certs[] = {{'R', ROOT}, {'I', INTER}, {'L', LEAF}, {'O', OTHER}};
	struct link links[8];
	struct buf der[8];
	struct chain_order chains[GATHER_CERTS_MAX];
	char letters[8], text[64] = "";
	bool roles = told[0] != '-';
	size_t n = 0, n_chains, at = 0;

	for (const char *t = roles ? told : told + 1; *t; t++, n++) {
		bool cut;

		buf_init(&der[n], 4096);
		for (size_t i = 0; i < 4; i++)
			if (certs[i].letter == (*t & ~0x20))
				CHECK(!err_is(
				    base64_decode(&der[n], span_str(certs[i].base64), &cut)));
		letters[n] = (char)(*t & ~0x20);
		links[n] = (struct link){.der = buf_view(&der[n]),
		    .role = !roles	? ROLE_UNKNOWN
			    : *t & 0x20 ? ROLE_CA
					: ROLE_LEAF};
	}
	n_chains = order_chains(links, n, chains);
	for (size_t i = 0; i < n_chains; i++) {
		text[at++] = ' ';
		for (size_t k = 0; k < chains[i].n; k++)
			text[at++] = letters[chains[i].at[k]];
	}
	text[at] = 0;
	CHECK_STR(text, expected);
	for (size_t i = 0; i < n; i++)
		buf_done(&der[i]);
}

static void a_single_leaf_brings_the_rest_in_the_servers_order(void)
{
	check_order("riL", " LIR");
	check_order("irL", " LRI");
	check_order("Lir", " LIR");
	check_order("iLr", " LRI");
	check_order("-RIL", " LIR");
	check_order("-LIR", " LIR");
	check_order("-IL", " LI");
	check_order("-L", " L");
	check_order("R", " R");
}

static void who_issued_nobody_is_the_leaf(void)
{
	check_order("-RL", " LR");
	check_order("-OR", " OR");
	check_order("-R", " R");
	check_order("-I", " I");
	check_order("-IR", " IR");
}

static void two_leaves_share_the_rest_by_name(void)
{
	check_order("riLO", " LIR OR");
	check_order("-RILO", " LIR OR");
	check_order("-LO", " L O");
}

static void without_the_leaf_that_was_told_of_there_is_no_chain(void)
{
	check_order("ri", "");
	check_order("r", "");
	check_order("-", "");
}

static void what_cannot_be_read_still_is_a_chain(void)
{
	check_order("-X", " X");
	check_order("-XL", " LX");
	check_order("-XYZ", " ZYX");
}

int main(void)
{
	RUN(a_single_leaf_brings_the_rest_in_the_servers_order);
	RUN(who_issued_nobody_is_the_leaf);
	RUN(two_leaves_share_the_rest_by_name);
	RUN(without_the_leaf_that_was_told_of_there_is_no_chain);
	RUN(what_cannot_be_read_still_is_a_chain);
	return test_done();
}
