/*
 * service.c: threads and who waits for whom. The main thread only waits for signals; the server's
 * thread reads requests and sends answers; lanes work on them (lanes.h); chores are what the
 * service does by itself (chores.h). They end in the reverse order of their beginning: first no
 * request comes in any more, then nobody works, then the stores are closed.
 */
#include "app/service.h"

#include "app/certificate.h"
#include "app/chores.h"
#include "app/delivery.h"
#include "app/gauges.h"
#include "app/lanes.h"
#include "app/limits.h"
#include "app/pulse.h"
#include "app/retention.h"
#include "app/rounds.h"
#include "app/sandbox.h"
#include "app/schedule.h"
#include "http/server.h"
#include "net/clock.h"
#include "store/accounts.h"
#include "web/auth.h"
#include "web/web.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_FAILURE = 3 };

struct service {
	const struct serve_plan *plan;
	int warden;
	struct lanes *lanes;
	struct web *web;
	struct http_server *server;
	struct pulse pulse;
	struct chore pulse_chores[1];
	struct chores *events;
	struct commands commands; /* pid 0: none are run */
	struct rounds rounds;
	struct outgoing *outgoing;
	struct schedule_clerk schedules;
	struct retention retention;
	struct chore clerk_chores[3], delivery_chores[1];
	struct chores *clerk, *delivery;
	char setup[AUTH_SECRET_MAX]; /* "" there are users */
	const char *at; /* the file that an error of the start is about */
	pthread_t loop;
	bool looping;
	struct err loop_error;
};

static int complain(const char *what, struct err e)
{
	char text[256];

	fprintf(stderr, "certscape: %s%s%s\n", what, *what ? ": " : "",
	    err_text(e, text, sizeof(text)));
	return STATUS_FAILURE;
}

/* What the API asks of the service. */

static int64_t now_ms(void *context)
{
	(void)context;
	return clock_now_ms();
}

static bool submit(void *context, enum lane lane, struct web_call *call)
{
	struct service *s = context;

	return lanes_submit(s->lanes, lane, call);
}

static void wake_clerk(void *context)
{
	struct service *s = context;

	chores_wake(s->clerk);
}

static void wake_delivery(void *context)
{
	struct service *s = context;

	chores_wake(s->delivery);
}

static void test_channel(
    void *context, struct store *store, const struct message *message, struct delivery *ret)
{
	struct service *s = context;

	outgoing_test(s->outgoing, store, message, ret);
}

static void metrics(void *context, struct buf *out)
{
	struct service *s = context;

	gauges_put(s->lanes, s->server, out);
}

static const struct web_ops web_ops = {
    .now_ms = now_ms,
    .submit = submit,
    .wake_clerk = wake_clerk,
    .wake_delivery = wake_delivery,
    .test_channel = test_channel,
    .metrics = metrics,
};

/* Beginning. */

/* root's keeper of somebody else's store is that somebody: what it writes stays theirs. */
static struct err become_owner(const char *store)
{
	struct stat st;

	if (geteuid() != 0 || stat(store, &st) < 0 || st.st_uid == 0)
		return OK;
	if (setgroups(0, NULL) < 0 || setresgid(st.st_gid, st.st_gid, st.st_gid) < 0 ||
	    setresuid(st.st_uid, st.st_uid, st.st_uid) < 0)
		return err_io(errno, "cannot become the owner of the store");
	return OK;
}

/* Changing the user clears what the warden's death does to us. */
static struct err privileges_drop(const struct serve_plan *plan)
{
	struct err e = become_owner(plan->store);

	if (!err_is(e) && prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		e = err_io(errno, "cannot end with the warden");
	return err_is(e) ? e : sandbox_keep_capabilities(KEEP_NONE);
}

/* A kernel without seccomp, or a container that forbids it, is no reason not to serve. */
static void sandbox_close(void)
{
	bool active;
	struct err e = sandbox_filter(SANDBOX_SERVICE, &active);

	if (err_is(e))
		complain("the service goes on without its sandbox", e);
}

/* While nobody may log in, a link in the terminal makes the first administrator. */
static struct err setup_open(struct service *s)
{
	struct digest256 unused;
	struct store *store;
	bool has_users;
	struct err e = store_open(s->plan->store, STORE_READ, &store);

