#include "format/zeek.h"
#include "sessions.h"

static struct {
	size_t n;
	char note[16][64], msg[16][512], sub[16][256], desc[16][128];
	uint32_t suppress_s[16];
	uint8_t key[16][ZEEK_KEY_SIZE];
} told;

static void tell(void *context, const struct zeek_notice *notice)
{
	size_t i = told.n++ % 16;

	(void)context;
	snprintf(told.note[i], sizeof(told.note[i]), "%s", notice->note);
	snprintf(told.msg[i], sizeof(told.msg[i]), "%s", notice->msg);
	snprintf(told.sub[i], sizeof(told.sub[i]), "%s", notice->sub ? notice->sub : "");
	snprintf(
	    told.desc[i], sizeof(told.desc[i]), "%s", notice->file_desc ? notice->file_desc : "");
	told.suppress_s[i] = notice->suppress_s;
	memcpy(told.key[i], notice->key, ZEEK_KEY_SIZE);
}

static void look(const struct session *s, const struct zeek_verdict *v, struct zeek_policy p)
{
	told.n = 0;
	zeek_notices(s, v, &p, tell, NULL);
}

static void a_good_session(void)
{
	struct session s = session_of("leaf");
	struct zeek_verdict v = {.validation = "ok", .ocsp = "good"};

	look(&s, &v, (struct zeek_policy){0});
	CHECK_EQ(told.n, 0);
}

static void validation_failed(void)
{
	struct session s = session_of("self-signed");
	struct zeek_verdict v = {.validation = "self signed certificate", .validation_code = 18};
	uint8_t first[ZEEK_KEY_SIZE];

	s.flags = 0; /* an aborted handshake, too */
	look(&s, &v, (struct zeek_policy){0});
	CHECK_EQ(told.n, 1);
	CHECK_STR(told.note[0], "SSL::Invalid_Server_Cert");
	CHECK_STR(told.msg[0], "SSL certificate validation failed with (self signed certificate)");
	CHECK_STR(told.sub[0], "CN=www.example,O=certscape tests");
	CHECK_EQ(told.suppress_s[0], 3600);
	memcpy(first, told.key[0], sizeof(first));
	s.client.port++;
	look(&s, &v, (struct zeek_policy){0});
	CHECK_MEM(first, told.key[0], sizeof(first));
	s.server.port++;
	look(&s, &v, (struct zeek_policy){0});
	CHECK(memcmp(first, told.key[0], sizeof(first)) != 0);
}

static void a_bad_staple(void)
{
	struct session s = session_of("leaf");
	struct zeek_verdict v = {.ocsp = "revoked"};

	look(&s, &v, (struct zeek_policy){0});
	CHECK_EQ(told.n, 1);
	CHECK_STR(told.note[0], "SSL::Invalid_Ocsp_Response");
	CHECK_STR(told.msg[0], "OCSP response validation failed with (revoked)");
}

static void check_at(int64_t now_s, const char *note, const char *msg)
{
	struct session s = session_of("leaf");

	s.last_us = now_s * 1000000;
	look(&s, NULL, (struct zeek_policy){0});
	CHECK_EQ(told.n, 1);
	CHECK_STR(told.note[0], note);
	CHECK_STR(told.msg[0], msg);
	CHECK_EQ(told.suppress_s[0], 86400);
	s.flags = 0;
	look(&s, NULL, (struct zeek_policy){0});
	CHECK_EQ(told.n, 0);
}

static void dates(void)
{
	check_at(1767225599, "SSL::Certificate_Not_Valid_Yet",
	    "Certificate CN=www.example,O=certscape tests isn't valid until "
	    "2026-01-01-00:00:00.000000000");
	check_at(1798761600 - 29 * 86400, "SSL::Certificate_Expires_Soon",
	    "Certificate CN=www.example,O=certscape tests is going to expire at "
	    "2027-01-01-00:00:00.000000000");
	check_at(1798761601, "SSL::Certificate_Expired",
	    "Certificate CN=www.example,O=certscape tests expired at "
	    "2027-01-01-00:00:00.000000000");
}

static void weak_keys(void)
{
	struct session s = session_of("leaf-rsa-1024");

	s.dh_bits = 512;
	look(&s, NULL, (struct zeek_policy){0});
	CHECK_EQ(told.n, 3);
	CHECK_STR(told.msg[0], "Host uses weak DH parameters with 512 key bits");
	CHECK_STR(told.msg[1],
	    "DH key length of 512 bits is smaller certificate key length of 1024 bits");
	CHECK_STR(told.msg[2], "Host uses weak certificate with 1024 bit key");
	CHECK_STR(told.sub[2], "Subject: CN=www.example,O=certscape tests");
	CHECK(strncmp(told.desc[2], "Fingerprint: ", 13) == 0);
	CHECK_STR(told.note[2], "SSL::Weak_Key");
}

static void old_versions_and_ciphers(void)
{
	struct session s = session_of(NULL);

	s.version = 0x0300;
	s.cipher = 0x0004;
	s.flags = 0;
	look(&s, NULL, (struct zeek_policy){0});
	CHECK_EQ(told.n, 2);
	CHECK_STR(told.msg[0],
	    "Host uses protocol version SSLv3 which is lower than the safe minimum TLSv10");
	CHECK_STR(told.msg[1],
	    "Host established connection using unsafe cipher suite TLS_RSA_WITH_RC4_128_MD5");
	look(&s, NULL, (struct zeek_policy){.weak_keys = ZEEK_REMOTE_HOSTS});
	CHECK_EQ(told.n, 0);
	s.server.addr = addr_from_v4(0x08080808);
	look(&s, NULL, (struct zeek_policy){0});
	CHECK_EQ(told.n, 0);
	look(&s, NULL, (struct zeek_policy){.weak_keys = ZEEK_ALL_HOSTS});
	CHECK_EQ(told.n, 2);
	look(&s, NULL, (struct zeek_policy){.weak_keys = ZEEK_NO_HOSTS});
	CHECK_EQ(told.n, 0);
}

