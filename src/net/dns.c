/*
 * dns.c: c-ares asks, our loop waits. A lookup is answered from one place, its timer: c-ares'
 * answer makes the timer due at once, so no caller is called back from within its own question, and
 * a question that c-ares is still busy with when the time is over gets its error without it. PTR
 * goes through the plain query interface, which unlike gethostbyaddr never looks into a file.
 */
#include "net/dns.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TRIES = 2, /* at each server */
	ROUNDS_IN_TIME =
	    4, /* the pause doubles: the second round ends within the question's time */
	EDNS_SIZE = 1232, /* what needs no fragment on any path (DNS flag day 2020) */
	PTR_NAME_MAX = 80,
};

/* A descriptor of c-ares. */
struct socket {
	struct watch watch;
	struct socket *next;
};

struct dns {
	struct loop *loop;
	ares_channel channel;
	unsigned timeout_ms;
	bool closing;
	struct loop_timer timer;
	struct socket *sockets;
	struct lookup *lookups;
};

struct lookup {
	struct dns *dns;
	struct lookup *next, **link; /* in dns->lookups */
	struct loop_timer timer;
	bool asked; /* c-ares will call back */
	bool told;
	dns_addrs_fn *addrs_answered;
	dns_name_fn *name_answered;
	void *context;
	struct addr about; /* whose PTR */
	struct err error;
	size_t n;
	struct addr addrs[DNS_ADDRS_MAX];
	char name[DNS_NAME_MAX];
};

static void watch_time(struct dns *d)
{
	struct timeval tv;

	if (ares_timeout(d->channel, NULL, &tv))
		loop_timer_arm(
		    d->loop, &d->timer, (uint64_t)tv.tv_sec * 1000000 + (uint64_t)tv.tv_usec);
	else
		loop_timer_cancel(d->loop, &d->timer);
}

static void time_passed(struct loop_timer *t)
{
	struct dns *d = t->context;

	ares_process_fd(d->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	watch_time(d);
}

static void socket_ready(struct watch *w, unsigned events)
{
	struct dns *d = w->context;
	int fd = w->fd;

	ares_process_fd(d->channel, events & (LOOP_READ | LOOP_HANGUP) ? fd : ARES_SOCKET_BAD,
	    events & (LOOP_WRITE | LOOP_HANGUP) ? fd : ARES_SOCKET_BAD);
	watch_time(d);
}

static void socket_drop(struct socket **link)
{
	struct socket *s = *link;

	watch_remove(&s->watch);
	*link = s->next;
	free(s);
}

/*
 * c-ares wants this of a descriptor from now on; nothing: it is about to close it. Where we run out
 * of something the server seems silent, and the question's own time ends it.
 */
static void socket_wanted(void *context, ares_socket_t fd, int readable, int writable)
{
	struct dns *d = context;
	unsigned events = (readable ? LOOP_READ : 0u) | (writable ? LOOP_WRITE : 0u);
	struct socket **link = &d->sockets, *s;

	while (*link && (*link)->watch.fd != fd)
		link = &(*link)->next;
	if (*link && !events) {
		socket_drop(link);
	} else if (*link) {
		(void)err_is(watch_change(&(*link)->watch, events));
	} else if (events) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return;
		s->watch = (struct watch){fd, events, socket_ready, d, NULL};
		s->next = d->sockets;
		d->sockets = s;
		(void)err_is(watch_add(d->loop, &s->watch));
	}
}

struct err dns_new(struct loop *loop, unsigned timeout_ms, struct dns **ret_dns)
{
	struct dns *d = calloc(1, sizeof(*d));
	char lookups[] = "fb";
	struct ares_options options = {
	    .flags = ARES_FLAG_EDNS,
	    .ednspsz = EDNS_SIZE,
	    .timeout = (int)(timeout_ms / ROUNDS_IN_TIME) + 1,
	    .tries = TRIES,
	    .lookups = lookups,
	    .sock_state_cb = socket_wanted,
	    .sock_state_cb_data = d,
	};
	int status;

