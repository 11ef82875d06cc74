#include "net/loop.h"

#include "net/clock.h"

#include "lib/test.h"

#include <sys/socket.h>
#include <unistd.h>

static struct loop *loop;

static void fresh_loop(void)
{
	loop_free(loop);
	loop = NULL;
	CHECK(!err_is(loop_new(&loop)));
}

enum { TIMERS = 10000 };

static struct fixture {
	struct loop_timer timers[TIMERS];
	uint64_t due_us[TIMERS];
	uint64_t last_us;
	int fired, early, disordered;
} f;

static void count_and_check(struct loop_timer *t)
{
	uint64_t due = f.due_us[t - f.timers];

	f.fired++;
	f.early += clock_mono_us() < due;
	/* Within one tick of the wheel they come as they were armed. */
	f.disordered += due + 2048 < f.last_us;
	f.last_us = due;
}

static void ten_thousand_timers_in_order(void)
{
	fresh_loop();
	memset(&f, 0, sizeof(f));
	for (size_t i = 0; i < TIMERS; i++) {
		uint64_t after = (i * 7919) % 100000;

		f.timers[i].fire = count_and_check;
		loop_timer_arm(loop, &f.timers[i], after);
		f.due_us[i] = loop_now_us(loop) + after;
	}
	for (size_t i = 0; i < TIMERS; i += 4)
		loop_timer_cancel(loop, &f.timers[i]);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(f.fired, TIMERS - TIMERS / 4);
	CHECK_EQ(f.early, 0);
	CHECK_EQ(f.disordered, 0);
	CHECK(!f.timers[0].armed && !f.timers[1].armed);
}

static void cancel_the_other(struct loop_timer *t)
{
	f.fired++;
	loop_timer_cancel(loop, t->context);
}

static void a_timer_cancels_another_of_its_tick(void)
{
	fresh_loop();
	memset(&f, 0, sizeof(f));
	for (size_t i = 0; i < 2; i++) {
		f.timers[i].fire = cancel_the_other;
		f.timers[i].context = &f.timers[1 - i];
		loop_timer_arm(loop, &f.timers[i], 1000);
	}
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(f.fired, 1);
}

static void again_and_again(struct loop_timer *t)
{
	if (++f.fired < 5)
		loop_timer_arm(loop, t, 0);
	else
		free(t);
}

static void a_timer_arms_itself_and_frees_itself(void)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	fresh_loop();
	memset(&f, 0, sizeof(f));
	t->fire = again_and_again;
	loop_timer_arm(loop, t, 0);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(f.fired, 5);
}

struct pair {
	struct watch near;
	int far;
	struct pair *other;
	int told;
	unsigned events;
};

static struct pair *pair_new(void (*ready)(struct watch *, unsigned), unsigned events)
{
	struct pair *p = calloc(1, sizeof(*p));
	int fds[2];

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	p->near = (struct watch){.fd = fds[0], .events = events, .ready = ready, .context = p};
	p->far = fds[1];
	CHECK(!err_is(watch_add(loop, &p->near)));
	return p;
}

static void pair_free(struct pair *p)
{
	watch_close(&p->near);
	close(p->far);
	free(p);
}

static int pairs_told;

static void free_both(struct watch *w, unsigned events)
{
	struct pair *p = w->context;

	(void)events;
	pairs_told++;
	pair_free(p->other);
	pair_free(p);
}

/* Both are collected in one turn; the first frees the second, whose memory is gone by then. */
static void a_callback_frees_a_watch_that_is_collected(void)
{
	struct pair *a, *b;

	fresh_loop();
	a = pair_new(free_both, LOOP_READ);
	b = pair_new(free_both, LOOP_READ);
	a->other = b;
	b->other = a;
	CHECK(write(a->far, "x", 1) == 1 && write(b->far, "x", 1) == 1);
	pairs_told = 0;
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(pairs_told, 1);
}

static void must_not_be_told(struct watch *w, unsigned events)
{
	struct pair *p = w->context;

	(void)events;
	p->told++;
	watch_close(w);
}

static struct pair *successor;

static void replace_other(struct watch *w, unsigned events)
{
	struct pair *p = w->context;

	(void)events;
	pair_free(p->other);
	successor =
	    pair_new(must_not_be_told, LOOP_READ); /* takes the descriptor that has become free */
	pair_free(p);
	loop_stop(loop);
}

static void an_old_event_does_not_reach_the_new_owner_of_its_descriptor(void)
{
	struct pair *a, *b;

	fresh_loop();
	a = pair_new(replace_other, LOOP_READ);
	b = pair_new(replace_other, LOOP_READ);
	a->other = b;
	b->other = a;
	CHECK(write(a->far, "x", 1) == 1 && write(b->far, "x", 1) == 1);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(successor->told, 0);
	pair_free(successor);
}

static void note(struct watch *w, unsigned events)
{
	struct pair *p = w->context;

	p->told++;
	p->events |= events;
	if (events & LOOP_HANGUP)
		watch_remove(w);
	else if (p->told == 1)
		CHECK(!err_is(watch_change(w, 0)));
	if (p->told == 1)
		close(p->far);
}

static void events_change_and_a_hangup_is_always_told(void)
{
	struct pair *p;

	fresh_loop();
	p = pair_new(note, LOOP_WRITE);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(p->told, 2);
	CHECK_EQ(p->events, LOOP_WRITE | LOOP_HANGUP);
	CHECK(p->near.loop == NULL);
	watch_remove(&p->near);
	close(p->near.fd);
	free(p);
}

static void again_soon(struct loop_timer *t)
{
	if (++f.fired < TIMERS)
		loop_timer_soon(loop, t);
}

static void soon_waits_for_no_tick(void)
{
	uint64_t began = clock_mono_us();

	fresh_loop();
	memset(&f, 0, sizeof(f));
	f.timers[0].fire = again_soon;
	loop_timer_soon(loop, &f.timers[0]);
	CHECK(!err_is(loop_run(loop)));
	CHECK_EQ(f.fired, TIMERS);
	CHECK(clock_mono_us() - began < (uint64_t)TIMERS * 500);
}

static void the_wrong_use_is_an_error(void)
{
	struct watch w = {.fd = -1}, file = {.fd = STDIN_FILENO, .events = LOOP_READ}, twice;
	struct pair *p;

	fresh_loop();
	CHECK_EQ(err_class(watch_add(loop, &w)), ERR_BUG);
	CHECK_EQ(err_class(watch_change(&file, LOOP_READ)), ERR_BUG);
	p = pair_new(note, LOOP_READ);
	CHECK_EQ(err_class(watch_add(loop, &p->near)), ERR_BUG);
	twice = (struct watch){.fd = p->near.fd, .events = LOOP_READ};
	CHECK_EQ(err_class(watch_add(loop, &twice)), ERR_BUG);
	pair_free(p);
	CHECK(!err_is(loop_run(loop)));
}

int main(void)
{
	RUN(ten_thousand_timers_in_order);
	RUN(a_timer_cancels_another_of_its_tick);
	RUN(a_timer_arms_itself_and_frees_itself);
	RUN(a_callback_frees_a_watch_that_is_collected);
	RUN(an_old_event_does_not_reach_the_new_owner_of_its_descriptor);
	RUN(events_change_and_a_hangup_is_always_told);
	RUN(soon_waits_for_no_tick);
	RUN(the_wrong_use_is_an_error);
	loop_free(loop);
	return test_done();
}
