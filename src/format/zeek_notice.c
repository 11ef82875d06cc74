/*
 * zeek_notice.c: notice.log: what Zeek's scripts validate-certs, validate-ocsp, expiring-certs and
 * weak-keys say of a session, word for word: other programs search these texts. Each notice is a
 * row of the table at the end.
 */
#include "format/zeek.h"

#include "base/time.h"
#include "format/zeek_column.h"
#include "x509/openssl_text.h"

enum { HOUR_S = 3600, DAY_S = 86400, MSG_MAX = 64 << 10 };

/* What a notice may look at, and how it tells. */
struct scene {
	const struct session *session;
	const struct zeek_verdict *verdict;
	const struct zeek_policy *policy;
	const struct cert *leaf; /* NULL: none */
	bool key_is_read;
	struct openssl_key key; /* see number_key() */
	zeek_notice_fn *each;
	void *context;
	struct buf msg, sub, detail;
};

bool zeek_hosts_match(const struct zeek_policy *policy, uint8_t hosts, const struct addr *a)
{
	bool local = policy->is_local ? policy->is_local(policy->context, a) : addr_is_private(a);

	switch ((enum zeek_hosts)hosts) {
	case ZEEK_LOCAL_HOSTS:
		return local;
	case ZEEK_REMOTE_HOSTS:
		return !local;
	case ZEEK_ALL_HOSTS:
		return true;
	case ZEEK_NO_HOSTS:
		break;
	}
	return false;
}

/* A key of server, certificate (0: of no one) and a number. */
static void make_key(const struct scene *s, const char *note, const struct cert *leaf,
    uint64_t number, uint8_t ret[ZEEK_KEY_SIZE])
{
	struct digest256 whole;
	struct buf b;

	buf_init(&b, 256);
	buf_str(&b, note);
	buf_put(&b, s->session->server.addr.b, sizeof(s->session->server.addr.b));
	buf_be(&b, s->session->server.port, 2);
	buf_be(&b, number, 8);
	if (leaf)
		buf_put(&b, leaf->id, sizeof(leaf->id));
	whole = cert_id_of(buf_view(&b));
	memcpy(ret, whole.b, ZEEK_KEY_SIZE);
	buf_done(&b);
}

static void tell(struct scene *s, struct zeek_notice *n, const struct cert *of, uint64_t number)
{
	make_key(s, n->note, of, number, n->key);
	n->msg = buf_text(&s->msg);
	s->each(s->context, n);
}

static const char *subject_of(struct scene *s)
{
	buf_reset(&s->sub);
	openssl_name_text(s->leaf->subject, &s->sub);
	return buf_text(&s->sub);
}

static void invalid_cert(struct scene *s)
{
	struct zeek_notice n = {
	    .note = "SSL::Invalid_Server_Cert", .of_leaf = true, .suppress_s = HOUR_S};

	if (!s->leaf || !s->verdict->validation || strcmp(s->verdict->validation, "ok") == 0)
		return;
	buf_printf(&s->msg, "SSL certificate validation failed with (%s)", s->verdict->validation);
	n.sub = subject_of(s);
	tell(s, &n, s->leaf, (uint64_t)s->verdict->validation_code);
}

static void invalid_ocsp(struct scene *s)
{
	struct zeek_notice n = {.note = "SSL::Invalid_Ocsp_Response", .suppress_s = HOUR_S};

	if (!s->verdict->ocsp || strcmp(s->verdict->ocsp, "good") == 0)
		return;
	buf_printf(&s->msg, "OCSP response validation failed with (%s)", s->verdict->ocsp);
	tell(s, &n, NULL, 0);
}

static bool is_asked(const struct scene *s, uint8_t hosts)
{
	return zeek_hosts_match(s->policy, hosts, &s->session->server.addr);
}

/* As Zeek's %T: "2014-03-04-23:59:59.000000000". */
static void put_moment(int64_t moment_s, struct buf *out)
{
	struct civil t = time_civil(moment_s);

	buf_printf(out, "%lld-%02u-%02u-%02u:%02u:%02u.000000000", (long long)t.year, t.month,
	    t.day, t.hour, t.minute, t.second);
}

static void expiry(struct scene *s)
{
	uint32_t soon_s = s->policy->expires_soon_s ? s->policy->expires_soon_s : 30 * DAY_S;
	int64_t now_s = s->session->last_us / 1000000;
	struct zeek_notice n = {.of_leaf = true, .suppress_s = DAY_S};
	const char *what;

	if (!s->leaf || !(s->session->flags & SESSION_IS_ESTABLISHED) ||
	    s->leaf->flaws & FLAW_VALIDITY || !is_asked(s, s->policy->expiring_certs))
		return;
	if (s->leaf->not_before_s > now_s) {
		n.note = "SSL::Certificate_Not_Valid_Yet";
		what = "isn't valid until";
	} else if (s->leaf->not_after_s < now_s) {
		n.note = "SSL::Certificate_Expired";
		what = "expired at";
	} else if (s->leaf->not_after_s - soon_s < now_s) {
		n.note = "SSL::Certificate_Expires_Soon";
		what = "is going to expire at";
	} else {
		return;
	}
	buf_printf(&s->msg, "Certificate %s %s ", subject_of(s), what);
	put_moment(
	    s->leaf->not_before_s > now_s ? s->leaf->not_before_s : s->leaf->not_after_s, &s->msg);
	tell(s, &n, s->leaf, 0);
}

