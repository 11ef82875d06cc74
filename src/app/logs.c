/*
 * logs.c: a file is opened with its first line, so that there is no empty one. Intervals of
 * rotation are those of packet time, begun at multiples of their length: a capture gives the same
 * files whenever it is read. The file of an interval that has ended is called after its beginning,
 * as Zeek does it: ssl.2026-11-22-01-00-00.log. No file is overwritten, and none that was found is
 * written on: each has one head and one end.
 */
#include "app/logs.h"

#include "base/buf.h"
#include "base/time.h"
#include "format/zeek_seen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PENDING_MAX = 64 << 20, WRITE_AT = 256 << 10, NAME_TEXT_MAX = 96, SAME_NAME_MAX = 10000 };

struct log {
	int fd; /* -1: not open */
	int64_t begin_s; /* of its interval */
	struct buf pending;
};

struct logs {
	const struct zeek_plan *plan;
	int folder;
	struct zeek_seen *seen;
	struct log each[ZEEK_LOGS];
	int64_t now_s; /* of the last line */
	uint64_t lost;
	bool told;
};

struct err logs_new(const struct zeek_plan *plan, struct logs **ret_logs)
{
	struct logs *l = calloc(1, sizeof(*l));
	struct err e;

	if (!l)
		return err_limit("out of memory");
	*l = (struct logs){.plan = plan, .folder = -1};
	for (size_t i = 0; i < ZEEK_LOGS; i++) {
		l->each[i].fd = -1;
		buf_init(&l->each[i].pending, PENDING_MAX);
	}
	e = zeek_seen_new(&l->seen);
	if (!err_is(e)) {
		l->folder = open(plan->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (l->folder < 0)
			e = err_io(errno, "cannot open the folder of the logs");
	}
	if (err_is(e)) {
		logs_free(l);
		return e;
	}
	*ret_logs = l;
	return OK;
}

static void lose(struct logs *l, const char *what, int os_error)
{
	l->lost++;
	if (!l->told)
		fprintf(
		    stderr, "certscape: %s: %s: %s\n", l->plan->folder, what, strerror(os_error));
	l->told = true;
}

static void name_of(enum zeek_log log, char name[NAME_TEXT_MAX])
{
	snprintf(name, NAME_TEXT_MAX, "%s.log", zeek_log_name(log));
}

static void write_pending(struct logs *l, struct log *log)
{
	struct span left = buf_view(&log->pending);

	while (left.n && log->fd >= 0) {
		ssize_t n = write(log->fd, left.p, left.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			lose(l, "cannot write", errno);
			break;
		}
		span_take(&left, (size_t)n);
	}
	buf_reset(&log->pending);
}

static void log_close(struct logs *l, struct log *log)
{
	if (log->fd < 0)
		return;
	zeek_footer(&l->plan->options, l->now_s, &log->pending);
	write_pending(l, log);
	close(log->fd);
	log->fd = -1;
}

void logs_free(struct logs *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < ZEEK_LOGS; i++) {
		log_close(l, &l->each[i]);
		buf_done(&l->each[i].pending);
	}
	zeek_seen_free(l->seen);
	if (l->folder >= 0)
		close(l->folder);
	free(l);
}

static int64_t interval_of(const struct logs *l, int64_t now_s)
{
	int64_t s = l->plan->rotate_s;

	return s ? now_s - ((now_s % s) + s) % s : 0;
}

/* "ssl.2026-11-22-01-00-00.log"; the n-th of that name "ssl.2026-11-22-01-00-00.n.log". */
static void name_then(enum zeek_log which, int64_t begin_s, unsigned n, char name[NAME_TEXT_MAX])
{
	struct civil c = time_civil(begin_s);
	char number[16] = "";

	if (n)
		snprintf(number, sizeof(number), ".%u", n);
	snprintf(name, NAME_TEXT_MAX, "%s.%04lld-%02u-%02u-%02u-%02u-%02u%s.log",
	    zeek_log_name(which), (long long)c.year, c.month, c.day, c.hour, c.minute, c.second,
	    number);
}

/* NFS has no such rename: there we look first. */
static int rename_new(int folder, const char *now, const char *then)
{
	int rc = renameat2(folder, now, folder, then, RENAME_NOREPLACE);

	if (rc == 0 || errno != EINVAL)
		return rc;
	if (faccessat(folder, then, F_OK, 0) < 0)
		return renameat(folder, now, folder, then);
	errno = EEXIST;
	return -1;
}

/* The file gets the name of the interval that began then, or the next free one like it. */
static bool move_away(struct logs *l, enum zeek_log which, int64_t begin_s)
{
	char now[NAME_TEXT_MAX], then[NAME_TEXT_MAX];

	name_of(which, now);
	for (unsigned n = 0; n < SAME_NAME_MAX; n++) {
		name_then(which, begin_s, n, then);
		if (rename_new(l->folder, now, then) == 0)
			return true;
		if (errno != EEXIST)
			break;
	}
	lose(l, "cannot rename a log", errno);
	return false;
}

/* What an earlier run left is a file of its own, which ended when it was written last. */
static bool leftover_move(struct logs *l, enum zeek_log which, const char *name)
{
	struct stat st;

	if (fstatat(l->folder, name, &st, 0) < 0 || st.st_size == 0)
		return true;
	return move_away(l, which, l->plan->rotate_s ? interval_of(l, st.st_mtime) : st.st_mtime);
}

static void log_open(struct logs *l, enum zeek_log which, int64_t now_s)
{
	struct log *log = &l->each[which];
	char name[NAME_TEXT_MAX];

	name_of(which, name);
	log->begin_s = interval_of(l, now_s);
	if (!leftover_move(l, which, name))
		return;
	log->fd = openat(l->folder, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (log->fd >= 0)
		zeek_header(which, &l->plan->options, now_s, &log->pending);
}

/* Packets of several workers are not in order: only later ones begin an interval. */
static void rotate(struct logs *l, enum zeek_log which, int64_t now_s)
{
	struct log *log = &l->each[which];

	if (log->fd < 0 || interval_of(l, now_s) <= log->begin_s)
		return;
	log_close(l, log);
	move_away(l, which, log->begin_s);
}

static bool is_double(struct logs *l, const struct log_line *line)
{
	return line->hold_s && zeek_seen(l->seen, line->key, line->time_us, line->hold_s);
}

void logs_line(struct logs *l, const struct log_line *line)
{
	struct log *log;

	if (!l || line->log >= ZEEK_LOGS || is_double(l, line))
		return;
	log = &l->each[line->log];
	l->now_s = line->time_us / 1000000;
	rotate(l, line->log, l->now_s);
	if (log->fd < 0)
		log_open(l, line->log, l->now_s);
	if (log->fd < 0) {
		lose(l, "cannot open a log", errno);
		return;
	}
	buf_str(&log->pending, line->text);
	buf_str(&log->pending, "\n");
	if (log->pending.n >= WRITE_AT)
		write_pending(l, log);
}

void logs_flush(struct logs *l)
{
	for (size_t i = 0; l && i < ZEEK_LOGS; i++)
		write_pending(l, &l->each[i]);
}

void logs_reopen(struct logs *l)
{
	for (size_t i = 0; l && i < ZEEK_LOGS; i++)
		log_close(l, &l->each[i]);
}

uint64_t logs_lost(const struct logs *l)
{
	return l ? l->lost : 0;
}
