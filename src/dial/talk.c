/*
 * talk.c: the one place where sans-I/O protocol code meets a socket. A talk walks through phases
 * (connect, listen, dialogue, flight), and three things move it: the descriptor, the timer of the
 * present step, the timer of the whole. They only ever mark it as ended; whoever was called by the
 * loop looks at the mark last, and tells and frees it there. So nothing is used after its end.
 *
 * The end: our alert is written, then the connection is reset (SO_LINGER 0) unless the peer closed
 * first. A reset throws away what the peer still had to say and leaves no TIME_WAIT on either side;
 * at 2,000 connections a second to one server the other way runs out of ports within 15 seconds.
 */
#include "dial/talk.h"

#include "dial/limits.h"
#include "net/sock.h"

#include <errno.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum phase { PHASE_CONNECT, PHASE_LISTEN, PHASE_DIALOGUE, PHASE_FLIGHT, PHASE_ENDED };

struct talk {
	struct loop *loop;
	struct talk_spec spec;
	char name[256]; /* a copy of spec.hello.name */
	enum phase phase;
	bool peer_closed;
	struct watch watch;
	struct loop_timer step, total;
	struct buf in; /* of the dialogue: what it has not understood yet */
	struct buf out;
	struct flight *flight;
	bool answered; /* bytes came after the hello */
	struct talk_result result;
	uint8_t first[TALK_FIRST_MAX];
	alignas(max_align_t) uint8_t dialogue[DIALECT_CONTEXT_MAX];
};

static void end(struct talk *t, enum talk_end how, int os_error)
{
	if (t->phase == PHASE_ENDED)
		return;
	t->phase = PHASE_ENDED;
	t->result.end = how;
	t->result.os_error = os_error;
}

/* Whose trouble it is: enum talk_end by enum sock_trouble. */
static const enum talk_end ends[] = {
    [SOCK_REFUSED] = TALK_REFUSED,
    [SOCK_RESET] = TALK_CLOSED,
    [SOCK_TIMEOUT] = TALK_CONNECT_TIMEOUT,
    [SOCK_UNREACHABLE] = TALK_UNREACHABLE,
    [SOCK_BUSY] = TALK_LOCAL,
    [SOCK_LOCAL] = TALK_LOCAL,
};

static void close_down(struct talk *t)
{
	loop_timer_cancel(t->loop, &t->step);
	loop_timer_cancel(t->loop, &t->total);
	if (!t->peer_closed && t->watch.fd >= 0)
		sock_reset_at_close(t->watch.fd);
	watch_close(&t->watch);
}

static void talk_free(struct talk *t)
{
	flight_free(t->flight);
	buf_done(&t->in);
	buf_done(&t->out);
	free(t);
}

/* What every callback ends with. */
static void settle(struct talk *t)
{
	if (t->phase != PHASE_ENDED)
		return;
	close_down(t);
	if (t->flight)
		t->result.flight = flight_result(t->flight);
	t->spec.done(t->spec.context, &t->result);
	talk_free(t);
}

/*
 * A peer that does not take our bytes may have said why before it went: errors are left to recv(),
 * which gives those bytes first and the error afterwards.
 */
