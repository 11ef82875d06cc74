/*
 * zeek_logger.c: the order of Zeek's scripts. A session's row is written once: when both sides sent
 * sealed data, else at the end; notices go with it. A certificate is logged when its message was
 * read, once a day for each of its places (host or CA, server's or client's).
 */
#include "format/zeek_logger.h"

#include "format/zeek_seen.h"
#include "x509/openssl_ocsp.h"

#include <stdlib.h>

enum { DAY_S = 86400, LINE_MAX = 8 << 20 };

struct zeek_logger {
	struct zeek_logger_config config;
	zeek_line_fn *line;
	void *context;
	struct zeek_seen *seen;
	struct buf text;
	const struct session *session; /* of the present event, for notices */
};

struct err zeek_logger_new(const struct zeek_logger_config *config, zeek_line_fn *line,
    void *context, struct zeek_logger **ret_logger)
{
	struct zeek_logger *l = calloc(1, sizeof(*l));
	struct err e = err_limit("out of memory");

	if (!l)
		return e;
	e = zeek_seen_new(&l->seen);
	if (err_is(e)) {
		zeek_logger_free(l);
		return e;
	}
	l->config = *config;
	l->line = line;
	l->context = context;
	buf_init(&l->text, LINE_MAX);
	*ret_logger = l;
	return OK;
}

void zeek_logger_free(struct zeek_logger *l)
{
	if (!l)
		return;
	zeek_seen_free(l->seen);
	buf_done(&l->text);
	free(l);
}

/* What stands in l->text. */
static void give(struct zeek_logger *l, enum zeek_log log, const uint8_t *key, uint32_t hold_s)
{
	struct zeek_line line = {.log = log,
	    .time_us = l->session->last_us,
	    .text = buf_view(&l->text),
	    .key = key,
	    .hold_s = hold_s};

	if (!l->text.full && !l->line(l->context, &line) && key)
		zeek_seen_forget(l->seen, key, line.time_us);
	buf_reset(&l->text);
}

static bool is_told(struct zeek_logger *l, const uint8_t key[ZEEK_KEY_SIZE], uint32_t hold_s)
{
	return zeek_seen(l->seen, key, l->session->last_us, hold_s);
}

/* Of a log, a place there and a certificate. */
static void make_key(
    enum zeek_log log, struct span place, struct span der, uint8_t ret[ZEEK_KEY_SIZE])
{
	struct digest256 id = cert_id_of(der), whole;
	struct buf b;

	buf_init(&b, 256);
	buf_be(&b, log, 1);
	buf_span(&b, place);
	buf_put(&b, id.b, sizeof(id.b));
	whole = cert_id_of(buf_view(&b));
	memcpy(ret, whole.b, ZEEK_KEY_SIZE);
	buf_done(&b);
}

static void log_cert(struct zeek_logger *l, const struct zeek_cert *cert)
{
	const struct zeek_options *options = &l->config.options;
	uint8_t place[] = {cert->index == 0, cert->client}, key[ZEEK_KEY_SIZE];
	bool always = options->legacy || l->config.relog_always;

	if (options->extra & ZEEK_HOSTS_ONLY && cert->index)
		return;
	make_key(ZEEK_X509, span_of(place, sizeof(place)), cert->der, key);
	if (!always && is_told(l, key, DAY_S))
		return;
	zeek_x509_row(cert, options, &l->text);
	give(l, ZEEK_X509, always ? NULL : key, always ? 0 : DAY_S);
}

static void log_chain(struct zeek_logger *l, bool client)
{
	const struct session *s = l->session;
	const struct session_side *side = client ? &s->client : &s->server;

	for (size_t i = 0; i < side->n_certs; i++) {
		struct zeek_cert cert = {.time_us = s->last_us,
		    .session = s,
		    .index = i,
		    .client = client,
		    .der = side->certs[i]};

		log_cert(l, &cert);
	}
}

static void log_notice(void *context, const struct zeek_notice *notice)
{
	struct zeek_logger *l = context;

	if (is_told(l, notice->key, notice->suppress_s))
		return;
	zeek_notice_row(l->session, notice, l->session->last_us, &l->config.options, &l->text);
	give(l, ZEEK_NOTICE, notice->key, notice->suppress_s);
}

static void log_known(struct zeek_logger *l)
{
	const struct session *s = l->session;
	uint8_t key[ZEEK_KEY_SIZE];

	if (s->server.n_certs == 0 || !(s->flags & SESSION_IS_ESTABLISHED) ||
	    !zeek_hosts_match(&l->config.policy, l->config.policy.known_certs, &s->server.addr))
		return;
	make_key(ZEEK_KNOWN_CERTS, span_of(s->server.addr.b, sizeof(s->server.addr.b)),
	    s->server.certs[0], key);
	if (is_told(l, key, DAY_S))
		return;
	zeek_known_certs_row(s, s->last_us, &l->config.options, &l->text);
	give(l, ZEEK_KNOWN_CERTS, key, DAY_S);
}

/* What the columns that are wanted ask for. */
static struct zeek_verdict verdict_on(struct zeek_logger *l)
{
	const struct zeek_logger_config *c = &l->config;
	const struct session_side *server = &l->session->server;
	int64_t now_s = l->session->last_us / 1000000;
	struct zeek_verdict verdict = {.validation = NULL};
	struct openssl_status status;
	struct ct_count ct;

	if (server->n_certs == 0)
		return verdict;
	if (c->ct_logs && c->options.extra & ZEEK_CT) {
		ct = ct_verify(
		    c->ct_logs, server->certs, server->n_certs, l->session->sct, l->session->ocsp);
		verdict.has_ct = true;
		verdict.ct_logs = ct.logs;
		verdict.ct_operators = ct.operators;
	}
	if (c->verifier && c->options.extra & ZEEK_VALIDATION) {
		status = openssl_verify(c->verifier, server->certs, server->n_certs, now_s);
		verdict.validation = status.text;
		verdict.validation_code = status.code;
	}
	if (c->verifier && c->options.extra & ZEEK_OCSP && l->session->ocsp.n)
		verdict.ocsp = openssl_ocsp(
		    c->verifier, server->certs, server->n_certs, l->session->ocsp, now_s);
	return verdict;
}

static void log_session(struct zeek_logger *l)
{
	const struct zeek_logger_config *c = &l->config;
	const struct session *s = l->session;
	struct zeek_verdict verdict = verdict_on(l);

	zeek_ssl_row(s, &verdict, &c->options, &l->text);
	give(l, ZEEK_SSL, NULL, 0);
	if (c->notices)
		zeek_notices(s, &verdict, &c->policy, log_notice, l);
	if (c->known_certs)
		log_known(l);
}

void zeek_logger_event(struct zeek_logger *l, enum session_event event, const struct session *s)
{
	bool established = s->flags & SESSION_IS_ESTABLISHED;

	l->session = s;
	if (event == SESSION_CERTIFICATE)
		log_chain(l, false);
	if (event == SESSION_ESTABLISHED || (event == SESSION_END && !established)) {
		log_chain(l, true);
		log_session(l);
	}
	if (event == SESSION_END && l->config.notices && !l->config.policy.no_heartbleed)
		zeek_heartbleed(s, log_notice, l);
	l->session = NULL;
}
