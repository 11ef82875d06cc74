/*
 * nmap_xml.c: nmap -oX, and masscan's imitation of it. Of nmap's elements we take the open ports
 * and, within script ssl-cert, the element `pem`, which is there at every verbosity; of masscan's
 * the attribute `banner` that nmap does not know. A port is told at its end, so that a file that
 * somebody cut loses only the port that was cut.
 *
 * Such files are not always XML: append-output puts documents one after the other, a killed scan
 * has no end. Where expat gives up, it is set on again at the next host, or at the next document.
 */
#include "base/text.h"
#include "import/importer.h"
#include "import/limits.h"
#include "import/masscan.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	SLICE = 64 << 10, /* fed to expat at once, at most */
	SLICE_MIN = 4096, /* and at least: it reads an unfinished tag again each time */
	LAG_MAX = 2 * IMPORT_TOKEN_MAX, /* bytes that expat holds back for one tag */
	MARK = 6, /* length of the two marks below */
};

static const char mark_document[] = "<?xml ", mark_host[] = "<host ";

struct nmap_xml {
	struct report *report;
	XML_Parser parser; /* NULL: seeking the next mark */
	size_t fed; /* bytes given to it */
	size_t lines; /* line ends before the present slice */
	size_t first_line; /* line ends before the parser's first byte */
	struct buf held; /* too little to feed, or the end of a slice that may begin a mark */

	bool in_host, is_up, has_addr, has_ports;
	struct addr addr;
	int64_t when_ms;
	char asked[NAME_MAX_LEN]; /* the name that the user gave: nmap sent it */
	char reverse[NAME_MAX_LEN]; /* the PTR name */

	bool in_cert, in_pem, is_open, is_tcp;
	uint16_t port;
	struct buf pem; /* the element */
	struct buf output; /* what the script printed: in old files the certificate is in there */
	struct buf service, banner; /* masscan */
};

static bool nmap_xml_sniff(struct span first)
{
	while (first.n && memchr(" \t\r\n", first.p[0], 4))
		span_take(&first, 1);
	return span_starts(first, "<?xml") || span_starts(first, "<nmaprun") ||
	       span_starts(first, "<!DOCTYPE nmaprun");
}

/* Elements. */

static const char *attribute(const char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i]; i += 2)
		if (strcmp(attributes[i], name) == 0)
			return attributes[i + 1];
	return "";
}

static size_t line_of(const struct nmap_xml *x)
{
	return x->first_line + XML_GetCurrentLineNumber(x->parser);
}

static void host_begin(struct nmap_xml *x, const char **attributes)
{
	uint64_t when_s = 0;
	const char *end = attribute(attributes, "endtime");

	x->in_host = true;
	x->is_up = false;
	x->has_addr = false;
	x->has_ports = false;
	x->asked[0] = 0;
	x->reverse[0] = 0;
	if (!decimal_parse(span_str(end), INT64_MAX / 1000, &when_s))
		decimal_parse(
		    span_str(attribute(attributes, "starttime")), INT64_MAX / 1000, &when_s);
	x->when_ms = (int64_t)when_s * 1000;
}

static void status(struct nmap_xml *x, const char **attributes)
{
	x->is_up = strcmp(attribute(attributes, "state"), "up") == 0;
}

/* masscan writes addrtype="ipv4" for IPv6 as well; a MAC address is none of either. */
static void address(struct nmap_xml *x, const char **attributes)
{
	if (!x->has_addr)
		x->has_addr =
		    !err_is(addr_parse(span_str(attribute(attributes, "addr")), &x->addr));
}

static void hostname(struct nmap_xml *x, const char **attributes)
{
	bool asked = strcmp(attribute(attributes, "type"), "user") == 0;
	const char *name = attribute(attributes, "name");
	char *to = asked ? x->asked : x->reverse;
	size_t n = strlen(name);

	if (n >= NAME_MAX_LEN || to[0])
		return;
	for (size_t i = 0; i <= n; i++)
		to[i] = (char)text_lower((uint8_t)name[i]);
}

static void ports(struct nmap_xml *x, const char **attributes)
{
	(void)attributes;
	x->has_ports = true;
}

