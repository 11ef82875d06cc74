#include "app/channel.h"

#include "app/limits.h"
#include "lib/test.h"

#include <sys/socket.h>
#include <unistd.h>

struct end {
	struct loop *loop;
	size_t records, drained, closed;
	struct err e;
	char note[64];
};

static void on_record(void *context, struct channel *c, const struct record *record)
{
	struct end *end = context;

	(void)c;
	end->records++;
	if (record->type == RECORD_NOTE)
		snprintf(end->note, sizeof(end->note), "%s", record->note.text);
	if (record->type == RECORD_BYE)
		loop_stop(end->loop);
}

static void on_drained(void *context, struct channel *c)
{
	struct end *end = context;

	(void)c;
	end->drained++;
}

static void on_closed(void *context, struct channel *c, struct err e)
{
	struct end *end = context;

	(void)c;
	end->closed++;
	end->e = e;
	loop_stop(end->loop);
}

static const struct channel_ops ops = {
    .record = on_record, .drained = on_drained, .closed = on_closed};

static void pair_open(struct loop **loop, struct end ends[2], int fds[2])
{
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	CHECK(!err_is(loop_new(loop)));
	ends[0] = ends[1] = (struct end){.loop = *loop};
}

static void a_full_pipe_pushes_back_and_loses_nothing(void)
{
	struct record note = {.type = RECORD_NOTE, .note = {NOTE_INFO, "a line for the user"}},
		      bye = {.type = RECORD_BYE};
	struct end ends[2];
	struct channel *a, *b;
	struct loop *loop;
	size_t sent = 0;
	int fds[2];

	pair_open(&loop, ends, fds);
	CHECK(!err_is(channel_new(loop, fds[0], &ops, &ends[0], &a)));
	CHECK(!err_is(channel_new(loop, fds[1], &ops, &ends[1], &b)));
	while (!channel_congested(a) && sent < 1000000 && !err_is(channel_send(a, &note)))
		sent++;
	CHECK(channel_congested(a) && sent < 1000000);
	CHECK(!err_is(channel_send(a, &bye)));
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(ends[1].records, sent + 1);
	CHECK_STR(ends[1].note, "a line for the user");
	CHECK(!channel_congested(a) && ends[0].drained == 1 && channel_idle(a));
	channel_free(a);
	channel_free(b);
	loop_free(loop);
}

static void the_other_end_going_away_is_told_once(void)
{
	struct end ends[2];
	struct channel *a;
	struct loop *loop;
	int fds[2];

	pair_open(&loop, ends, fds);
	CHECK(!err_is(channel_new(loop, fds[0], &ops, &ends[0], &a)));
	close(fds[1]);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(ends[0].closed, 1);
	CHECK(err_is(channel_send(a, &(struct record){.type = RECORD_DONE})));
	channel_free(a);
	loop_free(loop);
}

static void nonsense_ends_the_conversation(void)
{
	struct end ends[2];
	struct channel *a;
	struct loop *loop;
	int fds[2];

	pair_open(&loop, ends, fds);
	CHECK(!err_is(channel_new(loop, fds[0], &ops, &ends[0], &a)));
	CHECK_EQ(write(fds[1], "\0\0\0\4????", 8), 8);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(ends[0].closed, 1);
	CHECK_EQ(err_class(ends[0].e), ERR_PEER);
	channel_free(a);
	close(fds[1]);
	loop_free(loop);
}

int main(void)
{
	RUN(a_full_pipe_pushes_back_and_loses_nothing);
	RUN(the_other_end_going_away_is_told_once);
	RUN(nonsense_ends_the_conversation);
	return test_done();
}
