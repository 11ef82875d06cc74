#include "app/sighting.h"

#include "base/buf.h"
#include "wire/dialect.h"

#include "lib/test.h"

static const struct watch_plan usual;

static struct session some_session(void)
{
	struct session s = {
	    .transport = TRANSPORT_TCP,
	    .client = {.addr = addr_from_v4(0x0a010203), .port = 40000},
	    .server = {.addr = addr_from_v4(0xc6336407), .port = 443, .n_certs = 1},
	    .last_us = 1700000000123456,
	    .version = 0x0303,
	    .cipher = 0xc02f,
	    .group = 29,
	    .name = "WWW.Test.",
	};

	return s;
}

static void names_are_as_dns_compares_them(void)
{
	static const struct {
		const char *sent, *kept;
	} rows[] = {
	    {"WWW.Test.", "www.test"},
	    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
	    {"_srv.a-b", "_srv.a-b"},
	    {".", ""},
	    {"", ""},
	    {"a\x1b[31mb", ""},
	    {"two words", ""},
	    {"b\xc3\xbc"
	     "cher.example",
		""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct session s = some_session();
		struct observation o;

		snprintf(s.name, sizeof(s.name), "%s", rows[i].sent);
		o = sighting_of(&usual, SESSION_CERTIFICATE, &s);
		CHECK_STR(o.endpoint.name, rows[i].kept);
	}
}

static void tells_who_when_and_how(void)
{
	struct session s = some_session();
	struct observation o = sighting_of(&usual, SESSION_CERTIFICATE, &s);

	CHECK(addr_eq(&o.endpoint.addr, &s.server.addr) && o.endpoint.port == 443);
	CHECK_EQ(o.endpoint.transport, TRANSPORT_TCP);
	CHECK_EQ(o.first_ms, 1700000000123);
	CHECK_EQ(o.last_ms, 1700000000123);
	CHECK_EQ(o.evidence, EVIDENCE_SENSOR);
	CHECK(o.version == 0x0303 && o.cipher == 0xc02f && o.group == 29);
	CHECK(o.count == 1 && o.clients == 1);
	CHECK(addr_eq(&o.sensed.client, &s.client.addr));
	CHECK_EQ(o.starttls, 0);
}

static void the_outcome_is_what_was_seen(void)
{
	struct session s = some_session();

	CHECK_EQ(sighting_of(&usual, SESSION_CERTIFICATE, &s).outcome, OUTCOME_CERTIFICATE);
	CHECK_EQ(sighting_of(&usual, SESSION_REJECTED, &s).outcome, OUTCOME_REJECTED);
	s.server.certs_cut = true;
	CHECK_EQ(sighting_of(&usual, SESSION_CERTIFICATE, &s).outcome, OUTCOME_PARTIAL);
	CHECK(sighting_of(&usual, SESSION_CERTIFICATE, &s).flags & OBS_CHAIN_CUT);
	s.server.n_certs = 0;
	CHECK_EQ(sighting_of(&usual, SESSION_HIDDEN, &s).outcome, OUTCOME_HIDDEN);
}

static void starttls_is_what_the_port_speaks(void)
{
	struct session s = some_session();

	s.flags = SESSION_STARTTLS;
	s.server.port = 25;
	CHECK_EQ(sighting_of(&usual, SESSION_CERTIFICATE, &s).starttls, DIALECT_SMTP);
	s.server.port = 12345;
	CHECK_EQ(sighting_of(&usual, SESSION_CERTIFICATE, &s).starttls, 0);
}

static enum direction way(const struct watch_plan *plan, uint32_t client, uint32_t server)
{
	struct session s = some_session();

	s.client.addr = addr_from_v4(client);
	s.server.addr = addr_from_v4(server);
	return (enum direction)sighting_of(plan, SESSION_HIDDEN, &s).sensed.direction;
}

static void which_way_by_who_is_local(void)
{
	struct cidr nets[2];
	struct watch_plan plan = {.local_nets = nets, .n_local_nets = 2};

	CHECK_EQ(way(&usual, 0x0a000001, 0xc6336407), DIRECTION_OUTBOUND);
	CHECK_EQ(way(&usual, 0xc6336407, 0x0a000001), DIRECTION_INBOUND);
	CHECK_EQ(way(&usual, 0x0a000001, 0xc0a80001), DIRECTION_INTERNAL);
	CHECK_EQ(way(&usual, 0xc6336407, 0xc6336408), DIRECTION_EXTERNAL);
	CHECK(!err_is(cidr_parse(span_str("192.0.2.0/24"), &nets[0])));
	CHECK(!err_is(cidr_parse(span_str("198.51.100.7"), &nets[1])));
	CHECK_EQ(way(&plan, 0x0a000001, 0xc6336407), DIRECTION_INBOUND);
	CHECK_EQ(way(&plan, 0xc0000201, 0xc6336407), DIRECTION_INTERNAL);
	CHECK_EQ(way(&plan, 0xc0000201, 0xc6336408), DIRECTION_OUTBOUND);
}

/* A ClientHello; the extensions are behind their length. */
static struct span hello_with(struct buf *b, const char *extensions, size_t n)
{
	buf_reset(b);
	buf_be(b, 0x0303, 2);
	for (int i = 0; i < 32; i++)
		buf_be(b, 7, 1);
	buf_be(b, 0, 1); /* no session id */
	buf_be(b, 0x0002c02f, 4);
	buf_be(b, 0x0100, 2);
	buf_be(b, n, 2);
	buf_put(b, extensions, n);
	return buf_view(b);
}

static struct span hello_naming(struct buf *b, const char *name, size_t n)
{
	char extension[128] = {0, 0, 0, (char)(n + 5), 0, (char)(n + 3), 0, 0, (char)n};

	memcpy(extension + 9, name, n);
	return hello_with(b, extension, n + 9);
}

static const char *judged(const struct session *s, char text[ADDR_TEXT_MAX])
{
	static struct observation o;

	o = sighting_of(&usual, SESSION_CERTIFICATE, s);
	return sighting_name(s, &o, text);
}

static void without_a_name_it_is_the_address(void)
{
	struct session s = some_session();
	char text[ADDR_TEXT_MAX];
	struct buf b;

	buf_init(&b, 512);
	s.client.hello = hello_naming(&b, "WWW.Test.", 9);
	CHECK_STR(judged(&s, text), "www.test");
	s.name[0] = 0;
	s.client.hello = hello_with(&b, "", 0);
	CHECK_STR(judged(&s, text), "198.51.100.7");
	s.client.hello = span_of((const uint8_t *)"\1\3\1", 3);
	s.client.record_version = 0x0002;
	CHECK_STR(judged(&s, text), "198.51.100.7");
	buf_done(&b);
}

/* Whether the client named somebody is not known, or what it named is no name. */
static void the_unknown_is_not_the_address(void)
{
	static const struct {
		const char *sent;
		size_t n;
		const char *name;
	} rows[] = {{"two words", 9, "two words"}, {".", 1, "."}, {"a\0b", 3, "a"}, {"", 0, ""}};
	struct session s = some_session();
	char text[ADDR_TEXT_MAX];
	struct buf b;

	s.name[0] = 0;
	CHECK_STR(judged(&s, text), "");
	buf_init(&b, 512);
	s.client.hello = hello_with(&b, "\0\x0b\0\2\5", 5); /* a length that lies */
	CHECK_STR(judged(&s, text), "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(s.name, sizeof(s.name), "%s", rows[i].name);
		s.client.hello = hello_naming(&b, rows[i].sent, rows[i].n);
		CHECK_STR(judged(&s, text), "");
	}
	buf_done(&b);
}

int main(void)
{
	RUN(names_are_as_dns_compares_them);
	RUN(tells_who_when_and_how);
	RUN(the_outcome_is_what_was_seen);
	RUN(starttls_is_what_the_port_speaks);
	RUN(which_way_by_who_is_local);
	RUN(without_a_name_it_is_the_address);
	RUN(the_unknown_is_not_the_address);
	return test_done();
}
