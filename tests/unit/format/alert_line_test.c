#include "format/alert_line.h"

#include "verdict/table.h"

#include "lib/test.h"

static struct buf out;

static struct alert some_alert(void)
{
	struct alert a = {
	    .id = 7,
	    .server = {.addr = addr_from_v4(0xc6336407),
		.port = 443,
		.transport = TRANSPORT_TCP,
		.name = "www.test"},
	    .certificate = {{0xab, 0xcd}},
	    .reason = FINDING_SELF_SIGNED,
	    .severity = SEVERITY_HIGH,
	    .sensed = {.client = addr_from_v4(0x0a010203), .direction = DIRECTION_OUTBOUND},
	    .first_ms = 1700000000123,
	    .last_ms = 1700000001456,
	    .connections = 20,
	    .clients = 1,
	    .subject = "www.test",
	    .evidence = "it signs itself",
	};

	return a;
}

static void as_json(void)
{
	struct alert a = some_alert();

	buf_reset(&out);
	alert_ndjson(&a, &out);
	CHECK_STR(buf_text(&out),
	    "{\"kind\":\"alert\",\"id\":7,\"reason\":\"self-signed\","
	    "\"title\":\"The certificate is signed with its own key\",\"severity\":\"high\","
	    "\"evidence\":\"it signs itself\",\"direction\":\"outbound\","
	    "\"timestamp\":\"2023-11-14T22:13:21.456Z\",\"ip\":\"198.51.100.7\","
	    "\"hostname\":\"www.test\",\"port\":443,\"server\":\"198.51.100.7\","
	    "\"name\":\"www.test\",\"sha256\":\"abcd00000000000000000000000000000000000000000000"
	    "0000000000000000\",\"subject\":\"www.test\",\"client\":\"10.1.2.3\","
	    "\"connections\":20,\"clients\":1,\"first_seen\":\"2023-11-14T22:13:20.123Z\","
	    "\"last_seen\":\"2023-11-14T22:13:21.456Z\"}\n");
}

static void what_is_not_known_is_null(void)
{
	struct alert a = some_alert();

	a.certificate = (struct digest256){0};
	a.subject[0] = a.evidence[0] = a.server.name[0] = 0;
	buf_reset(&out);
	alert_ndjson(&a, &out);
	CHECK(strstr(buf_text(&out), "\"hostname\":null"));
	CHECK(strstr(buf_text(&out), "\"sha256\":null,\"subject\":null"));
	buf_reset(&out);
	alert_text(&a, &(struct style){0}, &out);
	CHECK_STR(buf_text(&out), "2023-11-14T22:13:21Z  high      outbound  self-signed"
				  "  198.51.100.7:443  client 10.1.2.3, 20 connections, 1 client");
}

static void as_text(void)
{
	struct alert a = some_alert();

	buf_reset(&out);
	alert_text(&a, &(struct style){0}, &out);
	CHECK_STR(buf_text(&out),
	    "2023-11-14T22:13:21Z  high      outbound  self-signed (it signs itself)"
	    "  198.51.100.7:443 www.test  certificate of www.test  client 10.1.2.3,"
	    " 20 connections, 1 client");
}

static void strangers_end_no_line(void)
{
	struct alert a = some_alert();

	snprintf(a.subject, sizeof(a.subject), "a\nb\x1b[31mc");
	buf_reset(&out);
	alert_text(&a, &(struct style){.colour = true}, &out);
	CHECK(!strchr(buf_text(&out), '\n'));
	CHECK(!strstr(buf_text(&out), "\x1b[31mc"));
	CHECK(strstr(buf_text(&out), "\x1b[31mhigh"));
	buf_reset(&out);
	alert_ndjson(&a, &out);
	CHECK(strchr(buf_text(&out), '\n') == buf_text(&out) + out.n - 1);
}

int main(void)
{
	buf_init(&out, ALERT_LINE_MAX);
	RUN(as_json);
	RUN(what_is_not_known_is_null);
	RUN(as_text);
	RUN(strangers_end_no_line);
	buf_done(&out);
	return test_done();
}
