/*
 * certificate.c: the service's certificate, read again at each SIGHUP. One of our own making is for
 * every name by which this host may be called: its own, localhost, and the address that it listens
 * on.
 */
#include "app/certificate.h"

#include "http/limits.h"
#include "http/own_cert.h"
#include "net/clock.h"
#include "x509/own_mark.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void certificate_init(struct certificate *c)
{
	c->file = NULL;
	buf_init(&c->chain, OWN_CERT_PEM_MAX);
	buf_init(&c->key, OWN_CERT_PEM_MAX);
}

void certificate_done(struct certificate *c)
{
	if (c->key.p)
		explicit_bzero(c->key.p, c->key.n);
	buf_done(&c->key);
	buf_done(&c->chain);
}

/* Without the ".db" of the store. */
static void own_path(const char *store, char path[PATH_TEXT_MAX])
{
	size_t n = strlen(store);

	if (n > 3 && strcmp(store + n - 3, ".db") == 0)
		n -= 3;
	snprintf(path, PATH_TEXT_MAX, "%.*s", (int)n, store);
}

static struct err own_load(const struct serve_plan *plan, struct certificate *c)
{
	char host[256] = "", address[ADDR_TEXT_MAX], path[PATH_TEXT_MAX];
	const char *names[2];
	struct own_cert_spec spec = {
	    .names = names, .now_s = clock_now_ms() / 1000, .mark = OWN_MARK_OID};

	if (gethostname(host, sizeof(host) - 1) == 0 && *host)
		names[spec.n_names++] = host;
	if (!addr_is_any(&plan->place.addr))
		names[spec.n_names++] = addr_text(&plan->place.addr, address);
	own_path(plan->store, path);
	return own_cert_keep(path, &spec, &c->chain, &c->key, NULL);
}

struct err certificate_load(const struct serve_plan *plan, struct certificate *c)
{
	struct err e;

	c->file = plan->store;
	if (!plan->certificate)
		return own_load(plan, c);
	c->file = plan->key;
	e = settings_read_file(plan->key, &c->key);
	if (err_is(e))
		return e;
	c->file = plan->certificate;
	return settings_read_file(plan->certificate, &c->chain);
}
