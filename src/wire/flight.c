/*
 * flight.c: the client's half of the handshake as a table: in which state does which message lead
 * where. We hash no transcript as it runs: TLS 1.3 needs one hash, over both hellos, so they are
 * kept (RFC 8446 4.4.1: after a retry the first hello shrinks to a message holding its hash).
 * Alerts of level warning never end a flight, for servers warn of an unknown name and then go on.
 */
#include "wire/flight.h"

#include "wire/certmsg.h"
#include "wire/handshake.h"
#include "wire/key_shares.h"
#include "wire/serverhello.h"
#include "wire/stream.h"
#include "wire/tls13.h"

#include <stdlib.h>

enum { ALERT_WARNING = 1, ALERT_FATAL = 2, ALERT_CLOSE_NOTIFY = 0, ALERT_USER_CANCELED = 90 };
enum { CURVE_NAMED = 3 }; /* RFC 8422 5.4 */

enum state {
	AWAIT_HELLO,
	AWAIT_EXTENSIONS, /* TLS 1.3 from here .. */
	AWAIT_CERT_13, /* .. to here */
	AWAIT_CERT,
	AFTER_CERT, /* TLS <= 1.2: in hand; its companions follow */
	ENDED,
};

struct flight {
	enum state state;
	struct flight_result result;
	struct hello_spec spec;
	char name[SERVER_NAME_MAX + 1];
	struct key_shares *shares;
	struct arena arena; /* what the result points to */
	struct stream stream;
	struct buf transcript; /* the hellos of both sides */
	const struct tls13_suite *suite; /* NULL before a TLS 1.3 ServerHello */
	struct tls13_secrets secrets;
	struct tls13_keys reading;
	uint64_t bytes;
	uint8_t first[64];
	size_t n_first;
	struct buf *out; /* the caller's, during a push */
};

static void end(struct flight *f, enum flight_end how)
{
	f->state = ENDED;
	if (f->result.end == FLIGHT_OPEN)
		f->result.end = how;
}

/* One hello, into the transcript and as records to out. */
static struct err say_hello(
    struct flight *f, uint16_t group, struct span cookie, uint16_t version, struct buf *out)
{
	size_t start = f->transcript.n;
	struct err e = hello_write(&f->spec, f->shares, group, cookie, &f->transcript);

	if (err_is(e))
		return e;
	record_write(out, CONTENT_HANDSHAKE, version,
	    span_of(f->transcript.p + start, f->transcript.n - start));
	return out->full ? err_limit("hello too long") : OK;
}

struct err flight_new(const struct hello_spec *spec, struct key_shares *shares, struct buf *out,
    struct flight **ret_flight)
{
	struct flight *f = calloc(1, sizeof(*f));
	struct err e = err_limit("out of memory");

	if (!f)
		goto out;
	arena_init(&f->arena, FLIGHT_ARENA_MAX);
	stream_init(&f->stream, FLIGHT_MESSAGE_MAX);
	buf_init(&f->transcript, TRANSCRIPT_MAX);
	f->shares = shares;
	f->spec = *spec;
	f->spec.name = f->name;
	if (spec->name && strlen(spec->name) > SERVER_NAME_MAX) {
		e = err_input(0, "server name too long");
		goto out;
	}
	if (spec->name)
		memcpy(f->name, spec->name, strlen(spec->name));
	e = say_hello(f, 0, span_of(NULL, 0), hello_record_version(spec->variant), out);
	if (err_is(e))
		goto out;
	*ret_flight = f;
	f = NULL;
out:
	flight_free(f);
	return e;
}

void flight_free(struct flight *f)
{
	if (!f)
		return;
	tls13_keys_done(&f->reading);
	buf_done(&f->transcript);
	stream_done(&f->stream);
	arena_done(&f->arena);
	free(f);
}

/* A name that is no text was never ours: the result is printed. */
static void note_alpn(struct flight *f, struct span name)
{
	if (name.n == 0 || name.n >= sizeof(f->result.alpn))
		return;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return;
	memcpy(f->result.alpn, name.p, name.n);
}

