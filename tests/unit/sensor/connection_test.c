/* The dissector is a fake that writes down what it was told; its defaults want everything. */
#include "sensor/connection.h"

#include "lib/test.h"
#include "sensor/limits.h"

/* "c:" bytes of the client, "s:" of the server, [n] gaps, ends "c-fin" "s-rst" "c-time", "END". */
static char heard[4096];
static size_t heard_n;
static bool wanted[2];
static size_t held;
static uint32_t end_flags;
static int64_t end_begin_us;
static uint64_t uids[2][2];
static unsigned n_dissectors;

struct dissect {
	const struct dissect_ops *ops;
	void *context;
	struct session session;
	unsigned ended;
};

static void say(const char *who, const char *what, size_t n)
{
	int more = snprintf(heard + heard_n, sizeof(heard) - heard_n, "%s%s%.*s",
	    heard_n ? " " : "", who, (int)n, what);

	heard_n += (size_t)more;
	CHECK(heard_n < sizeof(heard));
}

struct err dissect_new(const struct session_side *tcp_client, const struct session_side *tcp_server,
    const uint64_t uid[2], const struct dissect_ops *ops, void *context,
    struct dissect **ret_dissect)
{
	struct dissect *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	d->ops = ops;
	d->context = context;
	d->session.client = *tcp_client;
	d->session.server = *tcp_server;
	memcpy(uids[n_dissectors++ % 2], uid, sizeof(uids[0]));
	*ret_dissect = d;
	return OK;
}

void dissect_free(struct dissect *d)
{
	free(d);
}

void dissect_time(struct dissect *d, int64_t time_us, uint64_t packet)
{
	CHECK(d && time_us > 0 && packet > 0);
	if (d->session.begin_us == 0)
		d->session.begin_us = time_us;
	d->session.last_us = time_us;
}

void dissect_bytes(struct dissect *d, enum dissect_side side, struct span bytes)
{
	(void)d;
	CHECK(wanted[side]);
	say(side == SIDE_TCP_CLIENT ? "c:" : "s:", (const char *)bytes.p, bytes.n);
}

void dissect_gap(struct dissect *d, enum dissect_side side, uint32_t n)
{
	char text[20];

	d->session.flags |= n ? SESSION_GAP : SESSION_MIDSTREAM;
	snprintf(text, sizeof(text), "[%u]", n);
	say(side == SIDE_TCP_CLIENT ? "c:" : "s:", text, sizeof(text));
}

void dissect_end(struct dissect *d, enum dissect_side side, enum dissect_end how)
{
	static const char *const text[] = {"fin", "rst", "time"};

	say(side == SIDE_TCP_CLIENT ? "c-" : "s-", text[how], 4);
	d->ended |= 1u << side | (how == DISSECT_FIN ? 0 : 3);
	if (d->ended == 3)
		d->ops->event(d->context, SESSION_END, &d->session);
}

bool dissect_wants(const struct dissect *d, enum dissect_side side)
{
	(void)d;
	return wanted[side];
}

size_t dissect_held(const struct dissect *d)
{
	(void)d;
	return held;
}

static void on_event(void *context, enum session_event event, const struct session *session)
{
	(void)context;
	CHECK_EQ(event, SESSION_END);
	end_flags = session->flags;
	end_begin_us = session->begin_us;
}

static const struct sensor_ops ops = {on_event};
static struct sensor_counts counts;
static struct connection_home home = {.ops = &ops, .counts = &counts};

enum { CLIENT_ISN = 1000, SERVER_ISN = 90000 };
enum who { CLIENT, SERVER };

static struct connection *c;
static struct flow_key key;
static int64_t now_us;

static void begin(void)
{
	connection_free(c);
	c = NULL;
	counts = (struct sensor_counts){0};
	heard_n = 0;
	heard[0] = 0;
	wanted[0] = wanted[1] = true;
	held = 0;
	now_us = 5000000;
	n_dissectors = 0;
}

static struct packet packet(enum who who, uint8_t flags, uint32_t at, const char *text)
{
	struct packet p = {.time_us = now_us++,
	    .number = 1,
	    .proto = PACKET_TCP,
	    .src = addr_from_v4(who == CLIENT ? 0xc0000202 : 0x0a000001),
	    .dst = addr_from_v4(who == CLIENT ? 0x0a000001 : 0xc0000202),
	    .sport = who == CLIENT ? 40000 : 443,
	    .dport = who == CLIENT ? 443 : 40000,
	    .flags = flags,
	    .seq = (who == CLIENT ? CLIENT_ISN : SERVER_ISN) + at,
	    .payload = span_str(text)};

	return p;
}

static enum connection_state push(enum who who, uint8_t flags, uint32_t at, const char *text)
{
	struct packet p = packet(who, flags, at, text);
	unsigned from = flow_key_of(&p, &key);

	if (!c)
		c = connection_new(&home, &key, &p, from);
	return connection_push(c, &p, from);
}

