#include "app/own.h"

#include "wire/hello.h"
#include "wire/key_shares.h"

#include "lib/test.h"

static struct key_shares *shares;
static struct buf hello;

static struct session session_of(const struct hello_spec *spec)
{
	struct session s = {.client = {.addr = addr_from_v4(0x0a000001)}};

	buf_reset(&hello);
	CHECK(!err_is(hello_write(spec, shares, 0, span_of(NULL, 0), &hello)));
	s.client.hello = buf_view(&hello);
	span_take(&s.client.hello, 4);
	return s;
}

static void every_hello_of_ours_is_known(void)
{
	struct addr here = addr_from_v4(0x0a000001), elsewhere = addr_from_v4(0x0a000002);
	struct own *o, *other;

	CHECK(!err_is(own_new(&here, 1, &o)));
	CHECK(!err_is(own_new(&elsewhere, 1, &other)));
	for (enum hello_variant v = HELLO_MODERN; v < HELLO_VARIANT_MAX; v++)
		for (size_t n = 0; n < NAME_MAX_LEN; n += 11) {
			char name[NAME_MAX_LEN] = "";
			struct hello_spec spec = {.variant = v, .name = name, .keys = HELLO_RSA};
			struct session s;

			memset(name, 'x', n);
			s = session_of(&spec);
			if (!own_is(o, &s))
				printf("# variant %d, a name of %zu letters\n", (int)v, n);
			CHECK(own_is(o, &s));
			CHECK(!own_is(other, &s));
		}
	own_free(o);
	own_free(other);
}

static void another_program_here_is_not_ours(void)
{
	struct hello_spec spec = {.variant = HELLO_MODERN};
	struct session s = session_of(&spec);
	struct addr here = s.client.addr;
	struct own *o;

	CHECK(!err_is(own_new(&here, 1, &o)));
	CHECK(own_is(o, &s));
	hello.p[4 + 2 + 32 + 1 + 32 + 2 + 1] ^= 1; /* the first suite */
	CHECK(!own_is(o, &s));
	s.client.hello.n = 10;
	CHECK(!own_is(o, &s));
	s.client.hello.n = 0;
	CHECK(!own_is(o, &s));
	CHECK(!own_is(NULL, &s));
	own_free(o);
}

static void this_machine_has_addresses(void)
{
	struct addr *addrs = NULL;
	size_t n = 0;

	CHECK(!err_is(own_addrs(&addrs, &n)));
	free(addrs);
}

int main(void)
{
	buf_init(&hello, 65536);
	CHECK(!err_is(key_shares_new(&shares)));
	RUN(every_hello_of_ours_is_known);
	RUN(another_program_here_is_not_ours);
	RUN(this_machine_has_addresses);
	key_shares_free(shares);
	buf_done(&hello);
	return test_done();
}