/* RFC 8446 4.4.1: ClientHello1 becomes message_hash. The hash is that of the suite the retry
 * names. */
static void shrink_first_hello(struct flight *f, enum digest_alg hash)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	digest_once(hash, buf_view(&f->transcript), digest);
	buf_reset(&f->transcript);
	buf_be(&f->transcript, HS_MESSAGE_HASH, 1);
	buf_be(&f->transcript, digest_size(hash), 3);
	buf_put(&f->transcript, digest, digest_size(hash));
}

static void on_retry(struct flight *f, const struct server_hello *h, struct span whole)
{
	const struct tls13_suite *suite = tls13_suite(h->cipher);
	static const uint8_t one = 1;

	f->result.group = h->group;
	if (f->result.hello_retry || !suite || (h->group == 0 && h->cookie.n == 0)) {
		end(f, FLIGHT_MALFORMED);
		return;
	}
	f->result.hello_retry = true;
	shrink_first_hello(f, suite->hash);
	buf_span(&f->transcript, whole);
	/* RFC 8446 D.4: middleboxes like to see one of these here. */
	record_write(f->out, CONTENT_CCS, VERSION_TLS12, span_of(&one, 1));
	if (err_is(say_hello(f, h->group, h->cookie, VERSION_TLS12, f->out)))
		end(f, FLIGHT_MALFORMED);
}

/* Keys for what follows a TLS 1.3 ServerHello. */
static struct err unlock(struct flight *f, const struct server_hello *h)
{
	struct kex *kex = key_shares_find(f->shares, h->group);
	const struct tls13_suite *suite = tls13_suite(h->cipher);
	uint8_t shared[KEX_SECRET_MAX], hash[DIGEST_SIZE_MAX];
	struct err e = err_make(ERR_PEER, h->group, 0, "no common group or suite");
	size_t n;

	if (!kex || !suite)
		return e;
	e = kex_agree(kex, h->share, shared, &n);
	if (err_is(e))
		return e;
	digest_once(suite->hash, buf_view(&f->transcript), hash);
	e = tls13_handshake_secrets(&f->shares->hmac, suite, span_of(shared, n), hash, &f->secrets);
	if (!err_is(e))
		e = tls13_keys_init(
		    &f->reading, &f->shares->hmac, suite, f->secrets.server, AEAD_OPEN);
	if (!err_is(e))
		f->suite = suite;
	return e;
}

static void on_hello_13(struct flight *f, const struct server_hello *h, struct span whole)
{
	if (!hello_offers_tls13(f->spec.variant)) {
		end(f, FLIGHT_MALFORMED);
		return;
	}
	if (h->retry) {
		on_retry(f, h, whole);
		return;
	}
	f->result.group = h->group;
	buf_span(&f->transcript, whole);
	if (h->share.n == 0) {
		end(f, FLIGHT_NO_CERT);
		return;
	}
	if (f->transcript.full || err_is(unlock(f, h)) ||
	    !stream_unlock(&f->stream, tls13_open, &f->reading)) {
		end(f, FLIGHT_MALFORMED);
		return;
	}
	f->state = AWAIT_EXTENSIONS;
}

static void on_hello(struct flight *f, const struct stream_item *item)
{
	struct server_hello h;

	if (err_is(server_hello_parse(item->body, &h)) || h.version < VERSION_SSL3 ||
	    h.version > VERSION_TLS13) {
		end(f, FLIGHT_MALFORMED);
		return;
	}
	f->result.version = h.version;
	f->result.cipher = h.cipher;
	if (h.version == VERSION_TLS13) {
		on_hello_13(f, &h, item->whole);
		return;
	}
	note_alpn(f, h.alpn);
	f->state = AWAIT_CERT;
}

static void on_encrypted_extensions(struct flight *f, const struct stream_item *item)
{
	struct span alpn;

	if (!err_is(encrypted_extensions_parse(item->body, &alpn)))
		note_alpn(f, alpn);
	f->state = AWAIT_CERT_13;
}

static void on_certificate_request(struct flight *f, const struct stream_item *item)
{
	(void)item;
	f->result.client_cert_asked = true;
}