static void shake_hands(void)
{
	push(CLIENT, TCP_SYN, 0, "");
	push(SERVER, TCP_SYN | TCP_ACK, 0, "");
	push(CLIENT, TCP_ACK, 1, "");
}

static void begin_open(void)
{
	begin();
	shake_hands();
}

static void tells_both_directions(void)
{
	begin_open();
	CHECK_EQ(n_dissectors, 0);
	push(CLIENT, TCP_ACK, 1, "hello");
	push(SERVER, TCP_ACK, 1, "welcome");
	CHECK_EQ(push(CLIENT, TCP_ACK | TCP_FIN, 6, "bye"), CONNECTION_OPEN);
	CHECK_EQ(push(SERVER, TCP_ACK | TCP_FIN, 8, ""), CONNECTION_OVER);
	CHECK_STR(heard, "c:hello s:welcome c:bye c-fin s-fin");
	CHECK_EQ(end_begin_us, 5000000);
	CHECK_EQ(end_flags, 0);
}

static void a_reset_ends_both(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	CHECK_EQ(push(SERVER, TCP_RST, 1, ""), CONNECTION_OVER);
	CHECK_STR(heard, "c:hello s-rst");
	connection_give_up(c);
	CHECK_STR(heard, "c:hello s-rst");
}

static void an_end_waits_for_what_it_overtook(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	CHECK_EQ(push(CLIENT, TCP_RST, 9, ""), CONNECTION_CLOSING);
	CHECK_EQ(push(CLIENT, TCP_ACK, 6, "bye"), CONNECTION_OVER);
	CHECK_STR(heard, "c:hello c:bye c-rst");

	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	push(SERVER, TCP_ACK, 3, "lcome");
	CHECK_EQ(push(CLIENT, TCP_RST, 6, ""), CONNECTION_CLOSING);
	CHECK_EQ(push(SERVER, TCP_ACK, 1, "we"), CONNECTION_OVER);
	CHECK_STR(heard, "c:hello s:we s:lcome c-rst");

	begin_open();
	CHECK_EQ(push(CLIENT, TCP_FIN | TCP_ACK, 6, "bye"), CONNECTION_OPEN);
	CHECK_EQ(push(SERVER, TCP_FIN | TCP_ACK, 1, ""), CONNECTION_CLOSING);
	CHECK_EQ(push(CLIENT, TCP_ACK, 1, "hello"), CONNECTION_OVER);
	CHECK_STR(heard, "c:hello c:bye c-fin");
}

static void a_reset_may_speak_of_the_past(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	CHECK_EQ(push(CLIENT, TCP_RST, 2, ""), CONNECTION_OVER);
	CHECK_STR(heard, "c:hello c-rst");
}

static void a_forged_reset_ends_nothing(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	CHECK_EQ(push(SERVER, TCP_RST, 0x70000000, ""), CONNECTION_OPEN);
	push(SERVER, TCP_ACK, 1, "welcome");
	CHECK_STR(heard, "c:hello s:welcome");
}

static void a_refused_connection_is_over(void)
{
	struct packet p;

	begin();
	push(CLIENT, TCP_SYN, 0, "");
	p = packet(SERVER, TCP_RST | TCP_ACK, 0, "");
	p.seq = 0;
	CHECK_EQ(connection_push(c, &p, flow_key_of(&p, &key)), CONNECTION_OVER);
	CHECK_EQ(n_dissectors, 0);
}

static void gives_up_what_never_comes(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 4, "lo");
	push(SERVER, TCP_ACK | TCP_FIN, 1, "welcome");
	connection_give_up(c);
	CHECK_STR(heard, "s:welcome s-fin c:[3] c:lo c-time");
	CHECK_EQ(counts.gaps, 1);
	CHECK_EQ(counts.sessions, 1);
	CHECK_EQ(counts.sessions_partial, 1);
}

static void the_client_is_who_sent_the_syn(void)
{
	begin();
	push(SERVER, TCP_SYN, 0, "");
	push(CLIENT, TCP_SYN | TCP_ACK, 0, "");
	push(CLIENT, TCP_ACK, 1, "from 40000");
	CHECK_STR(heard, "s:from 40000");

	begin();
	push(CLIENT, TCP_SYN | TCP_ACK, 0, "");
	push(CLIENT, TCP_ACK, 1, "from 40000");
	CHECK_STR(heard, "s:from 40000");

	begin(); /* only a guess, until the SYN comes */
	push(CLIENT, TCP_ACK, 1, "");
	push(SERVER, TCP_SYN, 0, "");
	push(CLIENT, TCP_ACK, 1, "from 40000");
	CHECK_STR(heard, "s:[0] s:from 40000");
}

