/*
 * conversation_test.c: DTLS as OpenSSL spoke it, from the seeds of conversation_fuzz, and by hand.
 */
#include "sensor/conversation.h"

#include "lib/certs.h"

enum { SAID_MAX = 64, LEAF_BYTES = 787, CLIENT_BYTES = 386 };

static struct sensor_counts counts;
static char told[32]; /* a letter an event */
static struct session last;
static size_t cert_n[2]; /* bytes of the first certificate, [client?] */

static void on_event(void *context, enum session_event event, const struct session *s)
{
	static const char letters[SESSION_EVENTS + 1] = "CHRLDEX";
	size_t n = strlen(told);

	(void)context;
	CHECK(n + 1 < sizeof(told));
	told[n] = letters[event];
	last = *s;
	cert_n[0] = s->server.n_certs ? s->server.certs[0].n : 0;
	cert_n[1] = s->client.n_certs ? s->client.certs[0].n : 0;
}

static const struct sensor_ops ops = {on_event};
static struct connection_home home = {.ops = &ops, .counts = &counts};
static const struct flow_key key = {.port = {40000, 443}, .proto = PACKET_UDP};
static struct conversation *c;
static struct packet p;
static enum connection_state state;

static void begin(void)
{
	memset(told, 0, sizeof(told));
	memset(&last, 0, sizeof(last));
	p = (struct packet){.proto = PACKET_UDP, .time_us = 1000};
	state = CONNECTION_OPEN;
}

static void say(unsigned from, struct span datagram)
{
	p.payload = datagram;
	p.number++;
	p.time_us += 1000;
	if (!c && conversation_begins(&p))
		c = conversation_new(&home, &key, &p, from);
	if (c && conversation_may(&p))
		state = conversation_push(c, &p, from);
}

static void end(void)
{
	if (c)
		conversation_give_up(c);
	conversation_free(c);
	c = NULL;
}

struct said {
	unsigned from;
	struct span datagram;
};

static size_t seed(const char *name, struct said said[SAID_MAX])
{
	char below[128];
	struct span in;
	size_t n = 0;

	snprintf(below, sizeof(below), "fuzz/corpus/conversation/%s", name);
	in = test_file(below);
	CHECK(in.n > 0);
	for (; in.n > 0 && n < SAID_MAX; n++) {
		said[n].from = span_u8(&in) & 1;
		said[n].datagram = span_vec(&in, 2);
	}
	return n;
}

static void play(const char *name)
{
	struct said said[SAID_MAX];
	size_t n = seed(name, said);

	begin();
	for (size_t i = 0; i < n; i++)
		say(said[i].from, said[i].datagram);
}

static void dtls12(void)
{
	play("rsa12");
	CHECK_EQ(state, CONNECTION_UNWANTED);
	CHECK_STR(told, "CEDX");
	CHECK_STR(last.history, "CvCsxkrnXGYIti");
	CHECK_STR(last.name, "dtls.example");
	CHECK_EQ(last.version, 0xfefd);
	CHECK_EQ(last.transport, TRANSPORT_UDP);
	CHECK_EQ(last.client.port, 40000);
	CHECK_EQ(last.server.n_certs, 1);
	CHECK_EQ(cert_n[0], LEAF_BYTES);
	CHECK_EQ(cert_n[1], CLIENT_BYTES);
	CHECK_EQ(last.flags, SESSION_IS_ESTABLISHED | SESSION_CLIENT_CERT_ASKED);
	CHECK(last.has_ticket && last.group == 29);
	end();
}

static void a_client_that_refuses(void)
{
	play("reject");
	CHECK_STR(told, "CR");
	CHECK_EQ(last.client.alert, 48);
	CHECK_STR(last.history, "CvCsxknL");
	end();
	CHECK_STR(told, "CRX");
}

static void in_any_order(void)
{
	struct said said[SAID_MAX];
	size_t n = seed("rsa12", said);
	uint32_t random = 7;

	for (int round = 0; round < 200; round++) {
		struct said left[SAID_MAX * 2];
		size_t m = 0;

		begin();
		for (size_t i = 1; i < n && i < 10; i++) {
			left[m++] = said[i];
			left[m++] = said[i];
		}
		say(said[0].from, said[0].datagram);
		while (m > 0) {
			size_t j;

			random = random * 1664525 + 1013904223;
			j = (random >> 8) % m;
			say(left[j].from, left[j].datagram);
			left[j] = left[--m];
		}
		CHECK(strchr(told, 'C') != NULL);
		CHECK_EQ(cert_n[0], LEAF_BYTES);
		CHECK(!last.server.certs_cut);
		CHECK_STR(last.name, "dtls.example");
		end();
	}
}

