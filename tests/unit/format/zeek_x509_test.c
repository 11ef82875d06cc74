#include "format/zeek.h"
#include "sessions.h"

static struct buf out;

static void write_cert(const char *name, struct zeek_options o)
{
	struct session s = session_of(NULL);
	struct zeek_cert c = {.time_us = s.last_us, .session = &s, .der = test_cert(name)};

	buf_done(&out);
	buf_init(&out, 4 << 20);
	zeek_header(ZEEK_X509, &o, T0_S, &out);
	zeek_x509_row(&c, &o, &out);
}

static void a_leaf(void)
{
	write_cert("leaf", (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "certificate.version"), "3");
	CHECK_STR(cell_of(&out, "certificate.serial"), "59F3C94440980F24D478D43C8528BF4D3DEFAE2C");
	CHECK_STR(cell_of(&out, "certificate.subject"), "CN=www.example,O=certscape tests");
	CHECK_STR(cell_of(&out, "certificate.issuer"), "CN=Test Intermediate,O=certscape tests");
	CHECK_STR(cell_of(&out, "certificate.not_valid_before"), "1767225600.000000");
	CHECK_STR(cell_of(&out, "certificate.not_valid_after"), "1798761600.000000");
	CHECK_STR(cell_of(&out, "certificate.key_alg"), "id-ecPublicKey");
	CHECK_STR(cell_of(&out, "certificate.sig_alg"), "ecdsa-with-SHA256");
	CHECK_STR(cell_of(&out, "certificate.key_type"), "ecdsa");
	CHECK_STR(cell_of(&out, "certificate.key_length"), "256");
	CHECK_STR(cell_of(&out, "certificate.exponent"), "-");
	CHECK_STR(cell_of(&out, "certificate.curve"), "prime256v1");
	CHECK_STR(cell_of(&out, "san.dns"), "www.example,*.wild.example");
	CHECK_STR(cell_of(&out, "san.ip"), "10.0.0.1,2001:db8::1");
	CHECK_STR(cell_of(&out, "basic_constraints.ca"), "F");
	CHECK_STR(cell_of(&out, "host_cert"), "T");
	CHECK_STR(cell_of(&out, "client_cert"), "F");
	CHECK_EQ(strlen(cell_of(&out, "fingerprint")), 64);
}

static void other_keys(void)
{
	write_cert("leaf-rsa-2048", (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "certificate.key_alg"), "rsaEncryption");
	CHECK_STR(cell_of(&out, "certificate.key_type"), "rsa");
	CHECK_STR(cell_of(&out, "certificate.exponent"), "65537");
	write_cert("leaf-dsa-1024", (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "certificate.key_type"), "dsa");
	CHECK_STR(cell_of(&out, "certificate.key_length"), "1024");
	write_cert("odd-key-unknown", (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "certificate.key_type"), "-");
	CHECK_STR(cell_of(&out, "certificate.key_length"), "-");
}

static void every_kind_of_name(void)
{
	write_cert("odd-san-all-kinds", (struct zeek_options){0});
	CHECK(strcmp(cell_of(&out, "san.dns"), "-") != 0);
	CHECK(strcmp(cell_of(&out, "san.uri"), "-") != 0);
	CHECK(strcmp(cell_of(&out, "san.email"), "-") != 0);
	CHECK(strcmp(cell_of(&out, "san.ip"), "-") != 0);
}

static void authorities(void)
{
	write_cert("ca-path-len-0", (struct zeek_options){0});
	CHECK_STR(cell_of(&out, "basic_constraints.ca"), "T");
	CHECK_STR(cell_of(&out, "basic_constraints.path_len"), "0");
}

static void both_algorithms(void)
{
	write_cert("odd-algorithms-differ", (struct zeek_options){.extra = ZEEK_TBS});
	CHECK(strcmp(cell_of(&out, "certificate.sig_alg"), "-") != 0);
	CHECK(strcmp(cell_of(&out, "certificate.tbs_sig_alg"), "(no such column)") != 0);
}

static void the_legacy_row_has_an_id(void)
{
	write_cert("leaf", (struct zeek_options){.legacy = true});
	CHECK_EQ(cell_of(&out, "id")[0], 'F');
	CHECK_STR(cell_of(&out, "fingerprint"), "(no such column)");
	CHECK_STR(cell_of(&out, "host_cert"), "(no such column)");
}

static void the_certificate_itself(void)
{
	write_cert("leaf", (struct zeek_options){.extra = ZEEK_BASE64});
	CHECK(strncmp(cell_of(&out, "cert"), "MII", 3) == 0);
}

/* Whatever a certificate is, its row is one line with every column. */
static void odd_ones_are_rows(void)
{
	static const char *const odd[] = {"odd-cut-at-2", "odd-cut-at-150", "odd-key-cut",
	    "odd-name-control", "odd-name-bad-utf8", "odd-time-bad", "odd-san-nul",
	    "odd-serial-negative", "odd-version-9"};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		size_t tabs = 0, lines = 0;

		write_cert(odd[i], (struct zeek_options){0});
		for (size_t k = 0; k < out.n; k++)
			lines += out.p[k] == '\n';
		for (struct span row = line_after(&out, NULL); row.n; span_take(&row, 1))
			tabs += row.p[0] == '\t';
		CHECK_EQ(lines, 9);
		CHECK_EQ(tabs, 21);
	}
	write_cert("odd-serial-negative", (struct zeek_options){0});
	CHECK_EQ(cell_of(&out, "certificate.serial")[0], '-');
}

static void known_certs(void)
{
	struct session s = session_of("leaf");
	struct zeek_options o = {0};

	buf_reset(&out);
	zeek_header(ZEEK_KNOWN_CERTS, &o, T0_S, &out);
	zeek_known_certs_row(&s, s.last_us, &o, &out);
	CHECK_STR(cell_of(&out, "ts"), "1780000000.123456");
	CHECK_STR(cell_of(&out, "host"), "10.0.0.2");
	CHECK_STR(cell_of(&out, "port_num"), "443");
	CHECK_STR(cell_of(&out, "issuer_subject"), "CN=Test Intermediate,O=certscape tests");
}

int main(void)
{
	RUN(a_leaf);
	RUN(other_keys);
	RUN(every_kind_of_name);
	RUN(authorities);
	RUN(both_algorithms);
	RUN(the_legacy_row_has_an_id);
	RUN(the_certificate_itself);
	RUN(odd_ones_are_rows);
	RUN(known_certs);
	buf_done(&out);
	return test_done();
}
