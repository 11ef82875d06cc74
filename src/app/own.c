/*
 * own.c: the fingerprints of our hellos are made by writing each of them once and reading it as the
 * sensor does, so they cannot fall behind. JA4 tells a hello with a server name from one without.
 */
#include "app/own.h"

#include "wire/fingerprint.h"
#include "wire/hello.h"
#include "wire/key_shares.h"

#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>

enum {
	KEYS = HELLO_ECDSA + 1,
	NAMES = 4,
	OWN_PRINTS = (HELLO_VARIANT_MAX - 1) * KEYS * NAMES * 2,
	HELLO_HEAD = 4, /* type and length of the message */
	HELLO_BYTES_MAX = 16384,
};

struct own {
	const struct addr *addrs;
	size_t n_addrs;
	size_t n;
	char prints[OWN_PRINTS][JA4_TEXT + 1];
};

static bool is_known(const struct own *o, const char *print)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->prints[i], print) == 0)
			return true;
	return false;
}

static bool print_of(struct span body, char print[JA4_TEXT + 1])
{
	struct client_hello hello;

	if (err_is(client_hello_parse(body, false, &hello)))
		return false;
	ja4(&hello, 't', print);
	return true;
}

static struct err add(struct own *o, const struct hello_spec *spec, struct key_shares *shares)
{
	char print[JA4_TEXT + 1];
	struct span message;
	struct buf out;
	struct err e;

	buf_init(&out, HELLO_BYTES_MAX);
	e = hello_write(spec, shares, 0, span_of(NULL, 0), &out);
	message = buf_view(&out);
	span_take(&message, HELLO_HEAD);
	if (!err_is(e) && print_of(message, print) && !is_known(o, print))
		memcpy(o->prints[o->n++], print, sizeof(print));
	buf_done(&out);
	return e;
}

/* The k-th of all hellos that we may send. With a longer name it may need no padding. */
static struct hello_spec spec_at(size_t k, const char *const names[NAMES])
{
	return (struct hello_spec){
	    .variant = (enum hello_variant)(1 + k / (KEYS * NAMES * 2)),
	    .keys = (enum hello_keys)(k / (NAMES * 2) % KEYS),
	    .name = names[k / 2 % NAMES],
	    .alpn = k & 1 ? hello_alpn_web : NULL,
	};
}

static struct err add_all(struct own *o, struct key_shares *shares)
{
	char middle[100], longest[NAME_MAX_LEN];
	const char *const names[NAMES] = {NULL, "a.example", middle, longest};
	struct err e = OK;

	memset(middle, 'a', sizeof(middle));
	memset(longest, 'a', sizeof(longest));
	middle[sizeof(middle) - 1] = longest[sizeof(longest) - 1] = 0;
	for (size_t k = 0; k < OWN_PRINTS && !err_is(e); k++) {
		struct hello_spec spec = spec_at(k, names);

		e = add(o, &spec, shares);
	}
	return e;
}

struct err own_new(const struct addr *addrs, size_t n, struct own **ret_own)
{
	struct own *o = calloc(1, sizeof(*o));
	struct key_shares *shares = NULL;
	struct err e;

	if (!o)
		return err_limit("out of memory");
	*o = (struct own){.addrs = addrs, .n_addrs = n};
	e = key_shares_new(&shares);
	if (!err_is(e))
		e = add_all(o, shares);
	key_shares_free(shares);
	if (err_is(e)) {
		own_free(o);
		return e;
	}
	*ret_own = o;
	return OK;
}

void own_free(struct own *o)
{
	free(o);
}

static bool is_here(const struct own *o, const struct addr *a)
{
	for (size_t i = 0; i < o->n_addrs; i++)
		if (memcmp(o->addrs[i].b, a->b, sizeof(a->b)) == 0)
			return true;
	return false;
}

bool own_is(const struct own *o, const struct session *s)
{
	char print[JA4_TEXT + 1];

	return o && s->client.hello.n && is_here(o, &s->client.addr) &&
	       print_of(s->client.hello, print) && is_known(o, print);
}

struct err own_addrs(struct addr **ret_addrs, size_t *ret_n)
{
	struct ifaddrs *all = NULL;
	struct addr *addrs;
	size_t n = 0;

	if (getifaddrs(&all) < 0)
		return err_io(errno, "cannot ask for the addresses of this machine");
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		n++;
	addrs = calloc(n ? n : 1, sizeof(*addrs));
	n = 0;
	for (const struct ifaddrs *i = all; addrs && i; i = i->ifa_next) {
		uint16_t port;

		if (i->ifa_addr && addr_from_sockaddr(i->ifa_addr, &addrs[n], &port))
			n++;
	}
	freeifaddrs(all);
	if (!addrs)
		return err_limit("out of memory");
	*ret_addrs = addrs;
	*ret_n = n;
	return OK;
}
