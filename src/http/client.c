/*
 * client.c: a webhook's request by libcurl. What the receiver answers is cut, not refused: a page
 * of a megabyte with status 200 is still a delivery.
 */
#include "http/client.h"

#include "http/transfer.h"

#include <errno.h>
#include <stdio.h>

struct reply {
	struct buf body;
	bool cut;
};

struct err http_client_start(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_io(ENOMEM, "libcurl");
	return OK;
}

static size_t take_reply(char *bytes, size_t size, size_t n, void *context)
{
	struct reply *reply = context;
	size_t all = size * n, room = HTTP_REPLY_MAX - reply->body.n;

	buf_put(&reply->body, bytes, all < room ? all : room);
	reply->cut = all > room;
	return reply->cut ? 0 : all; /* 0 ends the transfer: it has said enough */
}

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if (((uint8_t)*text < ' ' && *text != '\t') || *text == 0x7f)
			return false;
	return true;
}

static bool add(struct curl_slist **list, const char *line)
{
	struct curl_slist *more = curl_slist_append(*list, line);

	if (more)
		*list = more;
	return more != NULL;
}

/* Ours and the caller's; false: one of them cannot be sent. */
static bool make_headers(const struct http_request *r, struct curl_slist **ret_list)
{
	bool ok = add(ret_list, "Expect:"); /* no "100 Continue": many receivers never say it */
	struct buf line;

	for (size_t i = 0; ok && i < r->n_headers; i++) {
		const struct http_field *h = &r->headers[i];

		buf_init(&line, HTTP_HEAD_MAX);
		/* How libcurl is told of an empty value. */
		buf_printf(&line, *h->value ? "%s: %s" : "%s;", h->name, h->value);
		ok = *h->name && is_clean(h->name) && !strpbrk(h->name, ": ;") &&
		     is_clean(h->value) && !line.full && add(ret_list, buf_text(&line));
		buf_done(&line);
	}
	return ok;
}

static void set_request(CURL *curl, const struct http_request *r, struct curl_slist *headers)
{
	const char *method = r->method ? r->method : "POST";

	curl_easy_setopt(curl, CURLOPT_URL, r->url);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "certscape/" CERTSCAPE_VERSION);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (strcmp(method, "GET") != 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
		curl_easy_setopt(
		    curl, CURLOPT_POSTFIELDS, r->body.n ? (const char *)r->body.p : "");
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	if (r->proxy)
		curl_easy_setopt(curl, CURLOPT_PROXY, r->proxy);
	if (r->user) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(curl, CURLOPT_USERNAME, r->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, r->password ? r->password : "");
	}
}

static enum delivery_end end_of(long status)
{
	if (status >= 200 && status < 300)
		return DELIVERY_DONE;
	if (status == 408 || status == 425 || status == 429 || status >= 500)
		return DELIVERY_RETRY;
	return DELIVERY_REFUSED;
}

/* "HTTP 404: no such hook". */
static void judge(CURL *curl, struct reply *reply, struct delivery *ret)
{
	char why[HTTP_WHY_MAX] = "";
	curl_off_t retry_after = 0;
	enum delivery_end end;
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
	end = end_of(status);
	if (end != DELIVERY_DONE)
		snprintf(why, sizeof(why), "HTTP %ld%s%.*s", status, reply->body.n ? ": " : "",
		    (int)strcspn(buf_text(&reply->body), "\r\n"), buf_text(&reply->body));
	delivery_end(ret, end, (unsigned)status, why);
	if (retry_after > HTTP_RETRY_AFTER_MAX_S)
		retry_after = HTTP_RETRY_AFTER_MAX_S;
	ret->retry_after_s = end == DELIVERY_RETRY ? (uint32_t)retry_after : 0;
}

static void perform(
    struct transfer *t, const struct http_request *r, struct reply *reply, struct delivery *ret)
{
	struct curl_slist *headers = NULL;
	CURLcode code;

	if (make_headers(r, &headers)) {
		set_request(t->curl, r, headers);
		transfer_trust(t, !r->unverified, r->ca_file);
		curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, take_reply);
		curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, reply);
		code = transfer_run(t, ret);
		if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && reply->cut))
			judge(t->curl, reply, ret);
	} else {
		delivery_end(
		    ret, DELIVERY_REFUSED, 0, "a header has a character that cannot be sent");
	}
	curl_slist_free_all(headers);
}

void http_send(const struct http_request *r, struct buf *ret_reply, struct delivery *ret)
{
	struct reply reply = {.cut = false};
	struct transfer t;

	if (!transfer_init(&t, "http,https", r->timeout_ms, r->guard)) {
		delivery_end(ret, DELIVERY_RETRY, 0, "out of memory");
		return;
	}
	buf_init(&reply.body, HTTP_REPLY_MAX + 1);
	perform(&t, r, &reply, ret);
	if (ret_reply)
		buf_span(ret_reply, buf_view(&reply.body));
	buf_done(&reply.body);
	transfer_done(&t);
}
