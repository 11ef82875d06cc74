#include "verdict/table.h"

#include "lib/test.h"

static void every_finding_has_one_row(void)
{
	size_t n;
	const struct finding_row *rows = finding_table(&n);

	CHECK_EQ(n, 17);
	for (size_t i = 0; i < n; i++) {
		CHECK(finding_by_id(rows[i].id) == &rows[i]);
		CHECK(finding_by_name(rows[i].name) == &rows[i]);
		CHECK(*rows[i].title && rows[i].chrome && rows[i].firefox && rows[i].openssl);
		CHECK(rows[i].severity > SEVERITY_NONE && rows[i].severity < SEVERITY_MAX);
	}
}

/* The numbers are in everybody's database. */
static void numbers_never_change(void)
{
	CHECK_STR(finding_by_id(1)->name, "expired");
	CHECK_STR(finding_by_id(2)->name, "not-yet-valid");
	CHECK_STR(finding_by_id(3)->name, "expiring");
	CHECK_STR(finding_by_id(4)->name, "self-signed");
	CHECK_STR(finding_by_id(5)->name, "self-signed-root-in-chain");
	CHECK_STR(finding_by_id(6)->name, "unknown-issuer");
	CHECK_STR(finding_by_id(7)->name, "incomplete-chain");
	CHECK_STR(finding_by_id(8)->name, "name-mismatch");
	CHECK_STR(finding_by_id(9)->name, "weak-key");
	CHECK_STR(finding_by_id(10)->name, "weak-signature");
	CHECK_STR(finding_by_id(11)->name, "ca-as-leaf");
	CHECK_STR(finding_by_id(12)->name, "no-san");
	CHECK_STR(finding_by_id(13)->name, "unparsable");
	CHECK_STR(finding_by_id(14)->name, "old-protocol");
	CHECK_STR(finding_by_id(15)->name, "weak-cipher");
	CHECK_STR(finding_by_id(16)->name, "client-rejected-certificate");
	CHECK_STR(finding_by_id(17)->name, "client-left-after-handshake");
}

static void nothing_else_is_found(void)
{
	CHECK(finding_by_id(0) == NULL);
	CHECK(finding_by_id(18) == NULL);
	CHECK(finding_by_name("") == NULL);
	CHECK(finding_by_name("Expired") == NULL);
}

/* What a person saw in a browser leads here. */
static void foreign_names(void)
{
	CHECK_STR(finding_by_name("self-signed")->chrome, "NET::ERR_CERT_AUTHORITY_INVALID");
	CHECK_STR(finding_by_name("self-signed")->firefox, "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT");
	CHECK_STR(finding_by_name("expired")->openssl, "10 certificate has expired");
	CHECK_STR(finding_by_name("expiring")->chrome, "");
}

static void severities_have_names(void)
{
	CHECK_STR(severity_text(SEVERITY_CRITICAL), "critical");
	CHECK_STR(severity_text(SEVERITY_INFO), "info");
	CHECK_STR(severity_text(99), "?");
	for (uint8_t i = SEVERITY_INFO; i < SEVERITY_MAX; i++)
		CHECK_EQ(severity_by_name(severity_text(i)), i);
	CHECK_EQ(severity_by_name("none"), SEVERITY_NONE);
	CHECK_EQ(severity_by_name("bad"), SEVERITY_NONE);
}

int main(void)
{
	RUN(every_finding_has_one_row);
	RUN(numbers_never_change);
	RUN(nothing_else_is_found);
	RUN(foreign_names);
	RUN(severities_have_names);
	return test_done();
}