static void one_direction(void)
{
	struct said said[SAID_MAX];
	size_t n = seed("rsa12", said);

	for (unsigned from = 0; from < 2; from++) {
		begin();
		for (size_t i = 0; i < n; i++)
			if (said[i].from == from)
				say(from, said[i].datagram);
		end();
		CHECK_EQ(last.server.port, 443);
		CHECK_STR(told, from ? "CX" : "X"); /* one sealed record may be a Finished */
		CHECK_STR(last.name, from ? "" : "dtls.example");
		CHECK_EQ((last.flags & SESSION_MIDSTREAM) != 0, from);
	}
}

/* The middle of the only certificate was in it. */
static void a_lost_datagram(void)
{
	struct said said[SAID_MAX];
	size_t n = seed("rsa12", said);

	begin();
	for (size_t i = 0; i < n; i++)
		if (i != 4)
			say(said[i].from, said[i].datagram);
	end();
	CHECK_STR(told, "EDX");
	CHECK_EQ(cert_n[0], 0);
	CHECK(last.flags & SESSION_GAP);
}

static void what_waits_does_not_wait_for_ever(void)
{
	struct said said[SAID_MAX];

	seed("reject", said);
	begin();
	say(said[0].from, said[0].datagram);
	for (size_t i = 6; i < 10; i++)
		say(said[i].from, said[i].datagram);
	CHECK_STR(told, "");
	p.time_us += 3000000;
	say(0, said[0].datagram);
	CHECK_STR(last.history, "");
	end();
	CHECK(last.history[0] == 'C' && strchr(last.history, 'n'));
}

static void stun_says_who_began(void)
{
	play("stun");
	CHECK_STR(told, "CEDX");
	CHECK(last.flags & SESSION_FLIPPED && last.flags & SESSION_STUN);
	CHECK_STR(last.history, "^CvCsxkrnXGYIti");
	CHECK_EQ(last.client.port, 40000);
	CHECK_EQ(last.server.port, 443);
	CHECK_EQ(last.begin_us, 2000);
	CHECK_EQ(last.first_us, 3000);
	end();
}

static void inside_turn(void)
{
	play("channel");
	CHECK_STR(told, "CEDX");
	end();
	play("indication");
	CHECK_STR(told, "C");
	CHECK_STR(last.history, "CvCsx");
	end();
}

static void hidden_certificates(void)
{
	play("tls13-cid");
	CHECK_STR(told, "HEDX");
	CHECK_EQ(last.version, 0xfefc);
	CHECK_EQ(last.sealed_certificate_n, 0);
	CHECK_EQ(last.server.sealed_records, 4);
	end();
	play("tls12-cid");
	CHECK_STR(told, "EDX");
	CHECK_EQ(last.client.sealed_bytes, 120);
	end();
}

static void one_session_after_another(void)
{
	play("again");
	end();
	CHECK_STR(told, "CEXCRX");
	CHECK_STR(last.history, "CvCsxknL");
}

static void hellos_without_an_answer(void)
{
	play("repeated");
	end();
	CHECK_EQ(strncmp(last.history, "CCC", 3), 0);
}

static void what_is_no_dtls(void)
{
	begin();
	say(0, span_of("\x16\xfe\xfd nothing of the kind", 25));
	say(0, span_of("\x80\0\1\2", 4));
	CHECK(c == NULL);
	p.payload = span_of("", 0);
	CHECK(!conversation_may(&p));
	end();
}

int main(void)
{
	RUN(dtls12);
	RUN(a_client_that_refuses);
	RUN(in_any_order);
	RUN(one_direction);
	RUN(a_lost_datagram);
	RUN(what_waits_does_not_wait_for_ever);
	RUN(stun_says_who_began);
	RUN(inside_turn);
	RUN(hidden_certificates);
	RUN(one_session_after_another);
	RUN(hellos_without_an_answer);
	RUN(what_is_no_dtls);
	return test_done();
}
