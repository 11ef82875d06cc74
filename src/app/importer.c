/*
 * importer.c: reads a chunk of a file whenever the loop turns and the keeper can follow. The files
 * were opened by the warden; from the sandbox they can only be read.
 */
#include "app/importer.h"

#include "app/channel.h"
#include "app/judging.h"
#include "import/import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct importer {
	const struct scan_plan *plan;
	struct loop *loop;
	struct channel *keeper;
	struct judging *judging;
	struct loop_timer next;
	struct import *import;
	const struct import_file *file; /* the one being read; its path is NULL after the last */
	uint64_t run;
	struct progress progress;
	uint8_t chunk[64 << 10];
	struct err error;
};

static void importer_fail(struct importer *im, struct err e)
{
	if (!err_is(e) || err_is(im->error))
		return;
	im->error = e;
	loop_stop(im->loop);
}

static void tell(struct importer *im, const struct record *record)
{
	importer_fail(im, channel_send(im->keeper, record));
}

static void say(struct importer *im, uint8_t level, const char *text)
{
	tell(im, &(struct record){.type = RECORD_NOTE, .note = {.level = level, .text = text}});
}

/* From the file. */

static void on_observation(void *context, struct observation *obs, const struct span *der, size_t n)
{
	struct importer *im = context;

	obs->run = im->run;
	im->progress.open++;
	importer_fail(im, judging_observed(im->judging, obs, obs->endpoint.name, der, n));
}

static void on_bad(void *context, size_t line, const char *what)
{
	struct importer *im = context;
	char text[NOTE_MAX];

	snprintf(text, sizeof(text), "%.512s:%zu: %s", im->file->path, line, what);
	say(im, NOTE_WARNING, text);
}

static const struct import_ops file_ops = {.on_observation = on_observation, .on_bad = on_bad};

static void file_end(struct importer *im)
{
	struct import_counts n;
	char text[NOTE_MAX];

	importer_fail(im, import_end(im->import));
	n = import_counts(im->import);
	snprintf(text, sizeof(text),
	    "%.512s: %s, %llu certificates (%llu of them again, %llu cut short), %llu bad records",
	    im->file->path, import_format(im->import) ? import_format(im->import) : "empty",
	    (unsigned long long)n.certificates, (unsigned long long)n.duplicates,
	    (unsigned long long)n.truncated, (unsigned long long)n.bad);
	say(im, NOTE_INFO, text);
	import_free(im->import);
	im->import = NULL;
	im->file++;
}

static void done(struct importer *im)
{
	im->progress.total = im->progress.tried = im->progress.open;
	tell(im, &(struct record){.type = RECORD_PROGRESS, .progress = im->progress});
	tell(im, &(struct record){.type = RECORD_DONE});
}

static void read_chunk(struct importer *im)
{
	ssize_t n = read(im->file->fd, im->chunk, sizeof(im->chunk));

	if (n < 0 && errno != EINTR)
		importer_fail(im, err_io(errno, "cannot read the file to import"));
	else if (n == 0)
		file_end(im);
	else if (n > 0)
		importer_fail(im, import_push(im->import, span_of(im->chunk, (size_t)n)));
}

static void next_fire(struct loop_timer *t)
{
	struct importer *im = t->context;

	if (!im->file->path) {
		done(im);
		return;
	}
	if (!im->import)
		importer_fail(
		    im, import_new(NULL, im->file->modified_ms, &file_ops, im, &im->import));
	if (!err_is(im->error))
		read_chunk(im);
	if (!err_is(im->error) && !channel_congested(im->keeper))
		loop_timer_arm(im->loop, t, 0);
}

/* From the keeper. */

static void start(struct importer *im, uint64_t run)
{
	im->run = run;
	loop_timer_arm(im->loop, &im->next, 0);
}

static void stop(struct importer *im)
{
	loop_timer_cancel(im->loop, &im->next);
	done(im);
}

static void on_record(void *context, struct channel *c, const struct record *record)
{
	struct importer *im = context;

	(void)c;
	if (record->type == RECORD_ISSUER)
		importer_fail(im, judging_issuer(im->judging, record->issuer));
	else if (record->type == RECORD_JUDGE)
		importer_fail(im, judging_again(im->judging, record->judge));
	else if (record->type == RECORD_START)
		start(im, record->start_run);
	else if (record->type == RECORD_STOP)
		stop(im);
	else if (record->type == RECORD_BYE)
		loop_stop(im->loop);
	else if (record->type != RECORD_HINT)
		importer_fail(im, err_bug("the keeper said what only a worker says"));
}

static void on_drained(void *context, struct channel *c)
{
	struct importer *im = context;

	(void)c;
	loop_timer_arm(im->loop, &im->next, 0);
}

static void on_closed(void *context, struct channel *c, struct err e)
{
	struct importer *im = context;

	(void)c;
	/* Why a keeper went away, it has said itself, or the warden will. */
	importer_fail(im, e);
	loop_stop(im->loop);
}

static const struct channel_ops keeper_ops = {
    .record = on_record, .drained = on_drained, .closed = on_closed};

struct err importer_new(
    struct loop *loop, const struct scan_plan *plan, int fd, struct importer **ret_importer)
{
	struct importer *im = calloc(1, sizeof(*im));
	struct err e;

	if (!im)
		return err_limit("out of memory");
	im->plan = plan;
	im->loop = loop;
	im->file = plan->files;
	im->next = (struct loop_timer){.fire = next_fire, .context = im};
	e = channel_new(loop, fd, &keeper_ops, im, &im->keeper);
	if (!err_is(e))
		e = judging_new(plan->trust, im->keeper, &im->judging);
	if (err_is(e)) {
		importer_free(im);
		return e;
	}
	judging_policy(im->judging, plan->policy);
	*ret_importer = im;
	return OK;
}

void importer_free(struct importer *im)
{
	if (!im)
		return;
	loop_timer_cancel(im->loop, &im->next);
	import_free(im->import);
	judging_free(im->judging);
	channel_free(im->keeper);
	free(im);
}

struct err importer_error(const struct importer *im)
{
	return im->error;
}
