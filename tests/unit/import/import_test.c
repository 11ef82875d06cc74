/* What stands in the real files was counted by another program: see the numbers' comments. */
#include "import/import.h"

#include "collect.h"

#define NO_SAMPLES "no sample files of other scanners beside the tree"

/* A file of ../shared/data/samples beside the tree; false if it is not there. */
static bool sample(const char *name, struct buf *ret_bytes)
{
	char below[256];
	FILE *f;
	uint8_t *at;

	snprintf(below, sizeof(below), "../../shared/data/samples/%s", name);
	f = fopen(test_path(below), "rb");
	if (!f)
		return false;
	buf_init(ret_bytes, 1 << 20);
	at = buf_room(ret_bytes, 1 << 19);
	buf_wrote(ret_bytes, fread(at, 1, 1 << 19, f));
	fclose(f);
	return true;
}

/* Leaf ec.lab.test, then Lab Intermediate, then Lab Root, by openssl's SHA-256. */
#define CHAIN_EC "fa17ad7d,2716fa9d,78583f23"
#define CHAIN_RSA "94887877,2716fa9d,78583f23"
#define CHAIN_BIG "c3b2e405,2716fa9d,78583f23"

struct expected {
	const char *file;
	uint64_t certificates, truncated, observations;
	const char *lines[9]; /* each in the log, NULL-ended */
};

static void check_sample(const struct expected *e)
{
	static const size_t chunks[] = {SIZE_MAX, 4096, 1};
	struct buf bytes;

	if (!sample(e->file, &bytes))
		SKIP(NO_SAMPLES);
	for (size_t i = 0; i < 3; i++) {
		struct collected c;

		collect(&c, NULL, buf_view(&bytes), chunks[i]);
		CHECK(!err_is(c.end));
		CHECK_EQ(c.counts.certificates, e->certificates);
		CHECK_EQ(c.counts.truncated, e->truncated);
		CHECK_EQ(c.counts.observations, e->observations);
		CHECK_EQ(c.counts.bad, 0);
		CHECK_EQ(c.n_bad, e->truncated);
		for (size_t k = 0; e->lines[k]; k++)
			if (!strstr(buf_text(&c.log), e->lines[k]))
				test_str("", e->lines[k], __FILE__, __LINE__, e->file);
		collected_done(&c);
	}
	buf_done(&bytes);
}

/* All services are X509: the leaf is found by its names. */
static void masscan_132_json(void)
{
	check_sample(&(struct expected){"masscan-1.3.2.J", 3, 0, 5,
	    {"target 10.99.0.2:9999\n",
		"cert 10.99.0.2:443 certificate 1795289198 " CHAIN_EC " version 0302 cipher c00a\n",
		"cert 10.99.0.2:993 no-cert 1795289203 alert 70\n"}});
}

static void masscan_132_list(void)
{
	check_sample(&(struct expected){"masscan-1.3.2.L", 3, 0, 5,
	    {"target 10.99.0.2:9999\n", "cert 10.99.0.2:443 certificate 1795289203 " CHAIN_EC}});
}

static void masscan_132_xml(void)
{
	check_sample(&(struct expected){"masscan-1.3.2.X", 3, 0, 5,
	    {"target 10.99.0.2:9999\n", "cert 10.99.0.2:443 certificate 1795289199 " CHAIN_EC
					" version 0302 cipher c00a\n"}});
}

static void masscan_132_ndjson(void)
{
	check_sample(&(struct expected){"masscan-1.3.2.D", 3, 0, 5,
	    {"target 10.99.0.2:9999\n", "cert 10.99.0.2:443 certificate 1795289203 " CHAIN_EC}});
}

/* 10.99.0.2:995 has one certificate, cut at 16374 bytes. */
static void masscan_head_json(void)
{
	check_sample(&(struct expected){"masscan-head.J", 18, 1, 9,
	    {"cert 10.99.0.2:443 certificate 1795289209 " CHAIN_EC " version 0303 cipher c02c\n",
		"cert 10.99.0.2:990 certificate 1795289209 " CHAIN_EC,
		"cert 10.99.0.2:993 certificate 1795289209 " CHAIN_BIG,
		"cert 10.99.0.2:636 certificate 1795289209 " CHAIN_RSA,
		"cert 10.99.0.2:2376 certificate 1795289209 " CHAIN_RSA,
		"cert 10.99.0.2:3269 certificate 1795289209 " CHAIN_RSA,
		"cert 10.99.0.2:995 partial ",
		"cert 10.99.0.2:5061 no-cert 1795289207 alert 112\n"}});
}

