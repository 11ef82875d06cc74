/*
 * conntrack.c: two files of /proc that are opened once and read again with pread, which a sandbox
 * without open() still allows.
 */
#include "net/conntrack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	LOOK_PAUSE_US = 1000000,
	FULL_PERCENT = 80,
	EASY_PERCENT = 60,
	RATE_MIN = 10,
	/* Where an unlimited rate begins when it must become less. */
	RATE_UNLIMITED = 64000,
};

struct conntrack {
	struct loop *loop;
	struct budget *budget;
	struct loop_timer timer;
	int count_fd, max_fd;
	uint32_t full_rate, rate;
	bool noted;
	conntrack_note_fn *note;
	void *context;
};

static int open_number(const char *directory, const char *name)
{
	char path[512];
	int n = snprintf(path, sizeof(path), "%s/nf_conntrack_%s", directory, name);

	return n < (int)sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

/* 0 also where it cannot be read. */
static uint64_t read_number(int fd)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = 0;
	return strtoull(text, NULL, 10);
}

static uint32_t next_rate(uint32_t rate, uint32_t full_rate, uint64_t percent)
{
	if (percent >= FULL_PERCENT)
		return rate / 2 > RATE_MIN ? rate / 2 : RATE_MIN < rate ? RATE_MIN : rate;
	if (percent >= EASY_PERCENT || rate >= full_rate)
		return rate;
	rate += rate / 4 + 1;
	return rate < full_rate ? rate : full_rate;
}

static void say(struct conntrack *c, uint64_t percent)
{
	char line[128];

	if (c->noted)
		return;
	c->noted = true;
	snprintf(line, sizeof(line),
	    "the kernel's connection tracking table is %u %% full: slowing down",
	    (unsigned)percent);
	c->note(c->context, line);
}

uint32_t conntrack_look(struct conntrack *c)
{
	uint64_t count = read_number(c->count_fd), max = read_number(c->max_fd);
	uint64_t percent = max ? count * 100 / max : 0;
	uint32_t rate = next_rate(c->rate, c->full_rate, percent);
	bool unlimited;

	if (percent >= FULL_PERCENT)
		say(c, percent);
	unlimited = rate == RATE_UNLIMITED;
	if (rate != c->rate)
		budget_set_rate(c->budget, unlimited ? 0 : rate);
	c->rate = rate;
	return unlimited ? 0 : rate;
}

static void look_again(struct loop_timer *t)
{
	struct conntrack *c = t->context;

	conntrack_look(c);
	loop_timer_arm(c->loop, t, LOOK_PAUSE_US);
}

struct err conntrack_new(struct loop *loop, struct budget *budget, uint32_t per_second,
    const char *directory, conntrack_note_fn *note, void *context, struct conntrack **ret_conntrack)
{
	struct conntrack *c = calloc(1, sizeof(*c));

	if (!c)
		return err_io(ENOMEM, "connection tracking");
	c->loop = loop;
	c->budget = budget;
	c->full_rate = c->rate = per_second ? per_second : RATE_UNLIMITED;
	c->note = note;
	c->context = context;
	c->timer = (struct loop_timer){.fire = look_again, .context = c};
	directory = directory ? directory : "/proc/sys/net/netfilter";
	c->count_fd = open_number(directory, "count");
	c->max_fd = open_number(directory, "max");
	if (c->count_fd < 0 || c->max_fd < 0) {
		conntrack_free(c);
		c = NULL;
	} else {
		loop_timer_arm(loop, &c->timer, LOOK_PAUSE_US);
	}
	*ret_conntrack = c;
	return OK;
}

void conntrack_free(struct conntrack *c)
{
	if (!c)
		return;
	loop_timer_cancel(c->loop, &c->timer);
	if (c->count_fd >= 0)
		close(c->count_fd);
	if (c->max_fd >= 0)
		close(c->max_fd);
	free(c);
}