static void a_row(void)
{
	struct session s = session_of("leaf");
	struct zeek_notice n = {.note = "SSL::Weak_Key", .msg = "m", .n = 7, .suppress_s = 86400};
	struct zeek_options o = {0};
	struct buf out;

	buf_init(&out, 1 << 20);
	zeek_header(ZEEK_NOTICE, &o, T0_S, &out);
	zeek_notice_row(&s, &n, s.last_us, &o, &out);
	CHECK_STR(cell_of(&out, "fuid"), "-");
	CHECK_STR(cell_of(&out, "proto"), "tcp");
	CHECK_STR(cell_of(&out, "sub"), "-");
	CHECK_STR(cell_of(&out, "dst"), "10.0.0.2");
	CHECK_STR(cell_of(&out, "p"), "443");
	CHECK_STR(cell_of(&out, "n"), "7");
	CHECK_STR(cell_of(&out, "actions"), "Notice::ACTION_LOG");
	CHECK_STR(cell_of(&out, "email_dest"), "(empty)");
	CHECK_STR(cell_of(&out, "suppress_for"), "86400.000000");
	CHECK_STR(cell_of(&out, "remote_location.latitude"), "-");
	buf_done(&out);
}

static void hear(
    struct session *s, bool from_client, uint8_t type, uint16_t record_n, uint16_t payload_n)
{
	s->heartbeats[s->n_heartbeats++] = (struct session_heartbeat){.from_client = from_client,
	    .type = type,
	    .record_n = record_n,
	    .payload_n = payload_n,
	    .time_us = s->begin_us + 351035};
}

static void bleed(const struct session *s)
{
	told.n = 0;
	zeek_heartbleed(s, tell, NULL);
}

static void heartbeats_in_clear(void)
{
	struct session s = session_of(NULL);

	hear(&s, true, 1, 16368, 16365);
	hear(&s, false, 2, 16384, 16365);
	bleed(&s);
	CHECK_EQ(told.n, 2);
	CHECK_STR(told.note[0], "Heartbleed::SSL_Heartbeat_Attack");
	CHECK_STR(told.msg[0],
	    "An TLS heartbleed attack was detected! Record length 16368. Payload length 16365");
	CHECK_STR(told.note[1], "Heartbleed::SSL_Heartbeat_Attack_Success");
	CHECK_STR(told.msg[1],
	    "An TLS heartbleed attack detected before was probably exploited. Message length: "
	    "16384. Payload length: 16365");
	s = session_of(NULL);
	hear(&s, true, 1, 40, 21);
	hear(&s, false, 2, 40, 21);
	bleed(&s);
	CHECK_EQ(told.n, 1);
	CHECK_STR(told.msg[0],
	    "Heartbeat request before encryption. Probable Scan without exploit attempt. Message "
	    "length: 40. Payload length: 21");
}

static void heartbeats_that_are_sealed(void)
{
	struct session s = session_of(NULL);

	s.version = 0x0301;
	s.cipher = 0xc014;
	hear(&s, true, 0, 32, 0);
	hear(&s, false, 0, 48, 0);
	bleed(&s);
	CHECK_EQ(told.n, 4);
	CHECK_STR(told.msg[0],
	    "Heartbeat before ciphertext. Probable attack or scan. Length: 32, is_client: 1");
	CHECK_STR(told.msg[1],
	    "Heartbeat message smaller than minimum required length. Probable attack. Message "
	    "length: 32. Required length: 48. Cipher: TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA. Cipher "
	    "match: /^?(_256_CBC_SHA$)$?/");
	CHECK_STR(told.note[2], "Heartbleed::SSL_Heartbeat_Attack");
	CHECK_STR(told.msg[3],
	    "An encrypted TLS heartbleed attack was probably detected! First packet client record "
	    "length 32, first packet server record length 48. Time: 0.351035");
	CHECK_MEM(told.key[0], told.key[2], ZEEK_KEY_SIZE); /* the second is not told again */
}

static void heartbeats_after_data(void)
{
	struct session s = session_of(NULL);

	hear(&s, true, 0, 10, 0);
	s.heartbeats[0].data_before = 3;
	bleed(&s);
	CHECK_EQ(told.n, 3);
	CHECK_STR(told.msg[0],
	    "Heartbeat within first minute. Possible attack or scan. Length: 10, is_client: 1, "
	    "time: 351.0 msecs 35.0 usecs");
	CHECK_STR(told.note[1], "Heartbleed::SSL_Heartbeat_Odd_Length");
	s = session_of(NULL);
	for (int i = 0; i < 5; i++)
		hear(&s, true, 0, 100, 0);
	for (int i = 0; i < 5; i++) {
		s.heartbeats[i].data_before = 3;
		s.heartbeats[i].time_us += 60000000;
	}
	bleed(&s);
	CHECK_EQ(told.n, 2);
	CHECK_STR(told.msg[0],
	    "More than 3 heartbeat requests without replies from server. Possible attack. Client "
	    "count: 4, server count: 0");
}

int main(void)
{
	RUN(a_good_session);
	RUN(validation_failed);
	RUN(a_bad_staple);
	RUN(dates);
	RUN(weak_keys);
	RUN(old_versions_and_ciphers);
	RUN(a_row);
	RUN(heartbeats_in_clear);
	RUN(heartbeats_that_are_sealed);
	RUN(heartbeats_after_data);
	return test_done();
}
