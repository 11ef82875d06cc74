/*
 * serve.c: `certscape serve`: the inventory as a page and an API. What could be wrong with the
 * command line is found here, before anything is started.
 */
#include "app/serve.h"
#include "cli/command.h"
#include "cli/trusted.h"

#include <errno.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct serve_options {
	const char *listen, *certificate, *key, *store, *commands;
	bool behind_proxy, permitted;
};

#define AT(member) offsetof(struct serve_options, member)

static const struct option options[] = {
    {0, "listen", "ADDR:PORT", OPTION_TEXT, AT(listen), 0, 0, 0,
	"where to listen (127.0.0.1:8440); :8440 is every address"},
    {0, "cert", "FILE", OPTION_TEXT, AT(certificate), 0, 0, 0,
	"certificate and chain in PEM, instead of one of its own making"},
    {0, "key", "FILE", OPTION_TEXT, AT(key), 0, 0, 0, "the key of it, in PEM"},
    {0, "behind-proxy", NULL, OPTION_FLAG, AT(behind_proxy), 0, 0, 0,
	"plain HTTP, for a proxy on this machine that speaks TLS"},
    {0, "commands", "DIR", OPTION_TEXT, AT(commands), 0, 0, 0,
	"programs in this folder may be run by alerts (none otherwise)"},
    {0, "i-have-permission", NULL, OPTION_FLAG, AT(permitted), 0, 0, 0,
	"its scans may go to public networks larger than a /20"},
    {0, "store", "PATH", OPTION_TEXT, AT(store), 0, 0, 0, "the store, if not the default one"},
};

#undef AT

static void defaults(void *into)
{
	struct serve_options *o = into;

	o->listen = "127.0.0.1:8440";
}

static bool has_browser(void)
{
	return !getenv("SSH_CONNECTION") && (getenv("DISPLAY") || getenv("WAYLAND_DISPLAY"));
}

/* How a person reaches this host from theirs: by the address that they came to, or its name. */
static void ssh_target(char *text, size_t size)
{
	const struct passwd *user = getpwuid(getuid());
	const char *connection = getenv("SSH_CONNECTION");
	char host[256] = "";

	if (!connection || sscanf(connection, "%*s %*s %255s", host) != 1)
		if (gethostname(host, sizeof(host) - 1) < 0)
			snprintf(host, sizeof(host), "host");
	snprintf(text, size, "%s@%s", user ? user->pw_name : "user", host);
}

static int listen_at(const char *text, struct serve_plan *plan)
{
	struct err e = listen_place_parse(span_str(text), &plan->place);

	if (err_is(e))
		return usage_error("--listen %s: character %u: %s", text, e.at + 1, e.what);
	e = listen_open(&plan->place, &plan->listen);
	if (!err_is(e))
		e = listen_bound(plan->listen, &plan->place);
	if (err_is(e) && err_detail(e) == EADDRINUSE)
		return failure(text, e, "something listens there already: --listen ADDR:PORT");
	return err_is(e) ? failure(text, e, NULL) : EXIT_DONE;
}

static int options_check(const struct serve_options *o, const struct option_list *words)
{
	if (words->n)
		return usage_error("serve takes no words: \"%s\"", words->v[0]);
	if (!o->certificate != !o->key)
		return usage_error("--cert and --key go together");
	if (o->certificate && o->behind_proxy)
		return usage_error("--behind-proxy speaks plain HTTP: --cert is not used");
	return EXIT_DONE;
}

static int run(void *into, const struct option_list *words)
{
	const struct serve_options *o = into;
	struct serve_plan plan = {.certificate = o->certificate,
	    .key = o->key,
	    .behind_proxy = o->behind_proxy,
	    .commands = o->commands,
	    .permitted = o->permitted};
	char ssh[512];
	int status = options_check(o, words);

	if (!status)
		status = store_prepare(o->store, plan.store);
	if (!status)
		status = listen_at(o->listen, &plan);
	if (status)
		return status;
	if (!has_browser() && addr_is_loopback(&plan.place.addr)) {
		ssh_target(ssh, sizeof(ssh));
		plan.ssh = ssh;
	}
	return serve_run(&plan);
}

const struct command command_serve = {
    .name = "serve",
    .usage = "[--listen ADDR:PORT]",
    .summary = "the inventory as a page: search, alerts, schedules",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct serve_options),
    .defaults = defaults,
    .run = run,
};