static void port_begin(struct nmap_xml *x, const char **attributes)
{
	uint64_t port = 0;

	decimal_parse(span_str(attribute(attributes, "portid")), UINT16_MAX, &port);
	x->port = (uint16_t)port;
	x->is_tcp = strcmp(attribute(attributes, "protocol"), "tcp") == 0;
	x->is_open = false;
	buf_reset(&x->pem);
	buf_reset(&x->output);
	buf_reset(&x->service);
	buf_reset(&x->banner);
}

static void state(struct nmap_xml *x, const char **attributes)
{
	x->is_open = strcmp(attribute(attributes, "state"), "open") == 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* masscan writes a strange byte as \x and two digits, and a backslash as it is. */
static void put_unescaped(struct buf *b, const char *text)
{
	while (*text) {
		int high = text[0] == '\\' && text[1] == 'x' ? hex_digit(text[2]) : -1;
		int low = high >= 0 ? hex_digit(text[3]) : -1;

		buf_be(b, low >= 0 ? (uint64_t)(high << 4 | low) : (uint8_t)text[0], 1);
		text += low >= 0 ? 4 : 1;
	}
}

static void service(struct nmap_xml *x, const char **attributes)
{
	const char *banner = attribute(attributes, "banner");

	if (!banner[0])
		return;
	buf_str(&x->service, attribute(attributes, "name"));
	put_unescaped(&x->banner, banner);
}

static void script_begin(struct nmap_xml *x, const char **attributes)
{
	x->in_cert = strcmp(attribute(attributes, "id"), "ssl-cert") == 0;
	if (x->in_cert)
		buf_str(&x->output, attribute(attributes, "output"));
}

static void elem_begin(struct nmap_xml *x, const char **attributes)
{
	x->in_pem = x->in_cert && strcmp(attribute(attributes, "key"), "pem") == 0;
	if (x->in_pem)
		buf_reset(&x->pem);
}

static void elem_end(struct nmap_xml *x)
{
	x->in_pem = false;
}

static void script_end(struct nmap_xml *x)
{
	x->in_cert = false;
}

/* The base64 of the first certificate in armour (RFC 7468); all the rest if the armour has no
 * end. */
static bool pem_body(struct span text, struct span *ret_base64)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char end[] = "-----END CERTIFICATE-----";
	const uint8_t *at = text.n ? memmem(text.p, text.n, begin, strlen(begin)) : NULL;

	if (!at)
		return false;
	span_take(&text, (size_t)(at - text.p) + strlen(begin));
	at = text.n ? memmem(text.p, text.n, end, strlen(end)) : NULL;
	*ret_base64 = span_of(text.p, at ? (size_t)(at - text.p) : text.n);
	return true;
}

static void tell_cert(struct nmap_xml *x)
{
	struct origin o = {
	    .endpoint = {.addr = x->addr, .port = x->port, .transport = TRANSPORT_TCP},
	    .when_ms = x->when_ms,
	    .line = line_of(x),
	    .leaf_only = true,
	};
	struct span base64;

	memcpy(o.endpoint.name, x->asked, sizeof(o.endpoint.name));
	memcpy(o.hostname, x->asked[0] ? x->asked : x->reverse, sizeof(o.hostname));
	if (x->pem.full || x->output.full)
		report_bad(x->report, o.line, "a certificate that is too long");
	else if (pem_body(buf_view(&x->pem), &base64) || pem_body(buf_view(&x->output), &base64))
		report_cert(x->report, &o, base64, ROLE_LEAF);
	else if (x->pem.n)
		report_bad(x->report, o.line, "no certificate where one should be");
}

static void tell_masscan(struct nmap_xml *x)
{
	char ip[ADDR_TEXT_MAX], port[8], when[24];
	struct masscan_record record = {
	    .line = line_of(x),
	    .ip = span_str(addr_text(&x->addr, ip)),
	    .service = buf_view(&x->service),
	    .banner = buf_view(&x->banner),
	};

	snprintf(port, sizeof(port), "%u", x->port);
	snprintf(when, sizeof(when), "%lld", (long long)x->when_ms / 1000);
	record.port = span_str(port);
	record.when = x->when_ms ? span_str(when) : span_of(NULL, 0);
	masscan_tell(x->report, &record);
}

