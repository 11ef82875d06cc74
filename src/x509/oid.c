/*
 * oid.c: words for OIDs. The list is searched by its dotted numbers, from the front: it is read
 * when a person asks for one certificate, and a list in the form of the documents that define it
 * can be checked by eye. Sources: RFC 5280 4.2.1.12, RFC 4556, RFC 7299; CA/Browser Forum Baseline
 * Requirements 7.1.6 and EV Guidelines 9.3; ETSI EN 319 411-1/-2 5.3, EN 319 412-5; Microsoft's
 * documentation of AD CS.
 */
#include "x509/oid.h"

#include "x509/der.h"
#include "x509/limits.h"

static const struct oid {
	const char *dotted, *word;
} words[] = {
    /* what a key is for */
    {"2.5.29.37.0", "any purpose"},
    {"1.3.6.1.5.5.7.3.1", "server authentication"},
    {"1.3.6.1.5.5.7.3.2", "client authentication"},
    {"1.3.6.1.5.5.7.3.3", "code signing"},
    {"1.3.6.1.5.5.7.3.4", "mail protection"},
    {"1.3.6.1.5.5.7.3.5", "IPsec end system"},
    {"1.3.6.1.5.5.7.3.6", "IPsec tunnel"},
    {"1.3.6.1.5.5.7.3.7", "IPsec user"},
    {"1.3.6.1.5.5.7.3.8", "timestamping"},
    {"1.3.6.1.5.5.7.3.9", "OCSP signing"},
    {"1.3.6.1.5.5.7.3.13", "EAP over PPP"},
    {"1.3.6.1.5.5.7.3.14", "EAP over LAN"},
    {"1.3.6.1.5.5.7.3.17", "IPsec IKE"},
    {"1.3.6.1.5.5.7.3.21", "SSH client"},
    {"1.3.6.1.5.5.7.3.22", "SSH server"},
    {"1.3.6.1.5.5.8.2.2", "IKE intermediate"},
    {"1.3.6.1.5.2.3.4", "Kerberos client"},
    {"1.3.6.1.5.2.3.5", "Kerberos domain controller"},
    {"1.3.6.1.4.1.311.10.3.3", "strong cryptography (Microsoft, obsolete)"},
    {"1.3.6.1.4.1.311.10.3.4", "file encryption (Microsoft)"},
    {"1.3.6.1.4.1.311.10.3.11", "key recovery (Microsoft)"},
    {"1.3.6.1.4.1.311.10.3.12", "document signing (Microsoft)"},
    {"1.3.6.1.4.1.311.20.2.1", "enrolment agent (Microsoft)"},
    {"1.3.6.1.4.1.311.20.2.2", "smart card logon (Microsoft)"},
    {"1.3.6.1.4.1.311.54.1.2", "remote desktop (Microsoft)"},
    {"2.16.840.1.113730.4.1", "strong cryptography (Netscape, obsolete)"},
    /* under which rules it was issued */
    {"2.5.29.32.0", "any policy"},
    {"2.23.140.1.1", "EV (the organization was examined closely)"},
    {"2.23.140.1.2.1", "DV (control of the names was checked)"},
    {"2.23.140.1.2.2", "OV (the organization was checked)"},
    {"2.23.140.1.2.3", "IV (the person was checked)"},
    {"2.23.140.1.3", "EV code signing"},
    {"2.23.140.1.4.1", "code signing"},
    {"0.4.0.2042.1.1", "ETSI NCP"},
    {"0.4.0.2042.1.2", "ETSI NCP+"},
    {"0.4.0.2042.1.3", "ETSI LCP"},
    {"0.4.0.2042.1.4", "ETSI EVCP"},
    {"0.4.0.2042.1.6", "ETSI DVCP"},
    {"0.4.0.2042.1.7", "ETSI OVCP"},
    {"0.4.0.194112.1.4", "EU qualified for websites (QEVCP-w)"},
    {"0.4.0.194112.1.5", "EU qualified for websites (QNCP-w)"},
    /* what is at an address */
    {"1.3.6.1.5.5.7.48.1", "OCSP"},
    {"1.3.6.1.5.5.7.48.2", "issuer's certificate"},
    {"1.3.6.1.5.5.7.48.3", "timestamping"},
    {"1.3.6.1.5.5.7.48.5", "certificates of this authority"},
    /* what the issuer states (qualified certificates) */
    {"0.4.0.1862.1.1", "qualified in the EU"},
    {"0.4.0.1862.1.2", "limit of liability"},
    {"0.4.0.1862.1.3", "kept by the issuer after its end"},
    {"0.4.0.1862.1.4", "key in a qualified device"},
    {"0.4.0.1862.1.5", "disclosure statements"},
    {"0.4.0.1862.1.6", "type of qualified certificate"},
    {"0.4.0.1862.1.7", "legislation of its country"},
    {"0.4.0.19495.2", "payment services (PSD2)"},
    {"1.3.6.1.5.5.7.11.1", "RFC 3739, version 1"},
    {"1.3.6.1.5.5.7.11.2", "RFC 3739, version 2"},
};

const char *oid_word(const char *dotted)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].dotted, dotted) == 0)
			return words[i].word;
	return NULL;
}

void oid_put(struct span content, struct buf *out)
{
	const char *word;
	struct buf dotted;

	buf_init(&dotted, OID_TEXT_MAX);
	der_oid_text(content, &dotted);
	word = oid_word(buf_text(&dotted));
	if (word)
		buf_str(out, word);
	else
		buf_span(out, buf_view(&dotted));
	if (dotted.full)
		buf_str(out, "...");
	buf_done(&dotted);
}