static void the_client_is_guessed_by_port(void)
{
	struct packet p;

	begin();
	push(SERVER, TCP_ACK, 1, "welcome");
	push(CLIENT, TCP_ACK, 1, "hello");
	push(SERVER, TCP_ACK, 8, "!");
	CHECK_STR(heard, "s:[0] s:welcome c:[0] c:hello s:!");

	p = packet(CLIENT, TCP_ACK, 1, "");
	p.sport = 80; /* lower, but it is not TLS's */
	p.dport = 8443;
	CHECK(connection_is_to_server(&p));
	p.sport = 5000;
	p.dport = 4999;
	CHECK(connection_is_to_server(&p));
	p.dport = 5001;
	CHECK(!connection_is_to_server(&p));
}

static void a_beginning_in_midstream_waits_for_one_packet(void)
{
	begin();
	push(CLIENT, TCP_ACK, 6, "there");
	CHECK_STR(heard, "");
	push(CLIENT, TCP_ACK, 1, "hello");
	CHECK_STR(heard, "c:[0] c:hello c:there");

	begin();
	push(CLIENT, TCP_ACK, 1, "alert");
	CHECK_EQ(push(CLIENT, TCP_RST, 6, ""), CONNECTION_OVER);
	CHECK_STR(heard, "c:[0] c:alert c-rst");
}

static void an_unwanted_side_is_not_read(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	wanted[SIDE_TCP_SERVER] = false;
	push(SERVER, TCP_ACK, 1, "bulk");
	push(SERVER, TCP_ACK, 500, "bulk");
	CHECK_EQ(push(SERVER, TCP_ACK | TCP_FIN, 900, ""), CONNECTION_OPEN);
	CHECK_STR(heard, "c:hello s-fin");
	CHECK_EQ(push(CLIENT, TCP_ACK | TCP_FIN, 6, ""), CONNECTION_OVER);
	CHECK_STR(heard, "c:hello s-fin c-fin");
}

static void is_done_when_no_side_is_wanted(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	wanted[SIDE_TCP_SERVER] = wanted[SIDE_TCP_CLIENT] = false;
	CHECK_EQ(push(CLIENT, TCP_ACK, 6, "bulk"), CONNECTION_UNWANTED);
	CHECK_STR(heard, "c:hello c-time");
}

static void knows_its_own_syn(void)
{
	struct packet p;

	begin_open();
	p = packet(CLIENT, TCP_SYN, 0, "");
	CHECK(!connection_is_other(c, &p, flow_key_of(&p, &key)));
	p.seq++;
	CHECK(connection_is_other(c, &p, flow_key_of(&p, &key)));
	p.flags = TCP_ACK;
	CHECK(!connection_is_other(c, &p, flow_key_of(&p, &key)));

	begin(); /* the SYN came late */
	push(CLIENT, TCP_ACK, 1, "hello");
	p = packet(CLIENT, TCP_SYN, 0, "");
	CHECK(!connection_is_other(c, &p, flow_key_of(&p, &key)));
	p.seq += 0x10000000;
	CHECK(connection_is_other(c, &p, flow_key_of(&p, &key)));
}

static void tells_of_conflicts(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 3, "llo");
	push(CLIENT, TCP_ACK, 3, "LLO");
	push(CLIENT, TCP_ACK, 1, "he");
	push(CLIENT, TCP_RST, 6, "");
	CHECK_STR(heard, "c:he c:llo c-rst");
	CHECK(end_flags & SESSION_CONFLICT);
	connection_free(c);
	c = NULL;
	CHECK_EQ(counts.conflicts, 1);
}

static void counts_what_it_holds(void)
{
	begin_open();
	size_t bare = connection_held(c);

	CHECK(bare > 0 && bare <= 200);
	push(CLIENT, TCP_ACK, 3, "llo");
	CHECK(connection_held(c) > bare);
	push(CLIENT, TCP_ACK, 1, "he");
	held = 5000;
	CHECK_EQ(connection_held(c), bare + 5000);
}

static void uids_do_not_repeat(void)
{
	begin_open();
	push(CLIENT, TCP_ACK, 1, "hello");
	connection_free(c);
	c = NULL;
	shake_hands();
	push(CLIENT, TCP_ACK, 1, "hello");
	CHECK_EQ(n_dissectors, 2);
	CHECK(uids[0][0] != uids[1][0] && uids[0][1] != uids[1][1]);
	CHECK(uids[0][0] != uids[0][1]);
}

int main(void)
{
	RUN(tells_both_directions);
	RUN(a_reset_ends_both);
	RUN(an_end_waits_for_what_it_overtook);
	RUN(a_reset_may_speak_of_the_past);
	RUN(a_forged_reset_ends_nothing);
	RUN(a_refused_connection_is_over);
	RUN(gives_up_what_never_comes);
	RUN(the_client_is_who_sent_the_syn);
	RUN(the_client_is_guessed_by_port);
	RUN(a_beginning_in_midstream_waits_for_one_packet);
	RUN(an_unwanted_side_is_not_read);
	RUN(is_done_when_no_side_is_wanted);
	RUN(knows_its_own_syn);
	RUN(tells_of_conflicts);
	RUN(counts_what_it_holds);
	RUN(uids_do_not_repeat);
	begin();
	return test_done();
}
