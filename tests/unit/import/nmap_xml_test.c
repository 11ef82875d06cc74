#include "certs.h"
#include "collect.h"

/* clang-format off: XML is read best as it is written. */

#define HEAD                                                                                       \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n"                         \
	"<nmaprun scanner=\"nmap\" start=\"1700000000\">\n"
#define HOST "<host starttime=\"1700000001\" endtime=\"1700000009\">"
#define UP "<status state=\"up\" reason=\"syn-ack\"/>"
#define ADDR(a)                                                                                    \
	"<address addr=\"" a "\" addrtype=\"ipv4\"/>"                                              \
	"<address addr=\"02:E8:E7:A2:E4:E3\" addrtype=\"mac\"/>"
#define PORT(p) "<port protocol=\"tcp\" portid=\"" p "\"><state state=\"open\" reason=\"syn-ack\"/>"
#define CERT(base64)                                                                               \
	"<script id=\"ssl-cert\" output=\"Subject: x\"><table key=\"subject\">"                    \
	"<elem key=\"commonName\">x</elem></table><elem key=\"pem\">"                              \
	"-&#45;&#45;&#45;&#45;BEGIN CERTIFICATE-&#45;&#45;&#45;&#45;&#xa;" base64                  \
	"&#xa;-&#45;&#45;&#45;&#45;END CERTIFICATE-&#45;&#45;&#45;&#45;&#xa;</elem></script>"

static void check_xml(const char *text, const char *expected)
{
	check_import("nmap-xml", text, expected);
}

static void open_ports_and_the_certificates_behind_them(void)
{
	check_xml(HEAD
	    "<hosthint><status state=\"up\"/>" ADDR("10.0.0.9") "</hosthint>\n" HOST UP ADDR(
		"10.0.0.1") "<hostnames><hostname name=\"WWW.l.test\" type=\"user\"/>"
			    "<hostname name=\"ptr.test\" type=\"PTR\"/></hostnames><ports>" PORT(
				"443")
				CERT(LEAF) "</port>"
					   "<port protocol=\"tcp\" portid=\"80\"><state "
					   "state=\"closed\"/></port>"
					   "<port protocol=\"udp\" portid=\"443\"><state "
					   "state=\"open\"/></port>"
					   "<port protocol=\"tcp\" portid=\"81\"><state "
					   "state=\"open|filtered\"/></port>" PORT(
					       "8080") "</port></ports></host>\n" HOST UP
					       ADDR("10.0.0.2") "<hostnames><hostname "
								"name=\"ptr.test\" "
								"type=\"PTR\"/></"
								"hostnames><ports>" PORT("993")
								    CERT(OTHER) "</port></ports></"
										"host><runstats/></"
										"nmaprun>\n",
	    "target 10.0.0.1:443 www.l.test\n"
	    "target 10.0.0.1:8080 www.l.test\n"
	    "target 10.0.0.2:993\n"
	    "cert 10.0.0.1:443 partial 1700000009 " LEAF_ID " asked www.l.test called www.l.test\n"
	    "cert 10.0.0.2:993 partial 1700000009 " OTHER_ID " called ptr.test\n");
}

static void a_host_that_nobody_asked_for_ports_is_a_target(void)
{
	check_xml(HEAD HOST UP ADDR("10.0.0.1") "</host>" HOST "<status state=\"down\"/>" ADDR(
		      "10.0.0.2") "</host>" HOST UP
		      ADDR("10.0.0.3") "<ports><extraports state=\"filtered\"/></ports></host>"
				       "</nmaprun>",
	    "target 10.0.0.1:0\n");
}

static void old_files_have_the_certificate_in_what_was_printed(void)
{
	check_xml(
	    HEAD HOST UP ADDR("10.0.0.1") "<ports>" PORT(
		"443") "<script id=\"ssl-cert\" output=\"Subject: x&#xa;-----BEGIN "
		       "CERTIFICATE-----&#xa;" LEAF
		       "&#xa;-----END CERTIFICATE-----&#xa;\"/></port></ports></host></nmaprun>",
	    "target 10.0.0.1:443\n"
	    "cert 10.0.0.1:443 partial 1700000009 " LEAF_ID "\n");
}

static void a_certificate_that_is_none_is_told(void)
{
	check_xml(HEAD HOST UP ADDR("10.0.0.1") "<ports>" PORT(
		      "443") "<script id=\"ssl-cert\" output=\"\"><elem "
			     "key=\"pem\">nothing</elem></script>"
			     "</port>\n" PORT("444")
				 CERT("MIIBXDCCAQKgAwIB") "</port></ports></host></nmaprun>",
	    "target 10.0.0.1:443\n"
	    "bad 4 no certificate where one should be\n"
	    "target 10.0.0.1:444\n"
	    "bad 5 a certificate that was cut short\n"
	    "cert 10.0.0.1:444 partial 1700000009\n");
}

static void what_is_cut_loses_only_the_port_that_was_cut(void)
{
	check_xml(HEAD HOST UP ADDR("10.0.0.1") "<ports>" PORT("443")
		      CERT(LEAF) "</port>\n" PORT("444") "<script id=\"ssl-cert\" output=\"Subj",
	    "target 10.0.0.1:443\n"
	    "bad 5 an unfinished host\n"
	    "cert 10.0.0.1:443 partial 1700000009 " LEAF_ID "\n");
	check_xml(HEAD HOST UP ADDR("10.0.0.1") "<ports>" PORT("443") "</port></ports></host>\n",
	    "target 10.0.0.1:443\n");
}

