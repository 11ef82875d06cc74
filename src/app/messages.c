/*
 * messages.c: a message is a datagram: one to /dev/log in the form of RFC 3164 as the local daemons
 * of Linux take it (no host name, no year), one to the runner (runner.h).
 */
#include "app/messages.h"

#include "base/buf.h"
#include "format/alert_line.h"
#include "net/clock.h"
#include "verdict/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	MESSAGES_MAX = 4096, /* alerts of one transaction; what is more is dropped, and counted */
	FACILITY_DAEMON = 3 << 3,
};

struct message {
	uint8_t severity;
	char *line; /* JSON, with its LF */
	char *text;
};

struct messages {
	const struct watch_plan *plan;
	int log; /* -1: none */
	bool log_failed; /* and that was told */
	struct buf line;
	size_t n;
	uint64_t dropped;
	struct message each[MESSAGES_MAX];
};

static int log_open(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

struct err messages_new(const struct watch_plan *plan, struct messages **ret_messages)
{
	struct messages *m = calloc(1, sizeof(*m));

	if (!m)
		return err_limit("out of memory");
	m->plan = plan;
	m->log = -1;
	buf_init(&m->line, ALERT_LINE_MAX);
	*ret_messages = m;
	return OK;
}

void messages_rolled_back(struct messages *m)
{
	for (; m && m->n; m->n--) {
		free(m->each[m->n - 1].line);
		free(m->each[m->n - 1].text);
	}
}

void messages_free(struct messages *m)
{
	if (!m)
		return;
	messages_rolled_back(m);
	if (m->log >= 0)
		close(m->log);
	buf_done(&m->line);
	free(m);
}

static char *rendered(struct messages *m, const struct alert *alert, bool json)
{
	static const struct style plain;

	buf_reset(&m->line);
	if (json)
		alert_ndjson(alert, &m->line);
	else
		alert_text(alert, &plain, &m->line);
	return m->line.full ? NULL : strdup(buf_text(&m->line));
}

void messages_add(struct messages *m, const struct alert *alert)
{
	struct message message = {.severity = alert->severity};

	if (!m || (!m->plan->syslog && m->plan->runner < 0))
		return;
	if (m->n == MESSAGES_MAX) {
		m->dropped++;
		return;
	}
	if (m->plan->syslog)
		message.text = rendered(m, alert, false);
	if (m->plan->runner >= 0)
		message.line = rendered(m, alert, true);
	m->each[m->n++] = message;
}

/* RFC 5424 6.2.1 */
static int priority_of(uint8_t severity)
{
	if (severity >= SEVERITY_CRITICAL)
		return FACILITY_DAEMON | 2;
	return FACILITY_DAEMON | (severity == SEVERITY_HIGH ? 3 : 4);
}

static bool log_send(struct messages *m, const struct message *message)
{
	char text[ALERT_LINE_MAX + 64], when[32];
	time_t now = clock_now_ms() / 1000;
	struct tm tm;
	int n;

	if (m->log < 0)
		m->log = log_open();
	if (m->log < 0)
		return false;
	strftime(when, sizeof(when), "%b %e %H:%M:%S", localtime_r(&now, &tm));
	n = snprintf(text, sizeof(text), "<%d>%s certscape[%d]: %s", priority_of(message->severity),
	    when, (int)getpid(), message->text);
	if (send(m->log, text, (size_t)n, MSG_NOSIGNAL) >= 0)
		return true;
	if (errno != EAGAIN) { /* the daemon was restarted: connect anew the next time */
		close(m->log);
		m->log = -1;
	}
	return false;
}

static void log_all(struct messages *m)
{
	for (size_t i = 0; i < m->n; i++) {
		if (!m->each[i].text || log_send(m, &m->each[i]))
			continue;
		m->dropped++;
		if (!m->log_failed)
			fputs("certscape: the system's log takes no messages\n", stderr);
		m->log_failed = true;
	}
}

static void run_all(struct messages *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const char *line = m->each[i].line;

		if (line &&
		    send(m->plan->runner, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			m->dropped++;
	}
}

void messages_committed(struct messages *m)
{
	if (!m || m->n == 0)
		return;
	log_all(m);
	run_all(m);
	messages_rolled_back(m);
}

uint64_t messages_dropped(const struct messages *m)
{
	return m ? m->dropped : 0;
}