static void port_end(struct nmap_xml *x)
{
	if (!x->is_open || !x->is_tcp || x->port == 0)
		return;
	if (!x->has_addr) {
		report_bad(x->report, line_of(x), "a port of a host without an address");
		return;
	}
	if (x->banner.n) {
		tell_masscan(x);
		return;
	}
	x->report->counts.records++;
	report_open(x->report, &x->addr, x->port, x->asked, line_of(x));
	tell_cert(x);
}

/* A host that is up, and that nobody asked for ports (nmap -sn), is a target too. */
static void host_end(struct nmap_xml *x)
{
	if (x->has_addr && x->is_up && !x->has_ports) {
		x->report->counts.records++;
		report_open(x->report, &x->addr, 0, x->asked, line_of(x));
	}
	x->in_host = false;
}

static const struct {
	const char *name;
	void (*begin)(struct nmap_xml *x, const char **attributes);
	void (*end)(struct nmap_xml *x);
} elements[] = {
    {"host", host_begin, host_end},
    {"status", status, NULL},
    {"address", address, NULL},
    {"hostname", hostname, NULL},
    {"ports", ports, NULL},
    {"port", port_begin, port_end},
    {"state", state, NULL},
    {"service", service, NULL},
    {"script", script_begin, script_end},
    {"elem", elem_begin, elem_end},
};

static void on_begin(void *context, const char *name, const char **attributes)
{
	struct nmap_xml *x = context;
	bool outside =
	    !x->in_host && strcmp(name, "host") != 0; /* hosthint has addresses as well */

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]) && !outside; i++)
		if (strcmp(elements[i].name, name) == 0)
			elements[i].begin(x, attributes);
}

static void on_end(void *context, const char *name)
{
	struct nmap_xml *x = context;

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]) && x->in_host; i++)
		if (elements[i].end && strcmp(elements[i].name, name) == 0)
			elements[i].end(x);
}

static void on_text(void *context, const char *text, int n)
{
	struct nmap_xml *x = context;

	if (x->in_pem)
		buf_put(&x->pem, text, (size_t)n);
}

/* No scanner declares entities; whoever does wants them multiplied. */
static void on_entity(void *context, const char *name, int is_parameter, const char *value, int n,
    const char *base, const char *system_id, const char *public_id, const char *notation)
{
	struct nmap_xml *x = context;

	(void)name, (void)is_parameter, (void)value, (void)n, (void)base, (void)system_id;
	(void)public_id, (void)notation;
	XML_StopParser(x->parser, XML_FALSE);
}

/* Documents. */

static void parser_stop(struct nmap_xml *x)
{
	if (x->parser)
		XML_ParserFree(x->parser);
	x->parser = NULL;
	x->in_host = x->in_cert = x->in_pem = false;
}

static struct err parser_start(struct nmap_xml *x, size_t lines_before)
{
	x->parser = XML_ParserCreate(NULL);
	if (!x->parser)
		return err_limit("no memory for importing");
	x->fed = 0;
	x->first_line = lines_before;
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	XML_SetReparseDeferralEnabled(x->parser, XML_FALSE); /* errors are told where they are */
	return OK;
}

static struct err nmap_xml_new(struct report *r, void **ret_state)
{
	struct nmap_xml *x = calloc(1, sizeof(*x));
	struct err e;

	if (!x)
		return err_limit("no memory for importing");
	x->report = r;
	buf_init(&x->held, SLICE_MIN + SLICE);
	buf_init(&x->pem, IMPORT_TOKEN_MAX);
	buf_init(&x->output, IMPORT_TOKEN_MAX);
	buf_init(&x->service, IMPORT_TOKEN_MAX);
	buf_init(&x->banner, IMPORT_TOKEN_MAX);
	e = parser_start(x, 0);
	if (err_is(e)) {
		importer_nmap_xml.free(x);
		return e;
	}
	*ret_state = x;
	return OK;
}

static void nmap_xml_free(void *opaque)
{
	struct nmap_xml *x = opaque;

	if (!x)
		return;
	parser_stop(x);
	buf_done(&x->held);
	buf_done(&x->pem);
	buf_done(&x->output);
	buf_done(&x->service);
	buf_done(&x->banner);
	free(x);
}