	if (!d)
		return err_io(ENOMEM, "name resolver");
	d->loop = loop;
	d->timeout_ms = timeout_ms;
	d->timer = (struct loop_timer){.fire = time_passed, .context = d};
	status = ares_library_init(ARES_LIB_INIT_ALL);
	if (status == ARES_SUCCESS)
		status = ares_init_options(&d->channel, &options,
		    ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
			ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
	if (status != ARES_SUCCESS) {
		ares_library_cleanup();
		free(d);
		return err_io(0, ares_strerror(status));
	}
	*ret_dns = d;
	return OK;
}

struct err dns_set_servers(struct dns *d, const char *servers)
{
	if (ares_set_servers_ports_csv(d->channel, servers) != ARES_SUCCESS)
		return err_input(
		    0, "name servers: an address, or [address]:port, list with commas");
	return OK;
}

static void lookup_free(struct lookup *l)
{
	loop_timer_cancel(l->dns->loop, &l->timer);
	*l->link = l->next;
	if (l->next)
		l->next->link = l->link;
	free(l);
}

static void tell(struct lookup *l)
{
	l->told = true;
	if (l->name_answered)
		l->name_answered(l->context, l->name);
	else
		l->addrs_answered(l->context, l->error, l->addrs, l->n);
	if (!l->asked)
		lookup_free(l);
}

static void answer_due(struct loop_timer *t)
{
	struct lookup *l = t->context;

	if (l->asked)
		l->error = err_make(ERR_PEER, ARES_ETIMEOUT, 0, "no answer from the name servers");
	tell(l);
}

/* c-ares is done with it. */
static void answered(struct lookup *l, int status)
{
	l->asked = false;
	if (status != ARES_SUCCESS)
		l->error = err_make(ERR_PEER, (uint32_t)status, 0, ares_strerror(status));
	if (l->told)
		lookup_free(l);
	else if (!l->dns->closing)
		loop_timer_arm(l->dns->loop, &l->timer, 0);
}

static struct lookup *lookup_new(struct dns *d, void *context)
{
	struct lookup *l = d->closing ? NULL : calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->dns = d;
	l->context = context;
	l->asked = true;
	l->timer = (struct loop_timer){.fire = answer_due, .context = l};
	l->next = d->lookups;
	l->link = &d->lookups;
	if (l->next)
		l->next->link = &l->next;
	d->lookups = l;
	loop_timer_arm(d->loop, &l->timer, (uint64_t)d->timeout_ms * 1000);
	return l;
}

static void keep_addr(struct lookup *l, const struct sockaddr *sa)
{
	struct addr a;
	uint16_t port;

	if (l->n == DNS_ADDRS_MAX || !addr_from_sockaddr(sa, &a, &port))
		return;
	for (size_t i = 0; i < l->n; i++)
		if (addr_eq(&l->addrs[i], &a))
			return;
	l->addrs[l->n++] = a;
}

static void addrs_came(void *context, int status, int timeouts, struct ares_addrinfo *answer)
{
	struct lookup *l = context;

	(void)timeouts;
	if (status == ARES_SUCCESS && !l->told)
		for (struct ares_addrinfo_node *node = answer->nodes; node; node = node->ai_next)
			keep_addr(l, node->ai_addr);
	if (status == ARES_SUCCESS && l->n == 0)
		status = ARES_ENODATA;
	ares_freeaddrinfo(answer);
	answered(l, status);
}

void dns_lookup(struct dns *d, const char *name, dns_addrs_fn *addrs_answered, void *context)
{
	static const struct ares_addrinfo_hints hints = {
	    .ai_flags = ARES_AI_NOSORT, .ai_socktype = SOCK_STREAM};
	struct lookup *l = lookup_new(d, context);

	if (!l) {
		addrs_answered(context, err_io(ENOMEM, "name resolver"), NULL, 0);
		return;
	}
	l->addrs_answered = addrs_answered;
	ares_getaddrinfo(d->channel, name, NULL, &hints, addrs_came, l);
	watch_time(d);
}

/* Whatever is in the answer is a stranger's: only what can be a host's name goes on. */
static void keep_name(struct lookup *l, const char *name)
{
	size_t n = strlen(name);

	if (n && name[n - 1] == '.')
		n--;
	if (n >= sizeof(l->name))
		return;
	for (size_t i = 0; i < n; i++) {
		char c = name[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !strchr("-_.", c)) {
			l->name[0] = 0;
			return;
		}
		l->name[i] = c;
	}
	l->name[n] = 0;
}

static void name_came(void *context, int status, int timeouts, unsigned char *answer, int n)
{
	struct lookup *l = context;
	bool v4 = addr_is_v4(&l->about);
	struct hostent *host = NULL;

	(void)timeouts;
	if (status == ARES_SUCCESS)
		status = ares_parse_ptr_reply(answer, n, v4 ? l->about.b + 12 : l->about.b,
		    v4 ? 4 : 16, v4 ? AF_INET : AF_INET6, &host);
	if (status == ARES_SUCCESS && host->h_name && !l->told)
		keep_name(l, host->h_name);
	if (host)
		ares_free_hostent(host);
	answered(l, status);
}

/* "1.0.0.127.in-addr.arpa" (RFC 1035 3.5); nibbles below ip6.arpa (RFC 3596 2.5). */
static void ptr_name(const struct addr *a, char text[PTR_NAME_MAX])
{
	size_t n = 0;

	if (addr_is_v4(a)) {
		snprintf(text, PTR_NAME_MAX, "%u.%u.%u.%u.in-addr.arpa", a->b[15], a->b[14],
		    a->b[13], a->b[12]);
		return;
	}
	for (int i = 15; i >= 0; i--, n += 4)
		snprintf(text + n, PTR_NAME_MAX - n, "%x.%x.", a->b[i] & 15u, a->b[i] >> 4);
	snprintf(text + n, PTR_NAME_MAX - n, "ip6.arpa");
}

void dns_reverse(struct dns *d, const struct addr *a, dns_name_fn *name_answered, void *context)
{
	struct lookup *l = lookup_new(d, context);
	char text[PTR_NAME_MAX];

	if (!l) {
		name_answered(context, "");
		return;
	}
	l->name_answered = name_answered;
	l->about = *a;
	ptr_name(a, text);
	ares_query(d->channel, text, ns_c_in, ns_t_ptr, name_came, l);
	watch_time(d);
}

void dns_free(struct dns *d)
{
	if (!d)
		return;
	d->closing = true;
	ares_destroy(d->channel);
	while (d->lookups)
		tell(d->lookups);
	while (d->sockets)
		socket_drop(&d->sockets);
	loop_timer_cancel(d->loop, &d->timer);
	ares_library_cleanup();
	free(d);
}
