#include "format/zeek.h"
#include "format/zeek_column.h"
#include "sessions.h"

static struct buf out;

static void write_row(const struct session *s, const struct zeek_verdict *v, struct zeek_options o)
{
	buf_done(&out);
	buf_init(&out, 1 << 20);
	zeek_header(ZEEK_SSL, &o, T0_S, &out);
	zeek_ssl_row(s, v, &o, &out);
}

static void the_current_columns(void)
{
	struct session s = session_of("leaf");

	write_row(&s, NULL, (struct zeek_options){0});
	CHECK(strstr(buf_text(&out),
		  "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_"
		  "p\tversion\tcipher\tcurve\t"
		  "server_name\tresumed\tlast_alert\tnext_protocol\testablished\tssl_history\t"
		  "cert_chain_fps\tclient_cert_chain_fps\tsni_matches_cert\n"
		  "#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tbo"
		  "ol\t"
		  "string\tstring\tbool\tstring\tvector[string]\tvector[string]\tbool\n") != NULL);
	CHECK_STR(cell_of(&out, "ts"), "1780000000.001000");
	CHECK_STR(cell_of(&out, "id.orig_h"), "10.0.0.1");
	CHECK_STR(cell_of(&out, "id.resp_p"), "443");
	CHECK_STR(cell_of(&out, "version"), "TLSv12");
	CHECK_STR(cell_of(&out, "cipher"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	CHECK_STR(cell_of(&out, "curve"), "secp256r1");
	CHECK_STR(cell_of(&out, "last_alert"), "-");
	CHECK_STR(cell_of(&out, "established"), "T");
	CHECK_STR(cell_of(&out, "ssl_history"), "CsxknGIti");
	CHECK_EQ(strlen(cell_of(&out, "cert_chain_fps")), 64);
	CHECK_STR(cell_of(&out, "client_cert_chain_fps"), "(empty)");
	CHECK_STR(cell_of(&out, "sni_matches_cert"), "T");
	CHECK_STR(cell_of(&out, "validation_status"), "(no such column)");
}

static void the_head_of_a_file(void)
{
	struct zeek_options o = {0};
	struct session s = session_of(NULL);

	write_row(&s, NULL, o);
	CHECK(strncmp(buf_text(&out),
		  "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
		  "#path\tssl\n#open\t2026-05-28-20-26-40\n",
		  strlen("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
			 "#unset_field\t-\n#path\tssl\n#open\t2026-05-28-20-26-40\n")) == 0);
	buf_reset(&out);
	zeek_footer(&o, T0_S, &out);
	CHECK_STR(buf_text(&out), "#close\t2026-05-28-20-26-40\n");
}

static void what_was_not_seen_is_unset(void)
{
	struct session s = session_of(NULL);

	s.version = s.group = 0;
	s.cipher = 0;
	s.flags = 0;
	s.name[0] = '\0';
	s.alert_from = 2;
	s.server.alert = 40;
	s.client.alert = 48;
	snprintf(s.history, sizeof(s.history), "Cl");
	write_row(&s, NULL, (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "version"), "-");
	CHECK_STR(cell_of(&out, "cipher"), "-");
	CHECK_STR(cell_of(&out, "curve"), "-");
	CHECK_STR(cell_of(&out, "server_name"), "-");
	CHECK_STR(cell_of(&out, "last_alert"), "handshake_failure");
	CHECK_STR(cell_of(&out, "established"), "F");
	CHECK_STR(cell_of(&out, "cert_chain_fps"), "-");
	CHECK_STR(cell_of(&out, "client_cert_chain_fps"), "-");
	CHECK_STR(cell_of(&out, "sni_matches_cert"), "-");
	s.alert_from = 1;
	write_row(&s, NULL, (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "last_alert"), "unknown_ca");
}

static void the_legacy_columns(void)
{
	struct session s = session_of("leaf");
	struct zeek_verdict v = {.validation = "certificate has expired"};
	char fuid[ZEEK_TEXT_MAX];

	write_row(&s, &v, (struct zeek_options){.legacy = true, .extra = ZEEK_VALIDATION});
	CHECK(strstr(buf_text(&out),
		  "\testablished\tcert_chain_fuids\tclient_cert_chain_fuids\tsubject\tissuer\t"
		  "client_subject\tclient_issuer\tvalidation_status\n") != NULL);
	CHECK_STR(cell_of(&out, "subject"), "CN=www.example,O=certscape tests");
	CHECK_STR(cell_of(&out, "issuer"), "CN=Test Intermediate,O=certscape tests");
	CHECK_STR(cell_of(&out, "client_subject"), "-");
	CHECK_STR(cell_of(&out, "validation_status"), "certificate has expired");
	CHECK_STR(cell_of(&out, "cert_chain_fuids"), zeek_fuid_text(&s, false, 0, fuid));
	CHECK(strcmp(zeek_fuid_text(&s, true, 0, fuid), cell_of(&out, "cert_chain_fuids")) != 0);
}

static void client_certificates(void)
{
	struct session s = session_of("leaf");

	s.client.n_certs = 1;
	s.client.certs[0] = test_cert("self-signed");
	write_row(&s, NULL, (struct zeek_options){.extra = ZEEK_NAMES});
	CHECK_EQ(strlen(cell_of(&out, "client_cert_chain_fps")), 64);
	CHECK_STR(cell_of(&out, "client_issuer"), "CN=www.example,O=certscape tests");
}

static void check_match(const char *cert, const char *name, const char *expected)
{
	struct session s = session_of(cert);

	snprintf(s.name, sizeof(s.name), "%s", name);
	write_row(&s, NULL, (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "sni_matches_cert"), expected);
}

static void names_match(void)
{
	check_match("leaf", "WWW.example.", "T");
	check_match("leaf", "mail.example", "F");
	check_match("leaf-no-san", "www.example", "T"); /* its common name */
	check_match("leaf-ip-san", "10.0.0.1", "F"); /* no server_name */
}

static void a_json_line(void)
{
	struct session s = session_of(NULL);
	struct zeek_options o = {.json = true};

	s.version = 0;
	s.flags = 0;
	write_row(&s, NULL, o);
	CHECK(strstr(buf_text(&out),
		  ",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":40000,\"id.resp_h\":\"10.0.0.2\","
		  "\"id.resp_p\":443,\"curve\":\"secp256r1\",\"server_name\":\"www.example\","
		  "\"resumed\":false,\"established\":false,\"ssl_history\":\"CsxknGIti\"}\n") !=
	      NULL);
	CHECK(strncmp(buf_text(&out), "{\"ts\":1780000000.001,\"uid\":\"C", 29) == 0);
}

static void the_words_for_numbers(void)
{
	struct session s = session_of(NULL);
	char text[ZEEK_TEXT_MAX];

	CHECK_STR(zeek_version_text(0x0002, text), "SSLv2");
	CHECK_STR(zeek_version_text(0xfefc, text), "DTLSv13");
	CHECK_STR(zeek_version_text(0x7f17, text), "TLSv13-draft23");
	CHECK_STR(zeek_version_text(0x7e01, text), "unknown-32257");
	CHECK_STR(zeek_alert_text(99, text), "unknown-99");
	s.cipher = 0xfafa;
	CHECK_STR(zeek_cipher_text(&s, text), "unknown-64250");
	s.version = 2;
	s.cipher = 0x0700c0;
	CHECK_STR(zeek_cipher_text(&s, text), "SSLv20_CK_DES_192_EDE3_CBC_WITH_MD5");
}

static void asked_authorities(void)
{
	/* one type, one signature algorithm, one name of C=DE */
	static const uint8_t request[] = "\x01\x01\x00\x02\x04\x01\x00\x11\x00\x0f\x30\x0d\x31\x0b"
					 "\x30\x09\x06\x03\x55\x04\x06\x13\x02"
					 "DE";
	struct session s = session_of(NULL);

	s.cert_request = span_of(request, sizeof(request) - 1);
	write_row(&s, NULL, (struct zeek_options){.extra = ZEEK_CA_REQUEST});
	CHECK_STR(cell_of(&out, "requested_client_certificate_authorities"), "C=DE");
	s.version = 0x0302;
	s.cert_request = span_of("\x01\x01\x00\x00", 4);
	write_row(&s, NULL, (struct zeek_options){.extra = ZEEK_CA_REQUEST});
	CHECK_STR(cell_of(&out, "requested_client_certificate_authorities"), "(empty)");
}

static void the_history_is_cut(void)
{
	struct session s = session_of(NULL);

	write_row(&s, NULL, (struct zeek_options){.history_max = 3});
	CHECK_STR(cell_of(&out, "ssl_history"), "Csx");
}

int main(void)
{
	RUN(the_current_columns);
	RUN(the_head_of_a_file);
	RUN(what_was_not_seen_is_unset);
	RUN(the_legacy_columns);
	RUN(client_certificates);
	RUN(names_match);
	RUN(a_json_line);
	RUN(the_words_for_numbers);
	RUN(asked_authorities);
	RUN(the_history_is_cut);
	buf_done(&out);
	return test_done();
}