/*
 * The leaf's key in libcrypto's words, if it is one that is measured by a number's length.
 * libcrypto takes ten times as long to read a key as all the rest of a session takes: who asks has
 * looked at the length that we have read ourselves.
 */
static const struct openssl_key *number_key(struct scene *s)
{
	if (!s->key_is_read)
		openssl_key_read(s->leaf->key.spki, &s->key);
	s->key_is_read = true;
	return strcmp(s->key.type, "rsa") == 0 || strcmp(s->key.type, "dsa") == 0 ? &s->key : NULL;
}

static unsigned bits_wanted(const struct scene *s)
{
	return s->policy->key_bits ? s->policy->key_bits : 2048;
}

static void weak_certificate(struct scene *s)
{
	struct zeek_notice n = {.note = "SSL::Weak_Key", .suppress_s = DAY_S};
	const struct openssl_key *key;

	if (!s->leaf || s->leaf->key.bits >= bits_wanted(s) || !is_asked(s, s->policy->weak_keys) ||
	    !(s->session->flags & SESSION_IS_ESTABLISHED))
		return;
	key = number_key(s);
	if (!key || key->bits == 0 || key->bits >= bits_wanted(s))
		return;
	buf_printf(&s->msg, "Host uses weak certificate with %u bit key", key->bits);
	buf_str(&s->sub, "Subject: ");
	openssl_name_text(s->leaf->subject, &s->sub);
	buf_str(&s->detail, "Fingerprint: ");
	buf_hex(&s->detail, span_of(s->leaf->id, sizeof(s->leaf->id)));
	n.sub = buf_text(&s->sub);
	n.file_desc = buf_text(&s->detail);
	tell(s, &n, s->leaf, key->bits);
}

static void weak_dh(struct scene *s)
{
	struct zeek_notice n = {.note = "SSL::Weak_Key", .suppress_s = DAY_S};
	unsigned bits = s->session->dh_bits;

	if (bits == 0 || bits >= bits_wanted(s) || !is_asked(s, s->policy->weak_keys))
		return;
	buf_printf(&s->msg, "Host uses weak DH parameters with %u key bits", bits);
	tell(s, &n, NULL, bits);
}

static void short_dh(struct scene *s)
{
	struct zeek_notice n = {.note = "SSL::Weak_Key", .suppress_s = DAY_S};
	const struct openssl_key *key;
	unsigned bits = s->session->dh_bits;

	if (bits == 0 || !s->leaf || s->leaf->key.bits <= bits ||
	    !is_asked(s, s->policy->weak_keys))
		return;
	key = number_key(s);
	if (!key || key->bits <= bits)
		return;
	buf_printf(&s->msg, "DH key length of %u bits is smaller certificate key length of %u bits",
	    bits, key->bits);
	tell(s, &n, NULL, 0);
}

static void old_version(struct scene *s)
{
	struct zeek_notice n = {.note = "SSL::Old_Version", .suppress_s = DAY_S};
	uint16_t wanted = s->policy->version ? s->policy->version : 0x0301;
	char is[ZEEK_TEXT_MAX], least[ZEEK_TEXT_MAX];

	if (s->session->version == 0 || s->session->version >= wanted ||
	    !is_asked(s, s->policy->weak_keys))
		return;
	buf_printf(&s->msg, "Host uses protocol version %s which is lower than the safe minimum %s",
	    zeek_version_text(s->session->version, is), zeek_version_text(wanted, least));
	tell(s, &n, NULL, 0);
}

static void weak_cipher(struct scene *s)
{
	struct zeek_notice n = {.note = "SSL::Weak_Cipher", .suppress_s = DAY_S};
	char text[ZEEK_TEXT_MAX];
	const char *cipher = zeek_cipher_text(s->session, text);

	if (s->session->version == 0 || !is_asked(s, s->policy->weak_keys) ||
	    (!strstr(cipher, "_EXPORT_") && !strstr(cipher, "_RC4_")))
		return;
	buf_printf(&s->msg, "Host established connection using unsafe cipher suite %s", cipher);
	tell(s, &n, NULL, s->session->cipher);
}

static void (*const notices[])(struct scene *) = {
    invalid_cert,
    invalid_ocsp,
    expiry,
    old_version,
    weak_cipher,
    weak_dh,
    short_dh,
    weak_certificate,
};