static size_t count_lines(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* The offset of the first mark; n where there is none. */
static size_t find_mark(struct span s)
{
	const char *const marks[] = {mark_document, mark_host};
	size_t n = s.n;

	for (size_t i = 0; i < 2; i++) {
		const uint8_t *at = n ? memmem(s.p, n, marks[i], MARK) : NULL;

		if (at)
			n = (size_t)(at - s.p);
	}
	return n;
}

static void pass(struct nmap_xml *x, struct span *in, size_t n)
{
	x->lines += count_lines(span_take(in, n));
}

/* Sets a new parser on at the next mark. */
static struct err seek(struct nmap_xml *x, struct span *in)
{
	static const char root[] = "<nmaprun>";
	struct err e;

	pass(x, in, find_mark(*in));
	if (!in->n)
		return OK;
	e = parser_start(x, x->lines);
	if (err_is(e) || span_starts(*in, mark_document))
		return e;
	if (XML_Parse(x->parser, root, (int)strlen(root), 0) != XML_STATUS_OK)
		return err_bug("expat refuses an element of ours");
	x->fed = strlen(root);
	return OK;
}

/* Expat gave up. What is where it did is another document, or it is passed over. */
static void give_up(struct nmap_xml *x, struct span *in)
{
	XML_Index at = XML_GetCurrentByteIndex(x->parser);
	size_t skip = at > (XML_Index)x->fed ? (size_t)at - x->fed : 0;
	bool appended;

	pass(x, in, skip < in->n ? skip : in->n);
	appended = at > 0 && span_starts(*in, mark_document);
	if (!appended)
		report_bad(x->report, line_of(x), XML_ErrorString(XML_GetErrorCode(x->parser)));
	else if (x->in_host)
		report_bad(x->report, line_of(x), "an unfinished host");
	if (!appended && in->n)
		pass(x, in, 1);
	parser_stop(x);
}

static void feed(struct nmap_xml *x, struct span *in)
{
	if (XML_Parse(x->parser, (const char *)in->p, (int)in->n, 0) != XML_STATUS_OK) {
		give_up(x, in);
		return;
	}
	x->fed += in->n;
	pass(x, in, in->n);
	if (x->fed > LAG_MAX + (size_t)XML_GetCurrentByteIndex(x->parser)) {
		report_bad(x->report, line_of(x), "a tag that is too long");
		parser_stop(x);
	}
}

static struct err read_slice(struct nmap_xml *x, struct span slice)
{
	struct err e = OK;

	while (slice.n && !err_is(e)) {
		if (x->parser)
			feed(x, &slice);
		else
			e = seek(x, &slice);
	}
	return e;
}

/* How many bytes at the end may be the beginning of a mark: marks are never fed in parts. */
static size_t mark_begun(struct span s)
{
	for (size_t n = s.n < MARK ? s.n : MARK - 1; n > 0; n--) {
		const uint8_t *end = s.p + s.n - n;

		if (memcmp(end, mark_document, n) == 0 || memcmp(end, mark_host, n) == 0)
			return n;
	}
	return 0;
}

static struct err push_slice(struct nmap_xml *x, struct span slice)
{
	char begun[MARK];
	size_t n;
	struct err e;

	if (x->held.n || slice.n < SLICE_MIN) {
		buf_span(&x->held, slice);
		slice = buf_view(&x->held);
	}
	if (slice.n < SLICE_MIN)
		return OK;
	n = mark_begun(slice);
	slice.n -= n;
	memcpy(begun, slice.p + slice.n, n);
	e = read_slice(x, slice);
	buf_reset(&x->held);
	buf_put(&x->held, begun, n);
	return e;
}

static struct err nmap_xml_push(void *opaque, struct span bytes)
{
	struct nmap_xml *x = opaque;
	struct err e = OK;

	while (bytes.n && !err_is(e))
		e = push_slice(x, span_take(&bytes, bytes.n < SLICE ? bytes.n : SLICE));
	x->report->counts.lines = x->lines;
	return e;
}

static struct err nmap_xml_end(void *opaque)
{
	struct nmap_xml *x = opaque;
	struct err e = read_slice(x, buf_view(&x->held));

	if (x->in_host)
		report_bad(x->report, line_of(x), "an unfinished host");
	parser_stop(x);
	x->report->counts.lines = x->lines;
	return e;
}

const struct importer importer_nmap_xml = {
    .name = "nmap-xml",
    .sniff = nmap_xml_sniff,
    .new = nmap_xml_new,
    .push = nmap_xml_push,
    .end = nmap_xml_end,
    .free = nmap_xml_free,
};