/* The result keeps copies: the stream's memory moves on. */
static bool keep_certs(struct flight *f, const struct cert_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		f->result.certs[i] = arena_span(&f->arena, list->certs[i]);
		if (f->result.certs[i].bad)
			return false;
	}
	f->result.n_certs = list->n;
	f->result.certs_cut = list->cut;
	f->result.certs_broken = list->broken;
	f->result.ocsp = arena_span(&f->arena, list->ocsp);
	return true;
}

static void on_certificate(struct flight *f, const struct stream_item *item)
{
	bool tls13 = f->state == AWAIT_CERT_13;
	struct cert_list list;

	if (err_is(cert_list_parse(item->body, tls13, &list))) {
		end(f, FLIGHT_MALFORMED);
		return;
	}
	if (list.n == 0) {
		end(f, FLIGHT_NO_CERT);
		return;
	}
	if (!keep_certs(f, &list)) {
		end(f, FLIGHT_LIMIT);
		return;
	}
	f->result.end = FLIGHT_CERT;
	f->state = tls13 ? ENDED : AFTER_CERT;
}

static void on_certificate_status(struct flight *f, const struct stream_item *item)
{
	struct span ocsp;

	if (!err_is(cert_status_parse(item->body, &ocsp)))
		f->result.ocsp = arena_span(&f->arena, ocsp);
}

/* RFC 8422 5.4; of finite-field groups the wire tells only a prime, and no number. */
static void on_key_exchange(struct flight *f, const struct stream_item *item)
{
	struct span body = item->body;
	uint8_t type = span_u8(&body);
	uint16_t group = span_u16(&body);
	uint8_t n = span_u8(&body);

	if (type == CURVE_NAMED && !body.bad && n > 0 && n < body.n)
		f->result.group = group;
}

static void on_no_certificate(struct flight *f, const struct stream_item *item)
{
	(void)item;
	end(f, FLIGHT_NO_CERT);
}

static void on_hello_done(struct flight *f, const struct stream_item *item)
{
	(void)item;
	f->state = ENDED;
}

static void on_nothing(struct flight *f, const struct stream_item *item)
{
	(void)f;
	(void)item;
}

static const struct step {
	enum state state;
	uint8_t type;
	void (*take)(struct flight *f, const struct stream_item *item);
} steps[] = {
    {AWAIT_HELLO, HS_HELLO_REQUEST, on_nothing},
    {AWAIT_HELLO, HS_SERVER_HELLO, on_hello},
    {AWAIT_EXTENSIONS, HS_ENCRYPTED_EXTENSIONS, on_encrypted_extensions},
    {AWAIT_CERT_13, HS_CERTIFICATE_REQUEST, on_certificate_request},
    {AWAIT_CERT_13, HS_CERTIFICATE, on_certificate},
    {AWAIT_CERT_13, HS_FINISHED, on_no_certificate},
    {AWAIT_CERT, HS_HELLO_REQUEST, on_nothing},
    {AWAIT_CERT, HS_CERTIFICATE, on_certificate},
    {AWAIT_CERT, HS_SERVER_KEY_EXCHANGE, on_no_certificate},
    {AWAIT_CERT, HS_SERVER_HELLO_DONE, on_no_certificate},
    {AWAIT_CERT, HS_NEW_SESSION_TICKET, on_no_certificate},
    {AFTER_CERT, HS_CERTIFICATE_STATUS, on_certificate_status},
    {AFTER_CERT, HS_SERVER_KEY_EXCHANGE, on_key_exchange},
    {AFTER_CERT, HS_CERTIFICATE_REQUEST, on_certificate_request},
    {AFTER_CERT, HS_SERVER_HELLO_DONE, on_hello_done},
};

static void on_message(struct flight *f, const struct stream_item *item)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].state == f->state && steps[i].type == item->type) {
			steps[i].take(f, item);
			return;
		}
	end(f, FLIGHT_MALFORMED);
}

static void on_alert(struct flight *f, const struct stream_item *item)
{
	f->result.alert_level = item->level;
	f->result.alert = item->alert;
	if (item->level != ALERT_WARNING || item->alert == ALERT_CLOSE_NOTIFY)
		end(f, FLIGHT_ALERT);
}

