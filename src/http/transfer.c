/*
 * transfer.c: libcurl, told to look at nothing but what it is given: no environment, no .netrc, no
 * redirects, no other schemes. The guard is asked where the socket is made, so it sees the very
 * address that is connected.
 */
#include "http/transfer.h"

#include "base/text.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

void delivery_end(struct delivery *ret, enum delivery_end end, unsigned status, const char *why)
{
	struct buf clean;
	size_t n;

	buf_init(&clean, 8 * HTTP_WHY_MAX);
	text_clip(&clean, span_str(why), HTTP_WHY_MAX / 4);
	n = clean.n < sizeof(ret->why) ? clean.n : 0;
	*ret = (struct delivery){.end = end, .status = status};
	if (n)
		memcpy(ret->why, clean.p, n);
	buf_done(&clean);
}

static curl_socket_t open_guarded(void *context, curlsocktype purpose, struct curl_sockaddr *sa)
{
	struct transfer *t = context;
	const char *why = NULL;
	char text[ADDR_TEXT_MAX];
	struct addr a;
	uint16_t port;

	(void)purpose;
	if (t->guard) {
		if (addr_from_sockaddr(&sa->addr, &a, &port))
			why = guard_refuses(t->guard, &a);
		else
			why = "is no IP address";
	}
	if (why) {
		snprintf(t->refused, sizeof(t->refused), "%s %s", addr_text(&a, text), why);
		return CURL_SOCKET_BAD;
	}
	t->opened = true;
	return socket(sa->family, sa->socktype | SOCK_CLOEXEC, sa->protocol);
}

bool transfer_init(
    struct transfer *t, const char *schemes, unsigned timeout_ms, const struct guard *guard)
{
	CURL *curl = curl_easy_init();
	long time_ms = timeout_ms ? (long)timeout_ms : HTTP_DELIVERY_MS;

	*t = (struct transfer){.curl = curl, .guard = guard};
	if (!curl)
		return false;
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, schemes);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, time_ms);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
	    time_ms < HTTP_CONNECT_MS ? time_ms : (long)HTTP_CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_guarded);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, t);
	return true;
}

void transfer_done(struct transfer *t)
{
	curl_easy_cleanup(t->curl);
	t->curl = NULL;
}

void transfer_trust(struct transfer *t, bool verified, const char *ca_file)
{
	curl_easy_setopt(t->curl, CURLOPT_SSL_VERIFYPEER, verified ? 1L : 0L);
	curl_easy_setopt(t->curl, CURLOPT_SSL_VERIFYHOST, verified ? 2L : 0L);
	if (ca_file)
		curl_easy_setopt(t->curl, CURLOPT_CAINFO, ca_file);
}

/* What no other try will mend. Everything else may be the network's or the receiver's bad hour. */
static bool is_final(CURLcode code)
{
	static const CURLcode final[] = {
	    CURLE_UNSUPPORTED_PROTOCOL,
	    CURLE_URL_MALFORMAT,
	    CURLE_BAD_FUNCTION_ARGUMENT,
	    CURLE_SSL_CACERT_BADFILE,
	    CURLE_LOGIN_DENIED,
	    CURLE_USE_SSL_FAILED,
	};

	for (size_t i = 0; i < sizeof(final) / sizeof(final[0]); i++)
		if (final[i] == code)
			return true;
	return false;
}

CURLcode transfer_run(struct transfer *t, struct delivery *ret)
{
	CURLcode code = curl_easy_perform(t->curl);
	const char *why = t->error[0] ? t->error : curl_easy_strerror(code);
	bool refused = t->refused[0] && !t->opened;

	if (code != CURLE_OK)
		delivery_end(ret, refused || is_final(code) ? DELIVERY_REFUSED : DELIVERY_RETRY, 0,
		    refused ? t->refused : why);
	return code;
}
