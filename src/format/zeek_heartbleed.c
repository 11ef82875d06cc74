/*
 * zeek_heartbleed.c: notices on CVE-2014-0160 (RFC 6520): a heartbeat whose payload is longer than
 * its record before keys are there, or a sealed one that is too short for the suite's padding,
 * comes too early, or is answered with more than was asked. The texts are those of Zeek's script
 * heartbleed.
 */
#include "format/zeek.h"

#include "format/zeek_column.h"

enum {
	HOUR_S = 3600,
	MINUTE_US = 60000000,
	MSG_MAX = 4096,
	HEADER_SIZE = 3,
	PADDING_MIN = 16,
	UNANSWERED_MAX = 3,
};

/* The shortest sealed heartbeat that a suite can give: up to TLS 1.0, and after it. */
static const struct shortest {
	const char *suffix;
	uint16_t old, young; /* 0: says nothing */
} shortest[] = {
    {"_AES_256_GCM_SHA384", 0, 43},
    {"_AES_128_GCM_SHA256", 0, 43},
    {"_256_CBC_SHA384", 0, 96},
    {"_256_CBC_SHA256", 0, 80},
    {"_256_CBC_SHA", 48, 64},
    {"_128_CBC_SHA256", 0, 80},
    {"_128_CBC_SHA", 48, 64},
    {"_3DES_EDE_CBC_SHA", 40, 48},
    {"_SEED_CBC_SHA", 48, 64},
    {"_IDEA_CBC_SHA", 40, 48},
    {"_DES_CBC_SHA", 40, 48},
    {"_DES40_CBC_SHA", 40, 48},
    {"_RC4_128_SHA", 39, 39},
    {"_RC4_128_MD5", 35, 35},
    {"_RC4_40_MD5", 35, 35},
    {"_RC2_CBC_40_MD5", 40, 48},
};

struct watch {
	const struct session *session;
	zeek_notice_fn *each;
	void *context;
	bool attacked; /* in clear */
	uint32_t asked, answered; /* sealed ones, by side */
	uint16_t open_request; /* bytes of the client's last unanswered; 0: none */
	uint16_t open_answer; /* of the server's own */
	struct buf msg;
};

/* identifier: within the session. */
static void tell(
    struct watch *w, const char *note, uint32_t n, const char *identifier, uint64_t number)
{
	struct zeek_notice notice = {.note = note, .n = n, .suppress_s = HOUR_S};
	struct digest256 whole;
	struct buf key;

	buf_init(&key, 256);
	buf_put(&key, w->session->uid, sizeof(w->session->uid));
	buf_str(&key, note);
	buf_str(&key, identifier);
	buf_be(&key, number, 8);
	whole = cert_id_of(buf_view(&key));
	buf_done(&key);
	memcpy(notice.key, whole.b, ZEEK_KEY_SIZE);
	notice.msg = buf_text(&w->msg);
	w->each(w->context, &notice);
	buf_reset(&w->msg);
}

static void see_clear(struct watch *w, const struct session_heartbeat *h)
{
	unsigned room = HEADER_SIZE + PADDING_MIN;
	unsigned carried = h->record_n < room ? h->record_n : h->record_n - room;

	if (h->type == 1 && h->payload_n > carried) {
		w->attacked = true;
		buf_printf(&w->msg,
		    "An TLS heartbleed attack was detected! Record length %u. Payload length %u",
		    h->record_n, h->payload_n);
		tell(w, "Heartbleed::SSL_Heartbeat_Attack", 0, "clear",
		    (uint64_t)h->record_n << 16 | h->payload_n);
	} else if (h->type == 1 && h->from_client) {
		buf_printf(&w->msg,
		    "Heartbeat request before encryption. Probable Scan without exploit attempt. "
		    "Message length: %u. Payload length: %u",
		    h->record_n, h->payload_n);
		tell(w, "Heartbleed::SSL_Heartbeat_Attack", h->record_n, "scan", h->record_n);
	}
	if (h->type == 2 && w->attacked) {
		buf_printf(&w->msg,
		    "An TLS heartbleed attack detected before was probably exploited. Message "
		    "length: %u. Payload length: %u",
		    h->record_n, h->payload_n);
		tell(w, "Heartbleed::SSL_Heartbeat_Attack_Success", 0, "", 0);
	}
}

/* As Zeek prints an interval: "2.0 secs 351.0 msecs 35.0 usecs". */
static void put_interval(int64_t us, struct buf *out)
{
	static const struct {
		const char *name;
		int64_t us;
	} units[] = {{"sec", 1000000}, {"msec", 1000}, {"usec", 1}};
	const char *between = "";

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		int64_t n = us / units[i].us;

		us -= n * units[i].us;
		if (n == 0)
			continue;
		buf_printf(
		    out, "%s%lld.0 %s%s", between, (long long)n, units[i].name, n == 1 ? "" : "s");
		between = " ";
	}
	if (!*between)
		buf_str(out, "0 secs");
}

