/*
 * The two promises of the store: what was committed survives kill -9 at any moment, and programs
 * that share a store wait for each other without an error. Here the store waits for the disk.
 */
#include "lab.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLS = 20, WRITERS = 2, WRITERS_MS = 2500, BATCH = 20 };

static struct arena arena;

static struct chain_verdict *chain_of(uint32_t n)
{
	static const struct lab_cert ca = {"Lab CA", "Lab CA", "kca", "0", KEY_RSA, 9000, true};
	char serial[16];
	struct lab_cert chain[2] = {{"a.example", "Lab CA", "k", serial, KEY_RSA, 9000, false}, ca};

	snprintf(serial, sizeof(serial), "%u", n);
	return lab_chain(&arena, chain, 2);
}

/* One batch of hosts from `first` on, each with a chain of its own; false where anything fails. */
static bool batch(struct store *s, uint32_t first, int64_t at_ms)
{
	bool ok = !err_is(store_begin(s));

	for (uint32_t host = first; ok && host < first + BATCH; host++) {
		struct chain_verdict *v = chain_of(host);
		struct observation o = lab_seen(host, v, 0, at_ms);
		struct stored stored;

		ok = !err_is(store_put_chain(s, v, at_ms)) &&
		     !err_is(store_put_observation(s, &o, &stored));
	}
	arena_reset(&arena);
	return ok && !err_is(store_commit(s));
}

/* Writes for ever, and says of each batch that it is stored. */
static void write_and_acknowledge(uint32_t first, int out)
{
	struct store *s = NULL;

	if (err_is(store_open(lab_path, STORE_WRITE, &s)))
		_exit(1);
	for (;; first += BATCH)
		if (!batch(s, first, 1000) || write(out, &first, sizeof(first)) != sizeof(first))
			_exit(2);
}

struct presence {
	uint8_t seen[1 << 20];
};

static bool mark(void *context, const struct inventory_row *row)
{
	struct presence *p = context;

	p->seen[addr_v4(&row->seen->endpoint.addr) & 0xfffff] =
	    row->chain && row->chain->n_certs == 2;
	return true;
}

static void all_there(const uint32_t *firsts, size_t n)
{
	static struct presence p;
	struct store *s = NULL;
	struct search all = {0};
	size_t rows = 0, missing = 0;

	/* A reader comes first: it too must understand what the dead left behind. */
	CHECK(went_well(store_open(lab_path, STORE_READ, &s), NULL));
	CHECK(went_well(store_search(s, &all, mark, &p, &rows), s));
	store_close(s);
	s = lab_open();
	memset(&p, 0, sizeof(p));
	lab_sound(s);
	CHECK(went_well(store_search(s, &all, mark, &p, &rows), s));
	for (size_t i = 0; i < n; i++)
		for (uint32_t host = firsts[i]; host < firsts[i] + BATCH; host++)
			missing += !p.seen[host];
	CHECK_EQ(missing, 0);
	CHECK(rows >= n * BATCH);
	store_close(s);
}

/* A random moment: every other time counted from when the writer is at work, else from its
 * birth. */
static void wait_a_moment(int round, int acknowledgements)
{
	struct timespec wait = {.tv_nsec = 1000000L * (rand() % 80)};
	struct pollfd first = {.fd = acknowledgements, .events = POLLIN};

	if (round % 2)
		poll(&first, 1, 20000);
	nanosleep(&wait, NULL);
}

static void kill_minus_nine(void)
{
	static uint32_t acknowledged[1 << 16];
	size_t n = 0;

	lab_clear();
	fflush(stdout);
	srand(2);
	for (int i = 0; i < KILLS; i++) {
		size_t before = n;
		int pipes[2];
		uint32_t first;
		pid_t pid;

		CHECK(pipe(pipes) == 0);
		pid = fork();
		if (pid == 0)
			write_and_acknowledge((uint32_t)n * BATCH, pipes[1]);
		close(pipes[1]);
		wait_a_moment(i, pipes[0]);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		while (read(pipes[0], &first, sizeof(first)) == sizeof(first))
			acknowledged[n++] = first;
		close(pipes[0]);
		if (n > before || i == KILLS - 1)
			all_there(acknowledged, n);
	}
	printf("# %zu batches acknowledged between %d kills\n", n, KILLS);
	CHECK(n >= KILLS / 2);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Writes without a pause, half of it to the endpoints that the others write to; gives its
 * batches. */
static void write_for_a_while(uint32_t id, int out)
{
	struct store *s = NULL;
	int64_t end = now_ms() + WRITERS_MS;
	uint32_t n = 0;

	if (err_is(store_open(lab_path, STORE_WRITE, &s)))
		_exit(1);
	for (; now_ms() < end; n++)
		if (!batch(s, n % 2 ? 0 : (id + 1) << 16, now_ms()))
			_exit(2);
	store_close(s);
	_exit(write(out, &n, sizeof(n)) != sizeof(n));
}

static void two_write_at_once_and_share(void)
{
	uint32_t n[WRITERS] = {0};
	struct store *s;
	int pipes[2];

	lab_clear();
	CHECK(pipe(pipes) == 0);
	fflush(stdout);
	for (uint32_t i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_for_a_while(i, pipes[1]);
	for (int i = 0; i < WRITERS; i++) {
		int status = -1;

		wait(&status);
		CHECK_EQ(status, 0);
	}
	close(pipes[1]);
	for (int i = 0; i < WRITERS; i++)
		CHECK(read(pipes[0], &n[i], sizeof(n[i])) == sizeof(n[i]));
	close(pipes[0]);
	printf("# batches: %u and %u\n", n[0], n[1]);
	/* Both come to their turn. */
	CHECK(n[0] > 5 && n[1] > 5);
	CHECK(n[0] < n[1] * 4 && n[1] < n[0] * 4);
	s = lab_open();
	lab_sound(s);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 64 << 20);
	RUN(kill_minus_nine);
	RUN(two_write_at_once_and_share);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