	if (err_is(e))
		return e;
	e = store_has_users(store, &has_users);
	if (!err_is(e) && !has_users)
		e = auth_secret("", s->setup, &unused);
	store_close(store);
	return e;
}

static struct err web_open(struct service *s)
{
	struct web_config config = {
	    .ops = &web_ops,
	    .context = s,
	    .store = s->plan->store,
	    .setup_token = *s->setup ? s->setup : NULL,
	    .proxied = s->plan->behind_proxy,
	};

	return web_new(&config, &s->web);
}

static struct err server_open(struct service *s)
{
	static const char *const loopback[] = {"127.0.0.0/8", "::1/128"};
	struct cidr proxies[2];
	struct http_config config = {
	    .handler = web_handle, .body_max = web_body_max, .context = s->web, .proxies = proxies};
	struct certificate certificate;
	struct err e = OK;

	certificate_init(&certificate);
	if (s->plan->behind_proxy)
		for (; !err_is(e) && config.n_proxies < 2; config.n_proxies++)
			e = cidr_parse(
			    span_str(loopback[config.n_proxies]), &proxies[config.n_proxies]);
	else
		e = certificate_load(s->plan, &certificate);
	config.certificate = buf_view(&certificate.chain);
	config.key = buf_view(&certificate.key);
	if (!err_is(e))
		e = http_server_new(&config, &s->server);
	if (err_is(e) && certificate.file)
		s->at = certificate.file;
	if (!err_is(e))
		e = http_server_listen(s->server, s->plan->listen);
	certificate_done(&certificate);
	return e;
}

/* Rules have found something. */
static void messages_put(void *context, size_t messages)
{
	struct service *s = context;
	char data[64];

	snprintf(data, sizeof(data), "{\"queued\":%zu}", messages);
	web_publish(s->web, "message", span_str(data));
	chores_wake(s->delivery);
}

static void message_marked(void *context, uint64_t message, enum message_state state)
{
	struct service *s = context;
	char data[96];

	snprintf(data, sizeof(data), "{\"id\":%" PRIu64 ",\"state\":\"%s\"}", message,
	    message_state_text(state));
	web_publish(s->web, "message", span_str(data));
}

static struct err alerts_open(struct service *s)
{
	const struct outgoing_config config = {
	    .commands = s->commands.pid ? &s->commands : NULL,
	    .wake = wake_delivery,
	    .told = message_marked,
	    .context = s,
	};
	struct err e = outgoing_new(&config, &s->outgoing);

	s->delivery_chores[0] = (struct chore){"delivery", outgoing_run, s->outgoing};
	s->rounds = (struct rounds){.told = messages_put, .context = s};
	schedule_clerk_init(&s->schedules, s->warden);
	s->clerk_chores[0] = (struct chore){"rules", rounds_run, &s->rounds};
	s->clerk_chores[1] = (struct chore){"scans", schedule_run, &s->schedules};
	s->clerk_chores[2] = (struct chore){"retention", retention_run, &s->retention};
	if (!err_is(e))
		e = chores_new(
		    "delivery", s->plan->store, STORE_WRITE, s->delivery_chores, 1, &s->delivery);
	if (!err_is(e)) {
		outgoing_quiet(s->outgoing, false);
		chores_wake(s->delivery); /* for what came back meanwhile */
	}
	if (!err_is(e))
		e = chores_new("clerk", s->plan->store, STORE_WRITE, s->clerk_chores, 3, &s->clerk);
	return e;
}

static struct err chores_open(struct service *s)
{
	pulse_init(&s->pulse, s->web);
	s->pulse_chores[0] = (struct chore){"pulse", pulse_run, &s->pulse};
	return chores_new("events", s->plan->store, STORE_READ, s->pulse_chores, 1, &s->events);
}

static void *loop_main(void *context)
{
	struct service *s = context;

	s->loop_error = http_server_run(s->server);
	if (err_is(s->loop_error))
		kill(getpid(), SIGTERM);
	return NULL;
}

static struct err loop_start(struct service *s)
{
	int rc = pthread_create(&s->loop, NULL, loop_main, s);

