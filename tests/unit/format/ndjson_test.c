#include "format/ndjson.h"

#include "rows.h"

static const char full_line[] =
    "{\"timestamp\":\"2026-05-28T20:26:39.123Z\",\"ip\":\"10.0.0.1\",\"hostname\":\"web.example."
    "com\","
    "\"port\":443,\"notvalidafter\":\"2026-06-09T20:26:40Z\",\"subject\":\"www.example.com\","
    "\"issuer\":\"Lab CA\",\"SANs\":[\"www.example.com\",\"10.0.0.1\"],\"sni\":\"a.test\","
    "\"transport\":\"tcp\",\"service\":\"https\",\"source\":\"scan\",\"outcome\":\"certificate\","
    "\"first_seen\":\"2026-05-05T16:53:20.000Z\",\"last_seen\":\"2026-05-28T20:26:39.123Z\","
    "\"connections\":2,\"clients\":4,\"version\":\"TLS 1.3\",\"version_id\":772,"
    "\"cipher\":\"TLS_AES_128_GCM_SHA256\",\"cipher_id\":4865,\"group\":\"x25519\",\"group_id\":29,"
    "\"alpn\":\"h2\",\"client_cert_asked\":true,\"ocsp_stapled\":false,\"chain_cut\":false,"
    "\"sha256\":\"1eaf000000000000000000000000000000000000000000000000000000000000\","
    "\"serial\":\"0abc\",\"subject_dn\":\"CN=www.example.com,O=\\\"Ex, Inc\\\"\","
    "\"issuer_dn\":\"CN=Lab CA,O=Lab\",\"not_before\":\"2026-02-02T02:40:00Z\","
    "\"not_after\":\"2026-06-09T20:26:40Z\",\"key\":\"RSA 2048\",\"key_bits\":2048,"
    "\"sig_alg\":\"ecdsa-with-SHA256\","
    "\"spki_sha256\":\"5b00000000000000000000000000000000000000000000000000000000000000\","
    "\"is_ca\":false,\"self_signed\":false,\"severity\":\"high\",\"findings\":["
    "{\"id\":1,\"name\":\"expired\",\"severity\":\"critical\",\"active\":false,"
    "\"since\":\"2026-06-09T20:26:40Z\",\"until\":null,\"evidence\":\"2026-06-09\","
    "\"chrome\":\"NET::ERR_CERT_DATE_INVALID\",\"firefox\":\"SEC_ERROR_EXPIRED_CERTIFICATE\","
    "\"openssl\":\"10 certificate has expired\"},"
    "{\"id\":3,\"name\":\"expiring\",\"severity\":\"medium\",\"active\":true,"
    "\"since\":\"2026-05-27T20:26:40Z\",\"until\":\"2026-06-09T20:26:40Z\","
    "\"evidence\":\"12 d left\"},"
    "{\"id\":2,\"name\":\"not-yet-valid\",\"severity\":\"high\",\"active\":false,\"since\":null,"
    "\"until\":\"2026-02-02T02:40:00Z\",\"chrome\":\"NET::ERR_CERT_DATE_INVALID\","
    "\"firefox\":\"MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE\","
    "\"openssl\":\"9 certificate is not yet valid\"},"
    "{\"id\":8,\"name\":\"name-mismatch\",\"severity\":\"high\",\"active\":true,\"since\":null,"
    "\"until\":null,\"evidence\":\"not for \\\"a.test\\\"\","
    "\"chrome\":\"NET::ERR_CERT_COMMON_NAME_INVALID\",\"firefox\":\"SSL_ERROR_BAD_CERT_DOMAIN\","
    "\"openssl\":\"62 hostname mismatch\"}],"
    "\"chain_id\":\"c400000000000000000000000000000000000000000000000000000000000000\",\"chain\":["
    "{\"sha256\":\"1eaf000000000000000000000000000000000000000000000000000000000000\","
    "\"subject_dn\":\"CN=www.example.com,O=\\\"Ex, Inc\\\"\",\"issuer_dn\":\"CN=Lab CA,O=Lab\","
    "\"serial\":\"0abc\",\"not_before\":\"2026-02-02T02:40:00Z\","
    "\"not_after\":\"2026-06-09T20:26:40Z\",\"key\":\"RSA 2048\",\"sig_alg\":\"ecdsa-with-SHA256\","
    "\"spki_sha256\":\"5b00000000000000000000000000000000000000000000000000000000000000\","
    "\"is_ca\":false,\"self_signed\":false},"
    "{\"sha256\":\"ca00000000000000000000000000000000000000000000000000000000000000\","
    "\"subject_dn\":\"CN=Lab CA,O=Lab\",\"issuer_dn\":\"CN=Lab CA,O=Lab\",\"serial\":\"01\","
    "\"not_before\":\"2023-11-14T22:13:20Z\",\"not_after\":\"2033-05-18T03:33:20Z\","
    "\"key\":\"P-256\",\"sig_alg\":\"ecdsa-with-SHA256\","
    "\"spki_sha256\":\"cb00000000000000000000000000000000000000000000000000000000000000\","
    "\"is_ca\":true,\"self_signed\":true}]}\n";

static const char refused_line[] =
    "{\"timestamp\":\"2026-05-28T20:26:39.000Z\",\"ip\":\"10.0.0.2\",\"hostname\":null,\"port\":"
    "993,"
    "\"notvalidafter\":null,\"subject\":null,\"issuer\":null,\"SANs\":[],\"transport\":\"tcp\","
    "\"service\":\"imaps\",\"source\":\"scan\",\"outcome\":\"refused\","
    "\"error\":\"Connection refused\",\"connections\":1,\"client_cert_asked\":false,"
    "\"ocsp_stapled\":false,\"chain_cut\":false,\"findings\":[]}\n";

static void check_line(const struct inventory_row *row, const char *expected)
{
	struct buf out;

	buf_init(&out, NDJSON_LINE_MAX);
	ndjson_row(row, NOW_S, &out);
	CHECK_STR(buf_text(&out), expected);
	buf_done(&out);
}

static void a_row_is_one_object_with_stable_names(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);

	check_line(&row, full_line);
}

static void without_a_certificate_the_flat_eight_are_there_as_well(void)
{
	struct observation seen = row_refused();
	struct inventory_row row = {.seen = &seen};

	check_line(&row, refused_line);
}

static void a_strangers_text_stays_in_its_string(void)
{
	struct observation seen = row_refused();
	struct inventory_row row = {.seen = &seen};
	struct buf out;

	snprintf(seen.hostname, sizeof(seen.hostname), "a\"}\n\x1b[2J\xff");
	buf_init(&out, NDJSON_LINE_MAX);
	ndjson_row(&row, NOW_S, &out);
	CHECK(strstr(buf_text(&out), "\"hostname\":\"a\\\"}\\n\\u001b[2J\xef\xbf\xbd\"") != NULL);
	CHECK(strchr(buf_text(&out), '\n') == buf_text(&out) + out.n - 1);
	buf_done(&out);
}

int main(void)
{
	RUN(a_row_is_one_object_with_stable_names);
	RUN(without_a_certificate_the_flat_eight_are_there_as_well);
	RUN(a_strangers_text_stays_in_its_string);
	return test_done();
}
