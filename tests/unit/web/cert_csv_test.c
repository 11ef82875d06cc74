#include "web/cert_csv.h"

#include "lib/test.h"
#include "verdict/table.h"

#include <string.h>

static struct buf text;

static const char *names[] = {"a.example", "b.example"};
static struct cert_facts facts = {
    .subject_cn = "a.example",
    .issuer_cn = "=HYPERLINK(\"http://evil.example\")",
    .subject = "CN=a.example",
    .issuer = "CN=x",
    .sans = names,
    .n_sans = 2,
    .key_text = "P-256",
    .not_before_s = 1767225600,
    .not_after_s = 1767225600 + 90 * 86400,
};

static const char *row_of(const struct listed_cert *cert)
{
	buf_done(&text);
	buf_init(&text, 1 << 16);
	cert_csv_row(cert, 1767225600 + 80 * 86400, &text);
	return buf_text(&text);
}

/* As many cells as names of columns, in their order. */
static void a_row_has_the_columns_of_the_header(void)
{
	static const struct listed_finding held[] = {
	    {.finding = {.id = FINDING_EXPIRING}}, {.finding = {.id = FINDING_WEAK_KEY}}};
	struct listed_cert cert = {.facts = &facts,
	    .endpoints = 3,
	    .severity = SEVERITY_HIGH,
	    .n_findings = 2,
	    .findings = held};

	buf_init(&text, 1 << 16);
	cert_csv_header(&text);
	CHECK_STR(buf_text(&text),
	    "not_after,days_left,subject,issuer,names,endpoints,first_endpoint,severity,findings,"
	    "owner,tags,note,key,not_before,sha256\r\n");
	CHECK(strncmp(row_of(&cert), "2026-04-01T00:00:00Z,10,a.example,", 34) == 0);
	CHECK(strstr(buf_text(&text), ",a.example b.example,3,") != NULL);
	CHECK(strstr(buf_text(&text), ",high,expiring weak-key,,,,P-256,2026-01-01T00:00:00Z,") !=
	      NULL);
	CHECK(strstr(buf_text(&text), "00000000\r\n") != NULL);
}

static void what_strangers_wrote_is_no_formula(void)
{
	struct listed_cert cert = {.facts = &facts};

	CHECK(strstr(row_of(&cert), ",\"'=HYPERLINK(\"\"http://evil.example\"\")\",") != NULL);
}

static void remarks_are_cells(void)
{
	static const char *tags[] = {"prod", "edge"};
	struct remarks remarks = {
	    .owner = "web, team", .note = "moves, soon", .tags = tags, .n_tags = 2};
	struct listed_cert cert = {.facts = &facts, .remarks = &remarks};

	CHECK(strstr(row_of(&cert), ",\"web, team\",prod edge,\"moves, soon\",P-256,") != NULL);
}

int main(void)
{
	RUN(a_row_has_the_columns_of_the_header);
	RUN(what_strangers_wrote_is_no_formula);
	RUN(remarks_are_cells);
	buf_done(&text);
	return test_done();
}