/* A session resumed without being asked to, in TLS <= 1.2; a courtesy to middleboxes in TLS 1.3. */
static void on_ccs(struct flight *f, const struct stream_item *item)
{
	(void)item;
	if (f->state == AWAIT_CERT)
		end(f, FLIGHT_NO_CERT);
	else if (f->state == AFTER_CERT)
		end(f, FLIGHT_MALFORMED);
}

static void on_data(struct flight *f, const struct stream_item *item)
{
	(void)item;
	end(f, FLIGHT_MALFORMED);
}

static void on_event(struct flight *f, enum stream_event event, const struct stream_item *item)
{
	static void (*const handlers[STREAM_EVENTS])(
	    struct flight *, const struct stream_item *) = {
	    [STREAM_MESSAGE] = on_message,
	    [STREAM_ALERT] = on_alert,
	    [STREAM_CCS] = on_ccs,
	    [STREAM_DATA] = on_data,
	};
	static const enum flight_end ends[STREAM_EVENTS] = {
	    [STREAM_NOT_TLS] = FLIGHT_NOT_TLS,
	    [STREAM_BROKEN] = FLIGHT_MALFORMED,
	    [STREAM_TOO_LONG] = FLIGHT_LIMIT,
	    [STREAM_UNREADABLE] = FLIGHT_MALFORMED,
	};

	if (handlers[event])
		handlers[event](f, item);
	else
		end(f, ends[event]);
}

static void remember_first(struct flight *f, struct span in)
{
	size_t room = sizeof(f->first) - f->n_first;
	size_t n = in.n < room ? in.n : room;

	if (n)
		memcpy(f->first + f->n_first, in.p, n);
	f->n_first += n;
}

/* Under TLS 1.3 the farewell is sealed like everything else from here on. */
static void say_farewell_sealed(struct flight *f, struct span alert)
{
	struct tls13_keys writing = {0};

	if (!err_is(tls13_keys_init(
		&writing, &f->shares->hmac, f->suite, f->secrets.client, AEAD_SEAL)))
		tls13_seal(&writing, CONTENT_ALERT, alert, f->out);
	tls13_keys_done(&writing);
}

static void say_farewell(struct flight *f)
{
	static const uint8_t canceled[] = {ALERT_FATAL, ALERT_USER_CANCELED};
	static const uint8_t closing[] = {ALERT_WARNING, ALERT_CLOSE_NOTIFY};

	if (f->result.end == FLIGHT_NOT_TLS || f->result.end == FLIGHT_ALERT)
		return;
	if (f->suite)
		say_farewell_sealed(f, span_of(closing, sizeof(closing)));
	else
		record_write(f->out, CONTENT_ALERT,
		    f->result.version ? f->result.version : VERSION_TLS10,
		    span_of(canceled, sizeof(canceled)));
}

static enum want verdict(const struct flight *f)
{
	if (f->state != ENDED)
		return WANT_READ;
	return f->result.end == FLIGHT_CERT ? WANT_DONE : WANT_FAILED;
}

enum want flight_push(struct flight *f, struct span in, struct buf *out)
{
	enum stream_event event;
	struct stream_item item;

	if (f->state == ENDED)
		return verdict(f);
	remember_first(f, in);
	f->bytes += in.n;
	f->out = out;
	while (f->state != ENDED) {
		event = stream_next(&f->stream, &in, &item);
		if (event == STREAM_MORE)
			break;
		on_event(f, event, &item);
	}
	if (f->state != ENDED && f->bytes > FLIGHT_BYTES_MAX)
		end(f, FLIGHT_LIMIT);
	if (f->result.end == FLIGHT_NOT_TLS)
		f->result.first = span_of(f->first, f->n_first);
	if (f->state == ENDED)
		say_farewell(f);
	f->out = NULL;
	return verdict(f);
}

void flight_eof(struct flight *f)
{
	end(f, FLIGHT_CLOSED);
}

const struct flight_result *flight_result(const struct flight *f)
{
	return &f->result;
}