static void flush(struct talk *t)
{
	struct err e;

	while (t->out.n) {
		ssize_t n = send(t->watch.fd, t->out.p, t->out.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			buf_reset(&t->out);
		if (n < 0)
			break;
		buf_drop(&t->out, (size_t)n);
	}
	if (t->phase == PHASE_ENDED)
		return;
	e = watch_change(&t->watch, LOOP_READ | (t->out.n ? (unsigned)LOOP_WRITE : 0u));
	if (err_is(e))
		end(t, TALK_LOCAL, (int)err_detail(e));
}

static void flight_hears(struct talk *t, struct span bytes)
{
	enum want want;

	t->answered = true;
	want = flight_push(t->flight, bytes, &t->out);
	if (want != WANT_READ)
		end(t, TALK_FLIGHT, 0);
	flush(t);
}

static void begin_flight(struct talk *t)
{
	struct err e = flight_new(&t->spec.hello, t->spec.shares, &t->out, &t->flight);

	if (err_is(e)) {
		end(t, TALK_LOCAL, ENOMEM);
		return;
	}
	t->phase = PHASE_FLIGHT;
	loop_timer_arm(t->loop, &t->step, t->spec.step_us);
	flush(t);
	if (t->phase == PHASE_FLIGHT && t->in.n)
		flight_hears(t, buf_view(&t->in));
}

static void dialogue_wants(struct talk *t, enum want want)
{
	if (want == WANT_DONE) {
		begin_flight(t);
		return;
	}
	if (want == WANT_FAILED || t->in.full)
		end(t, TALK_NO_UPGRADE, 0);
	flush(t);
}

static void dialogue_hears(struct talk *t)
{
	struct span view = buf_view(&t->in);
	enum want want = t->spec.dialect->step(t->dialogue, &view, &t->out);

	buf_drop(&t->in, t->in.n - view.n);
	dialogue_wants(t, want);
}

static void begin_dialogue(struct talk *t, const struct dialect *dialect)
{
	t->phase = PHASE_DIALOGUE;
	t->spec.dialect = t->result.dialect = dialect;
	loop_timer_arm(t->loop, &t->step, t->spec.step_us);
	dialogue_wants(t, dialect->start(t->dialogue, t->name, &t->out));
	if (t->phase == PHASE_DIALOGUE && t->in.n)
		dialogue_hears(t);
}

/* Something spoke before we did. Nothing was said to it yet, so the same connection will do. */
static void greeted(struct talk *t)
{
	const struct dialect *dialect = dialect_sniff(buf_view(&t->in));

	if (dialect && dialect->server_first)
		begin_dialogue(t, dialect);
	else
		end(t, TALK_NO_UPGRADE, 0);
}

static void begin(struct talk *t)
{
	if (t->spec.dialect) {
		begin_dialogue(t, t->spec.dialect);
	} else if (t->spec.listen_us) {
		t->phase = PHASE_LISTEN;
		loop_timer_arm(t->loop, &t->step, t->spec.listen_us);
		flush(t);
	} else {
		begin_flight(t);
	}
}

static void keep_first(struct talk *t, struct span bytes)
{
	size_t have = t->result.first.n, n = TALK_FIRST_MAX - have;

	if (n > bytes.n)
		n = bytes.n;
	memcpy(t->first + have, bytes.p, n);
	t->result.first = span_of(t->first, have + n);
	t->result.bytes_in += bytes.n;
}

static void hear(struct talk *t, struct span bytes)
{
	keep_first(t, bytes);
	if (t->phase == PHASE_FLIGHT) {
		loop_timer_arm(t->loop, &t->step, t->spec.step_us);
		flight_hears(t, bytes);
		return;
	}
	buf_span(&t->in, bytes);
	if (t->phase == PHASE_DIALOGUE) {
		loop_timer_arm(t->loop, &t->step, t->spec.step_us);
		dialogue_hears(t);
	} else if (memchr(t->in.p, '\n', t->in.n) || t->in.n >= TALK_FIRST_MAX) {
		greeted(t); /* MySQL's greeting has a line feed too, at its fifth byte */
	}
}

static void peer_left(struct talk *t, int os_error)
{
	t->peer_closed = true;
	if (t->phase == PHASE_LISTEN && t->in.n)
		greeted(t);
	if (t->phase == PHASE_FLIGHT && t->answered) {
		flight_eof(t->flight);
		end(t, TALK_FLIGHT, os_error);
	} else if (t->phase == PHASE_DIALOGUE && t->result.bytes_in) {
		end(t, TALK_NO_UPGRADE, os_error);
	} else {
		end(t, TALK_CLOSED, os_error);
	}
}

static void receive(struct talk *t)
{
	uint8_t bytes[TALK_READ_MAX];
	ssize_t n = recv(t->watch.fd, bytes, sizeof(bytes), 0);

	if (n > 0)
		hear(t, span_of(bytes, (size_t)n));
	else if (n == 0)
		peer_left(t, 0);
	else if (errno != EAGAIN && errno != EINTR)
		peer_left(t, errno);
}

static void connected(struct talk *t, unsigned events)
{
	int errnum = events & LOOP_HANGUP ? sock_result(t->watch.fd) : 0;

	if (errnum)
		end(t, ends[sock_trouble(errnum)], errnum);
	else if (sock_is_self(t->watch.fd, &t->spec.addr, t->spec.port))
		end(t, TALK_REFUSED, ECONNREFUSED);
	else
		begin(t);
}

static void on_ready(struct watch *w, unsigned events)
{
	struct talk *t = w->context;

	if (t->phase == PHASE_CONNECT)
		connected(t, events);
	else if (events & LOOP_WRITE)
		flush(t);
	if (t->phase != PHASE_ENDED && events & (LOOP_READ | LOOP_HANGUP))
		receive(t);
	settle(t);
}

static void on_step(struct loop_timer *timer)
{
	struct talk *t = timer->context;

	if (t->phase == PHASE_CONNECT)
		end(t, TALK_CONNECT_TIMEOUT, ETIMEDOUT);
	else if (t->phase == PHASE_LISTEN && t->in.n)
		greeted(t);
	else if (t->phase == PHASE_LISTEN)
		begin_flight(t);
	else
		end(t, TALK_SILENT, 0); /* if it had not ended in talk_start */
	settle(t);
}

static void on_total(struct loop_timer *timer)
{
	struct talk *t = timer->context;

	if (t->phase == PHASE_CONNECT)
		end(t, TALK_CONNECT_TIMEOUT, ETIMEDOUT);
	else
		end(t, TALK_SILENT, 0);
	settle(t);
}

/* Connected: it is spoken to at once. */
static struct err take_over(struct talk *t)
{
	struct err e;

	t->watch.events = LOOP_READ;
	e = watch_add(t->loop, &t->watch);
	if (!err_is(e))
		begin(t);
	return e;
}

static struct err open_socket(struct talk *t)
{
	int errnum = sock_connect(&t->spec.addr, t->spec.port, &t->watch.fd);
	struct err e;

	if (errnum && errnum != EINPROGRESS) {
		end(t, ends[sock_trouble(errnum)], errnum);
		return OK;
	}
	t->watch.events = LOOP_WRITE;
	e = watch_add(t->loop, &t->watch);
	if (!err_is(e))
		loop_timer_arm(t->loop, &t->step, t->spec.connect_us);
	return e;
}

struct err talk_start(struct loop *loop, const struct talk_spec *spec, struct talk **ret_talk)
{
	struct talk *t = calloc(1, sizeof(*t));
	struct err e;

	if (!t) {
		if (spec->fd >= 0)
			sock_abort(spec->fd);
		return err_io(ENOMEM, "talk");
	}
	t->loop = loop;
	t->spec = *spec;
	t->result.dialect = spec->dialect;
	if (spec->hello.name)
		snprintf(t->name, sizeof(t->name), "%s", spec->hello.name);
	t->spec.hello.name = t->name;
	t->watch = (struct watch){.fd = spec->fd, .ready = on_ready, .context = t};
	t->step = (struct loop_timer){.fire = on_step, .context = t};
	t->total = (struct loop_timer){.fire = on_total, .context = t};
	buf_init(&t->in, DIALECT_BYTES_MAX);
	buf_init(&t->out, TALK_OUT_MAX);
	loop_timer_arm(loop, &t->total, spec->total_us);
	e = spec->fd >= 0 ? take_over(t) : open_socket(t);
	if (err_is(e)) {
		talk_abort(t);
		return e;
	}
	if (t->phase == PHASE_ENDED) /* is told in the next turn of the loop */
		loop_timer_arm(loop, &t->step, 0);
	*ret_talk = t;
	return OK;
}

void talk_abort(struct talk *t)
{
	if (!t)
		return;
	close_down(t);
	talk_free(t);
}