static void see_early(struct watch *w, const struct session_heartbeat *h)
{
	int64_t after_us = h->time_us - w->session->begin_us;

	if (h->data_before == 0) {
		buf_printf(&w->msg,
		    "Heartbeat before ciphertext. Probable attack or scan. Length: %u, is_client: "
		    "%d",
		    h->record_n, h->from_client);
	} else if (after_us < MINUTE_US) {
		buf_printf(&w->msg,
		    "Heartbeat within first minute. Possible attack or scan. Length: %u, "
		    "is_client: %d, time: ",
		    h->record_n, h->from_client);
		put_interval(after_us, &w->msg);
	} else {
		return;
	}
	tell(w, "Heartbleed::SSL_Heartbeat_Attack", h->record_n, "early", 0);
}

static void see_unanswered(struct watch *w)
{
	if (w->asked > w->answered + UNANSWERED_MAX)
		buf_printf(&w->msg,
		    "More than 3 heartbeat requests without replies from server. Possible attack. "
		    "Client count: %u, server count: %u",
		    w->asked, w->answered);
	else if (w->answered > w->asked + UNANSWERED_MAX)
		buf_printf(&w->msg,
		    "Server sending more heartbeat responses than requests seen. Possible attack. "
		    "Client count: %u, server count: %u",
		    w->asked, w->answered);
	else
		return;
	tell(w, "Heartbleed::SSL_Heartbeat_Many_Requests",
	    w->asked > w->answered ? w->asked - w->answered : w->answered - w->asked, "many",
	    w->answered / 1000);
}

static const struct shortest *shortest_of(const char *cipher)
{
	size_t n = strlen(cipher);

	for (size_t i = 0; i < sizeof(shortest) / sizeof(shortest[0]); i++) {
		size_t tail = strlen(shortest[i].suffix);

		if (n >= tail && strcmp(cipher + n - tail, shortest[i].suffix) == 0)
			return &shortest[i];
	}
	return NULL;
}

static void see_length(struct watch *w, const struct session_heartbeat *h)
{
	const struct session *s = w->session;
	bool young = s->version == 0x0302 || s->version == 0x0303;
	char text[ZEEK_TEXT_MAX];
	const char *cipher = zeek_cipher_text(s, text);
	const struct shortest *row = shortest_of(cipher);
	unsigned least = !row ? 0 : young ? row->young : row->old;
	int64_t after_us = h->time_us - s->begin_us;

	if (h->from_client && h->record_n < HEADER_SIZE + PADDING_MIN) {
		buf_printf(&w->msg,
		    "Heartbeat message smaller than minimum required length. Probable attack or "
		    "scan. Message length: %u. Cipher: %s. Time: %lld.%06lld",
		    h->record_n, cipher, (long long)(after_us / 1000000),
		    (long long)(after_us % 1000000));
		tell(w, "Heartbleed::SSL_Heartbeat_Odd_Length", h->record_n, "weak", h->record_n);
	}
	if (h->record_n >= least)
		return;
	buf_printf(&w->msg,
	    "Heartbeat message smaller than minimum required length. Probable attack. Message "
	    "length: %u. Required length: %u. Cipher: %s. Cipher match: /^?(%s$)$?/",
	    h->record_n, least, cipher, row->suffix);
	tell(w, "Heartbleed::SSL_Heartbeat_Odd_Length", h->record_n, "weak", h->record_n);
}

static void see_answer(struct watch *w, const struct session_heartbeat *h)
{
	int64_t after_us = h->time_us - w->session->begin_us;

	if (h->from_client) {
		w->open_request = w->open_answer ? 0 : h->record_n;
		w->open_answer = 0;
		return;
	}
	if (w->open_request == 0)
		w->open_answer = h->record_n;
	if (w->open_request && w->open_request < h->record_n) {
		buf_printf(&w->msg,
		    "An encrypted TLS heartbleed attack was probably detected! First packet client "
		    "record length %u, first packet server record length %u. Time: %lld.%06lld",
		    w->open_request, h->record_n, (long long)(after_us / 1000000),
		    (long long)(after_us % 1000000));
		tell(w, "Heartbleed::SSL_Heartbeat_Attack_Success", 0, "", 0);
	}
	w->open_request = 0;
}

static void see_sealed(struct watch *w, const struct session_heartbeat *h)
{
	w->asked += h->from_client;
	w->answered += !h->from_client;
	see_early(w, h);
	see_unanswered(w);
	see_length(w, h);
	see_answer(w, h);
}

void zeek_heartbleed(const struct session *s, zeek_notice_fn *each, void *context)
{
	uint32_t n = s->n_heartbeats;
	struct watch w = {.session = s, .each = each, .context = context};

	buf_init(&w.msg, MSG_MAX);
	for (uint32_t i = 0; i < n && i < SESSION_HEARTBEATS_MAX; i++) {
		if (s->heartbeats[i].type)
			see_clear(&w, &s->heartbeats[i]);
		else
			see_sealed(&w, &s->heartbeats[i]);
	}
	buf_done(&w.msg);
}