	s->looping = rc == 0;
	return rc ? err_io(rc, "cannot start a thread") : OK;
}

/* All signals that mean something wait for the main thread, in whichever thread they arrive. */
static void signals_block(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, ret_set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static struct err service_start(struct service *s)
{
	struct err e = privileges_drop(s->plan);

	if (!err_is(e) && s->plan->commands)
		e = commands_start(s->plan->commands, &s->commands);
	sandbox_close(); /* before the first thread; programs are run by the helper */
	if (!err_is(e))
		e = lanes_new(s->plan->store, &s->lanes);
	if (!err_is(e))
		settings_protect_store(s->plan->store);
	if (!err_is(e))
		e = setup_open(s);
	if (!err_is(e))
		e = web_open(s);
	if (!err_is(e))
		e = server_open(s);
	if (!err_is(e))
		e = chores_open(s);
	if (!err_is(e))
		e = alerts_open(s);
	return err_is(e) ? e : loop_start(s);
}

static void announce(const struct service *s)
{
	char place[ADDR_TEXT_MAX + 8];
	const struct serve_plan *plan = s->plan;
	const char *scheme = plan->behind_proxy ? "http" : "https";

	addr_port_text(&plan->place.addr, plan->place.port, place);
	printf("certscape " CERTSCAPE_VERSION " serves %s\n\n  %s://%s/\n", plan->store, scheme,
	    place);
	if (*s->setup)
		printf("\nFirst make the administrator, by this link:\n  %s://%s/#/setup/%s\n",
		    scheme, place, s->setup);
	if (plan->ssh)
		printf("\nFrom a machine with a browser:\n  ssh -L %u:%s %s\n", plan->place.port,
		    place, plan->ssh);
	if (!plan->behind_proxy && !plan->certificate)
		printf("\nThe certificate is of its own making, so the browser will ask once.\n");
	printf("Ctrl-C ends it.\n");
	fflush(stdout);
}

/* The certificate once more: it was renewed. */
static void reload(struct service *s)
{
	struct certificate certificate;
	char text[256];
	struct err e;

	if (s->plan->behind_proxy)
		return;
	certificate_init(&certificate);
	e = certificate_load(s->plan, &certificate);
	if (!err_is(e))
		e = http_server_certificate(
		    s->server, buf_view(&certificate.chain), buf_view(&certificate.key));
	certificate_done(&certificate);
	if (err_is(e))
		fprintf(stderr, "certscape: %s: %s: the certificate stays the one it was\n",
		    certificate.file, err_text(e, text, sizeof(text)));
	else
		fprintf(stderr, "certscape: the certificate was read again\n");
}

static void service_end(struct service *s)
{
	if (s->looping) {
		web_quiet(s->web);
		http_server_stop(s->server);
		pthread_join(s->loop, NULL);
	}
	chores_free(s->clerk);
	outgoing_quiet(s->outgoing, true);
	chores_free(s->delivery);
	chores_free(s->events);
	lanes_free(s->lanes);
	http_server_free(s->server);
	outgoing_free(s->outgoing, s->plan->store);
	commands_end(&s->commands);
	web_free(s->web);
}

int service_run(const struct serve_plan *plan, int warden)
{
	struct service s = {.plan = plan, .warden = warden, .at = plan->store, .loop_error = OK};
	sigset_t set;
	struct err e;
	int number;

	signals_block(&set);
	e = service_start(&s);
	if (!err_is(e)) {
		announce(&s);
		while (sigwait(&set, &number) == 0 && number != SIGTERM)
			reload(&s);
	}
	service_end(&s);
	if (err_is(e))
		return complain(s.at, e);
	return err_is(s.loop_error) ? complain("the server", s.loop_error) : 0;
}
