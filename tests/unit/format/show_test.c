#include "format/show.h"

#include "rows.h"

static const struct style plain = {.width = 80, .now_s = NOW_S};

#define LEAF                                                                                       \
	"  Subject     CN=www.example.com,O=\"Ex, Inc\"\n"                                         \
	"  Names       www.example.com, 10.0.0.1\n"                                                \
	"  Issuer      CN=Lab CA,O=Lab\n"                                                          \
	"  Valid       2026-02-02T02:40:00Z to 2026-06-09T20:26:40Z, expires in 12 d\n"            \
	"  Key         RSA 2048\n"                                                                 \
	"  Signature   ecdsa-with-SHA256\n"                                                        \
	"  Serial      0abc\n"                                                                     \
	"  SHA-256     1eaf000000000000000000000000000000000000000000000000000000000000\n"         \
	"  Public key  5b00000000000000000000000000000000000000000000000000000000000000\n"

static void an_endpoint_with_all_that_is_known(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);
	struct buf out;

	buf_init(&out, 1 << 16);
	show_row(&row, &plain, &out);
	CHECK_STR(buf_text(&out),
	    "10.0.0.1:443 (a.test)\n"
	    "  Host        web.example.com\n"
	    "  Service     https\n"
	    "  Outcome     certificate\n"
	    "  Handshake   TLS 1.3, TLS_AES_128_GCM_SHA256, x25519, ALPN h2\n"
	    "  Client      the server asks for a certificate of the client\n"
	    "  Seen        2026-05-05T16:53:20Z to 2026-05-28T20:26:39Z, by scan\n"
	    "\n"
	    "Certificate 1 of 2, the endpoint's own\n" LEAF "\n"
	    "Certificate 2 of 2\n"
	    "  Subject     CN=Lab CA,O=Lab\n"
	    "  Issuer      itself (self-signed)\n"
	    "  Valid       2023-11-14T22:13:20Z to 2033-05-18T03:33:20Z, expires in 2546 d\n"
	    "  Key         P-256\n"
	    "  Signature   ecdsa-with-SHA256\n"
	    "  Serial      01\n"
	    "  Kind        certificate authority\n"
	    "  SHA-256     ca00000000000000000000000000000000000000000000000000000000000000\n"
	    "  Public key  cb00000000000000000000000000000000000000000000000000000000000000\n"
	    "\n"
	    "Findings\n"
	    "  medium      expiring: The certificate expires soon (12 d left)\n"
	    "              since 2026-05-27T20:26:40Z (1 d ago), until 2026-06-09T20:26:40Z (in 12 "
	    "d)\n"
	    "  high        name-mismatch: The certificate is for other names (not for \"a.test\")\n"
	    "              Chrome   NET::ERR_CERT_COMMON_NAME_INVALID\n"
	    "              Firefox  SSL_ERROR_BAD_CERT_DOMAIN\n"
	    "              OpenSSL  62 hostname mismatch\n"
	    "\n"
	    "Still to come\n"
	    "  critical    expired: The certificate has expired (2026-06-09)\n"
	    "              from 2026-06-09T20:26:40Z (in 12 d)\n");
	buf_done(&out);
}

static void one_that_refused(void)
{
	struct observation seen = row_refused();
	struct inventory_row row = {.seen = &seen};
	struct buf out;

	buf_init(&out, 1 << 16);
	show_row(&row, &plain, &out);
	CHECK_STR(buf_text(&out), "10.0.0.2:993\n"
				  "  Service     imaps\n"
				  "  Outcome     refused\n"
				  "  Error       Connection refused\n"
				  "  Seen        2026-05-28T20:26:39Z, by scan\n");
	buf_done(&out);
}

static void one_certificate(void)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	show_cert(&row_leaf_facts, &plain, &out);
	CHECK_STR(buf_text(&out), LEAF);
	buf_done(&out);
}

static void a_chain_without_findings_says_so(void)
{
	struct chain_verdict chain = row_chain;
	struct buf out;

	chain.n_findings = 0;
	buf_init(&out, 1 << 16);
	show_chain(&chain, &plain, &out);
	CHECK(strstr(buf_text(&out), "\nFindings\n  none\n") != NULL);
	CHECK(strstr(buf_text(&out), "Certificate 2 of 2") != NULL);
	buf_done(&out);
}

static void many_names_are_folded(void)
{
	const char *names[40];
	struct cert_facts facts = row_leaf_facts;
	struct buf out;
	struct span rest, line;

	for (size_t i = 0; i < 40; i++)
		names[i] = "host.example.com";
	facts.sans = names;
	facts.n_sans = 40;
	buf_init(&out, 1 << 16);
	show_cert(&facts, &(struct style){.width = 60, .now_s = NOW_S}, &out);
	rest = buf_view(&out);
	while (span_line(&rest, &line))
		CHECK(line.n <= 60 || !memmem(line.p, line.n, "host.example", 12));
	CHECK(strstr(buf_text(&out), "host.example.com,\n              host.example.com") != NULL);
	buf_done(&out);
}

static void strangers_do_not_write_on_the_terminal(void)
{
	struct cert_facts facts = row_leaf_facts;
	struct buf out;

	facts.subject = "CN=\x1b]0;x\x07\n";
	facts.issuer = "\xc2\x9b"
		       "31m";
	buf_init(&out, 1 << 16);
	show_cert(&facts, &plain, &out);
	CHECK(strstr(buf_text(&out), "Subject     CN=\xef\xbf\xbd]0;x\xef\xbf\xbd\xef\xbf\xbd\n") !=
	      NULL);
	CHECK(strstr(buf_text(&out), "Issuer      \xef\xbf\xbd"
				     "31m\n") != NULL);
	buf_done(&out);
}

static void where_a_certificate_is(void)
{
	struct observation seen = row_seen();
	struct inventory_row row = row_of(&seen);
	struct buf out;

	buf_init(&out, 1 << 16);
	show_place(&row, &plain, &out);
	CHECK_STR(buf_text(&out),
	    "  10.0.0.1:443 (a.test)  https  TLS 1.3  last seen 2026-05-28T20:26:39Z (1 s ago)\n");
	buf_done(&out);
}

int main(void)
{
	RUN(an_endpoint_with_all_that_is_known);
	RUN(one_that_refused);
	RUN(one_certificate);
	RUN(a_chain_without_findings_says_so);
	RUN(many_names_are_folded);
	RUN(strangers_do_not_write_on_the_terminal);
	RUN(where_a_certificate_is);
	return test_done();
}
