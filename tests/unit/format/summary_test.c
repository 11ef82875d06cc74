#include "format/summary.h"

#include "rows.h"

static void check_summary(const struct scan_summary *s, const char *expected)
{
	const struct style style = {.width = 80, .now_s = NOW_S};
	struct buf out;

	buf_init(&out, 1 << 16);
	scan_summary_print(s, &style, &out);
	CHECK_STR(buf_text(&out), expected);
	buf_done(&out);
}

static void a_scan_of_everything(void)
{
	struct scan_summary s = {
	    .targets = 65536,
	    .done = 65536,
	    .hosts = 1,
	    .open = 812,
	    .endpoints = 640,
	    .certificates = 231,
	    .new_certificates = 12,
	    .changes = 1,
	    .elapsed_ms = 72000,
	    .n_findings = 3,
	    .findings = {{FINDING_SELF_SIGNED, SEVERITY_HIGH, 8},
		{FINDING_WEAK_KEY, SEVERITY_HIGH, 9}, {FINDING_EXPIRED, SEVERITY_CRITICAL, 1}},
	    .n_expiries = 2,
	    .expiries = {{addr_from_v4(0x0a000001), 443, NOW_S + 3 * 86400, "www.example.com", 4},
		{addr_from_v4(0x0a000002), 443, NOW_S + 9 * 86400, "b\x1b[2J", 1}},
	    .n_issuers = 2,
	    .issuers = {{"Small CA", 5}, {"Lab CA", 1123}},
	    .store = "/var/lib/certscape/certscape.db",
	};

	scan_summary_reason(&s, "connection refused", 12);
	scan_summary_reason(&s, "no route to host", 3000);
	scan_summary_reason(&s, "connection refused", 1);
	check_summary(&s,
	    "Scanned 65,536 targets on 1 host in 1:12 min: 812 open ports, 640 endpoints with"
	    " 231 certificates (12 new), 1 change.\n"
	    "\n"
	    "Findings, by endpoints\n"
	    "          1  critical  expired\n"
	    "          9  high      weak-key\n"
	    "          8  high      self-signed\n"
	    "\n"
	    "Next to expire\n"
	    "  2026-05-31     in 3 d  10.0.0.1:443              www.example.com  +3\n"
	    "  2026-06-06     in 9 d  10.0.0.2:443              b\xef\xbf\xbd[2J\n"
	    "\n"
	    "Issuers, by certificates\n"
	    "      1,123  Lab CA\n"
	    "          5  Small CA\n"
	    "\n"
	    "Without a certificate, and why\n"
	    "      3,000  no route to host\n"
	    "         13  connection refused\n"
	    "\n"
	    "Stored in /var/lib/certscape/certscape.db\n");
}

static void packets_say_what_they_may_have_missed(void)
{
	struct scan_summary s = {.targets = 20000,
	    .done = 20000,
	    .probes = 21400,
	    .probed = 20000,
	    .answered = 19000,
	    .passes = 2,
	    .coverage = 0.9975};

	check_summary(&s,
	    "Scanned 20,000 targets in 0 s: 0 open ports, 0 endpoints with 0 certificates.\n"
	    "Sent 21,400 probes (1.07 a target, 2 passes), 19,000 answers; an estimated 99.75 % of"
	    " open ports are found.\n");
	s.coverage = -1; /* nobody was heard twice */
	s.passes = 1;
	check_summary(&s,
	    "Scanned 20,000 targets in 0 s: 0 open ports, 0 endpoints with 0 certificates.\n"
	    "Sent 21,400 probes (1.07 a target, 1 pass), 19,000 answers.\n");
}

static void one_that_was_stopped_says_how_to_go_on(void)
{
	const struct scan_summary s = {
	    .targets = 10,
	    .done = 1,
	    .open = 1,
	    .trust_unknown = true,
	    .resume = "certscape scan --resume 7",
	};

	check_summary(&s,
	    "Stopped after 1 of 10 targets in 0 s: 1 open port, 0 endpoints with 0 certificates.\n"
	    "\n"
	    "There is no trust bundle here: nothing is said about issuers (--ca FILE).\n"
	    "\n"
	    "To go on: certscape scan --resume 7\n");
}

static void more_reasons_than_there_is_room_for_become_others(void)
{
	struct scan_summary s = {0};
	char text[16];

	for (int i = 0; i < SCAN_REASONS_MAX + 5; i++) {
		snprintf(text, sizeof(text), "reason %d", i);
		scan_summary_reason(&s, text, 2);
	}
	CHECK_EQ(s.n_reasons, SCAN_REASONS_MAX);
	CHECK_STR(s.reasons[SCAN_REASONS_MAX - 2].text, "reason 22");
	CHECK_STR(s.reasons[SCAN_REASONS_MAX - 1].text, "other reasons");
	CHECK_EQ(s.reasons[SCAN_REASONS_MAX - 1].n, 12);
}

int main(void)
{
	RUN(a_scan_of_everything);
	RUN(packets_say_what_they_may_have_missed);
	RUN(one_that_was_stopped_says_how_to_go_on);
	RUN(more_reasons_than_there_is_room_for_become_others);
	return test_done();
}