static void documents_may_follow_each_other(void)
{
	static const char one[] =
	    HEAD HOST UP ADDR("10.0.0.1") "<ports>" PORT("1") "</port></ports></host>\n";
	static const char two[] = HEAD HOST UP ADDR("10.0.0.2") "<ports>" PORT(
	    "2") "</port></ports></host>\n</nmaprun>\n";
	char text[4096];

	snprintf(text, sizeof(text), "%s</nmaprun>\n%s", one, two);
	check_xml(text, "target 10.0.0.1:1\ntarget 10.0.0.2:2\n");
	snprintf(text, sizeof(text), "%s%s", one, two);
	check_xml(text, "target 10.0.0.1:1\ntarget 10.0.0.2:2\n");
	snprintf(text, sizeof(text), "%s%s%s%s", one, HOST UP, two, two);
	check_xml(text,
	    "target 10.0.0.1:1\nbad 5 an unfinished host\ntarget 10.0.0.2:2\ntarget 10.0.0.2:2\n");
}

static void what_is_no_xml_is_passed_over_to_the_next_host(void)
{
	check_xml(HEAD HOST UP ADDR("10.0.0.1") "<ports><port </ports></host>\n" HOST UP
		      ADDR("10.0.0.2") "<ports>" PORT(
			  "2") "</port></ports></host>\n"
			       "<host <host <host>\n" HOST UP ADDR("10.0.0.3") "<ports>" PORT(
				   "3") "</port></ports></host>\n</nmaprun>\n",
	    "bad 4 not well-formed (invalid token)\n"
	    "target 10.0.0.2:2\n"
	    "bad 6 not well-formed (invalid token)\n"
	    "target 10.0.0.3:3\n");
}

static void entities_are_refused(void)
{
	check_xml("<?xml version=\"1.0\"?><!DOCTYPE nmaprun [<!ENTITY a \"b\">]>\n"
		  "<nmaprun>&a;</nmaprun>\n",
	    "bad 1 parsing aborted\n");
}

static void masscan_writes_it_too(void)
{
	check_xml(
	    "<?xml version=\"1.0\"?>\r\n<!-- masscan v1.0 scan -->\r\n"
	    "<nmaprun scanner=\"masscan\">\r\n"
	    "<host endtime=\"1700000001\"><address addr=\"fd99::2\" "
	    "addrtype=\"ipv4\"/><ports>" PORT(
		"443") "</port></ports></host>\r\n"
		       "<host endtime=\"1700000002\"><address addr=\"fd99::2\" "
		       "addrtype=\"ipv4\"/><ports>" PORT(
			   "443") "<service name=\"X509CA\" banner=\"" ROOT
				  "\"></service></port></ports></host>\r\n"
				  "<host endtime=\"1700000002\"><address addr=\"fd99::2\" "
				  "addrtype=\"ipv4\"/><ports>" PORT(
				      "443") "<service name=\"X509\" "
					     "banner=\"\\x4dIIB\\\"></service></port></ports></"
					     "host>\r\n"
					     "<host endtime=\"1700000003\"><address "
					     "addr=\"fd99::3\" addrtype=\"ipv4\"/><ports>" PORT(
						 "443") "<service name=\"X509\" banner=\"" LEAF
							"\"></service></port></ports></host>\r\n"
							"</nmaprun>\r\n",
	    "target [fd99::2]:443\n"
	    "bad 6 no certificate where one should be\n"
	    "cert [fd99::2]:443 partial 1700000002\n"
	    "cert [fd99::3]:443 certificate 1700000003 " LEAF_ID "\n");
}

static void a_port_without_an_address_is_told(void)
{
	check_xml(HEAD HOST UP "<ports>" PORT("443") "</port></ports></host></nmaprun>",
	    "bad 4 a port of a host without an address\n");
}

/* nmap tells the leaf and no more. */
static void a_self_signed_one_is_all_there_is(void)
{
	check_xml(HEAD HOST UP ADDR("10.0.0.1") "<ports>" PORT("443")
		      CERT(ROOT) "</port></ports></host></nmaprun>",
	    "target 10.0.0.1:443\n"
	    "cert 10.0.0.1:443 certificate 1700000009 " ROOT_ID "\n");
}

/* clang-format on */

static void a_tag_longer_than_we_hold_is_left(void)
{
	size_t n = 3 << 20;
	char *text = malloc(n + 1000);
	struct collected c;
	size_t at;

	CHECK(text != NULL);
	at = (size_t)sprintf(text, "%s<host x=\"", HEAD);
	memset(text + at, 'A', n);
	sprintf(text + at + n, "\"/>\n%s</nmaprun>",
	    HOST UP ADDR("10.0.0.2") "<ports>" PORT("2") "</port></ports></host>\n");
	collect(&c, "nmap-xml", span_str(text), 1 << 16);
	CHECK_STR(buf_text(&c.log), "bad 4 a tag that is too long\ntarget 10.0.0.2:2\n");
	collected_done(&c);
	free(text);
}

int main(void)
{
	RUN(open_ports_and_the_certificates_behind_them);
	RUN(a_host_that_nobody_asked_for_ports_is_a_target);
	RUN(old_files_have_the_certificate_in_what_was_printed);
	RUN(a_self_signed_one_is_all_there_is);
	RUN(a_certificate_that_is_none_is_told);
	RUN(what_is_cut_loses_only_the_port_that_was_cut);
	RUN(documents_may_follow_each_other);
	RUN(what_is_no_xml_is_passed_over_to_the_next_host);
	RUN(entities_are_refused);
	RUN(masscan_writes_it_too);
	RUN(a_port_without_an_address_is_told);
	RUN(a_tag_longer_than_we_hold_is_left);
	return test_done();
}