/* The leaves of 993 and 995 are cut at 8190 characters: what is left of 993 is no chain of its
 * own. */
static void masscan_head_list(void)
{
	check_sample(&(struct expected){"masscan-head.L", 17, 2, 9,
	    {"cert 10.99.0.2:443 certificate 1795289211 " CHAIN_EC,
		"cert 10.99.0.2:636 certificate 1795289211 " CHAIN_RSA,
		"cert 10.99.0.2:993 partial 1795289211 version 0303 cipher c030\n",
		"cert 10.99.0.2:995 partial 1795289211 version 0303 cipher c030\n"}});
}

static void masscan_head_xml(void)
{
	check_sample(&(struct expected){"masscan-head.X", 17, 2, 9,
	    {"cert 10.99.0.2:443 certificate 1795289210 " CHAIN_EC,
		"cert 10.99.0.2:995 partial "}});
}

static void masscan_unfinished_json(void)
{
	check_sample(&(struct expected){"masscan-no-closing-bracket.J", 0, 0, 0,
	    {"target 10.99.0.2:636\n", "target 10.99.0.2:993\n"}});
}

static void nmap_xml(void)
{
	check_sample(&(struct expected){"nmap-7.93-sslcert.xml", 8, 0, 8,
	    {"target 10.99.0.2:5061\n", "cert 10.99.0.2:443 partial 1795289377 fa17ad7d\n",
		"cert 10.99.0.2:993 partial 1795289377 c3b2e405\n",
		"cert 10.99.0.2:995 partial 1795289377 dec364c4\n",
		"cert 10.99.0.2:8443 partial 1795289377 94887877\n"}});
}

static void a_file_that_is_cut_anywhere_keeps_what_was_whole(void)
{
	struct buf bytes;

	if (!sample("masscan-head.J", &bytes))
		SKIP(NO_SAMPLES);
	for (size_t n = 5000; n < bytes.n; n += 997) {
		struct collected c;
		size_t ends = 0;

		for (size_t i = 0; i + 4 < n; i++)
			ends += memcmp(bytes.p + i, "} ]", 3) == 0;
		collect(&c, NULL, span_of(bytes.p, n), SIZE_MAX);
		CHECK(c.counts.records == ends || c.counts.records == ends + 1);
		CHECK(c.counts.bad <= 1);
		collected_done(&c);
	}
	buf_done(&bytes);
}

static void what_is_no_text_is_refused(void)
{
	struct collected c;

	collect(&c, NULL, span_of("\x1f\x8b\x08\x00\x00", 5), SIZE_MAX);
	CHECK(err_class(c.end) == ERR_INPUT);
	collected_done(&c);
	collect(&c, "excel", span_of("", 0), 1);
	CHECK(err_class(c.end) == ERR_INPUT);
	collected_done(&c);
}

static void an_empty_file_says_nothing(void)
{
	check_import(NULL, "", "");
}

static void a_byte_order_mark_is_no_part_of_it(void)
{
	check_import(NULL,
	    "\xef\xbb\xbf[\n{\"ip\":\"10.0.0.1\",\"ports\":[{\"port\":443,\"status\":\"open\"}]}\n]"
	    "\n",
	    "target 10.0.0.1:443\n");
	check_import(NULL,
	    "\xef\xbb\xbf"
	    "10.0.0.1\n",
	    "target 10.0.0.1:0\n");
}

int main(void)
{
	RUN(masscan_132_json);
	RUN(masscan_132_list);
	RUN(masscan_132_xml);
	RUN(masscan_132_ndjson);
	RUN(masscan_head_json);
	RUN(masscan_head_list);
	RUN(masscan_head_xml);
	RUN(masscan_unfinished_json);
	RUN(nmap_xml);
	RUN(a_file_that_is_cut_anywhere_keeps_what_was_whole);
	RUN(what_is_no_text_is_refused);
	RUN(an_empty_file_says_nothing);
	RUN(a_byte_order_mark_is_no_part_of_it);
	return test_done();
}