void zeek_notices(const struct session *session, const struct zeek_verdict *verdict,
    const struct zeek_policy *policy, zeek_notice_fn *each, void *context)
{
	static const struct zeek_verdict nothing = {.validation = NULL};
	struct scene s = {.session = session,
	    .verdict = verdict ? verdict : &nothing,
	    .policy = policy,
	    .each = each,
	    .context = context};
	struct cert leaf;

	buf_init(&s.msg, MSG_MAX);
	buf_init(&s.sub, MSG_MAX);
	buf_init(&s.detail, MSG_MAX);
	if (session->server.n_certs) {
		cert_parse(session->server.certs[0], &leaf);
		s.leaf = &leaf;
	}
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		buf_reset(&s.msg);
		buf_reset(&s.sub);
		buf_reset(&s.detail);
		notices[i](&s);
	}
	if (s.key_is_read)
		openssl_key_done(&s.key);
	buf_done(&s.msg);
	buf_done(&s.sub);
	buf_done(&s.detail);
}

static void get_fuid(const struct zeek_row *row, struct zeek_value *v)
{
	char text[ZEEK_TEXT_MAX];

	if (row->notice->of_leaf)
		zeek_put_text(v, zeek_fuid_text(row->session, false, 0, text));
}

static void get_file_desc(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->notice->file_desc)
		zeek_put_text(v, row->notice->file_desc);
}

static void get_proto(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_text(v, row->session->transport == TRANSPORT_TCP ? "tcp" : "udp");
}

static void get_note(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_text(v, row->notice->note);
}

static void get_msg(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_text(v, row->notice->msg);
}

static void get_sub(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->notice->sub)
		zeek_put_text(v, row->notice->sub);
}

static void get_n(const struct zeek_row *row, struct zeek_value *v)
{
	if (row->notice->n)
		zeek_put_count(v, row->notice->n);
}

static void get_actions(const struct zeek_row *row, struct zeek_value *v)
{
	(void)row;
	zeek_put_list(v);
	zeek_put_text(v, "Notice::ACTION_LOG");
	zeek_put_list_end(v);
}

static void get_email(const struct zeek_row *row, struct zeek_value *v)
{
	(void)row;
	zeek_put_list(v);
	zeek_put_list_end(v);
}

static void get_suppress(const struct zeek_row *row, struct zeek_value *v)
{
	zeek_put_us(v, (int64_t)row->notice->suppress_s * 1000000);
}

const struct zeek_column zeek_notice_columns[] = {
    {"ts", "time", zeek_get_time, ZEEK_BOTH, 0},
    {"uid", "string", zeek_get_uid, ZEEK_BOTH, 0},
    {"id.orig_h", "addr", zeek_get_orig_h, ZEEK_BOTH, 0},
    {"id.orig_p", "port", zeek_get_orig_p, ZEEK_BOTH, 0},
    {"id.resp_h", "addr", zeek_get_resp_h, ZEEK_BOTH, 0},
    {"id.resp_p", "port", zeek_get_resp_p, ZEEK_BOTH, 0},
    {"fuid", "string", get_fuid, ZEEK_BOTH, 0},
    {"file_mime_type", "string", NULL, ZEEK_BOTH, 0},
    {"file_desc", "string", get_file_desc, ZEEK_BOTH, 0},
    {"proto", "enum", get_proto, ZEEK_BOTH, 0},
    {"note", "enum", get_note, ZEEK_BOTH, 0},
    {"msg", "string", get_msg, ZEEK_BOTH, 0},
    {"sub", "string", get_sub, ZEEK_BOTH, 0},
    {"src", "addr", zeek_get_orig_h, ZEEK_BOTH, 0},
    {"dst", "addr", zeek_get_resp_h, ZEEK_BOTH, 0},
    {"p", "port", zeek_get_resp_p, ZEEK_BOTH, 0},
    {"n", "count", get_n, ZEEK_BOTH, 0},
    {"peer_descr", "string", NULL, ZEEK_BOTH, 0},
    {"actions", "set[enum]", get_actions, ZEEK_BOTH, 0},
    {"email_dest", "set[string]", get_email, ZEEK_BOTH, 0},
    {"suppress_for", "interval", get_suppress, ZEEK_BOTH, 0},
    {"remote_location.country_code", "string", NULL, ZEEK_BOTH, 0},
    {"remote_location.region", "string", NULL, ZEEK_BOTH, 0},
    {"remote_location.city", "string", NULL, ZEEK_BOTH, 0},
    {"remote_location.latitude", "double", NULL, ZEEK_BOTH, 0},
    {"remote_location.longitude", "double", NULL, ZEEK_BOTH, 0},
    {NULL, NULL, NULL, 0, 0},
};

void zeek_notice_row(const struct session *s, const struct zeek_notice *notice, int64_t time_us,
    const struct zeek_options *options, struct buf *out)
{
	struct zeek_row row = {
	    .options = options, .time_us = time_us, .session = s, .notice = notice};

	zeek_row(zeek_notice_columns, &row, out);
}
