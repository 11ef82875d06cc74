/*
 * limits.h: this room's maxima, each with its reason.
 */
#pragma once

enum {
	/* The request line and all headers: nginx takes 8 KB, a long query and a cookie need 3. */
	HTTP_HEAD_MAX = 16 << 10,
	HTTP_HEADERS_MAX = 64,
	HTTP_PARAMS_MAX = 64,
	/* A rule file or a list of targets; routes take less (http_config.body_max). */
	HTTP_BODY_MAX = 1 << 20,
	/* Texts of one request and the headers of its answer. */
	HTTP_CALL_BYTES_MAX = 128 << 10,

	/* Open at once: 40 KB each while it talks TLS. Newcomers push out who waits longest. */
	HTTP_CONNECTIONS_MAX = 1024,
	/* Of one address (IPv6: of one /64): an office behind one router, 6 a browser. */
	HTTP_CONNECTIONS_OF_ONE = 256,
	/* Streams live for hours: event streams of open pages, and exports. */
	HTTP_STREAMS_MAX = 256,
	HTTP_BACKLOG = 512,

	/* From the first byte (or the connection itself, with TLS's handshake) to the end of the
	 * request: 1 MiB at 35 KB/s. */
	HTTP_REQUEST_MS = 30 * 1000,
	/* Between two requests: what browsers and proxies expect. */
	HTTP_IDLE_MS = 75 * 1000,
	/* A handler that is not ready by then: the client gets 504. */
	HTTP_WORK_MS = 120 * 1000,
	/* In so long a time a client takes HTTP_DRAIN_BYTES of what waits for it, or all. */
	HTTP_DRAIN_MS = 15 * 1000,
	HTTP_DRAIN_BYTES = 64 << 10,
	/* What is being worked on when the server stops. */
	HTTP_STOP_MS = 5 * 1000,
	/* Of requests that are not whole yet, together: who waits longest goes. */
	HTTP_HELD_BYTES_MAX = 64 << 20,

	/* What a stream's sender is ahead of its client before it has to wait. */
	HTTP_STREAM_AHEAD = 256 << 10,
	/* Longer than a client may pause: it is dropped first. */
	HTTP_STREAM_WAIT_MS = 2 * HTTP_DRAIN_MS,

	/* Bodies below it gain nothing from gzip. */
	HTTP_GZIP_MIN = 1 << 10,

	/* What is kept of a webhook's or a mail server's answer. */
	HTTP_REPLY_MAX = 64 << 10,
	HTTP_WHY_MAX = 256,
	/* Connecting, and the whole of one delivery. */
	HTTP_CONNECT_MS = 10 * 1000,
	HTTP_DELIVERY_MS = 30 * 1000,
	/* A receiver that asks for more patience than this is asked again all the same. */
	HTTP_RETRY_AFTER_MAX_S = 24 * 60 * 60,

	/* Browsers take no more than 398 days; renewed a month before the end. */
	OWN_CERT_LIFE_S = 397 * 24 * 60 * 60,
	OWN_CERT_RENEW_S = 30 * 24 * 60 * 60,
	OWN_CERT_NAMES_MAX = 64,
	OWN_CERT_PEM_MAX = 64 << 10,

	/* One message, its headers, and who it goes to. */
	MAIL_BYTES_MAX = 8 << 20,
	MAIL_HEADER_MAX = 64 << 10,
	MAIL_RECIPIENTS_MAX = 256,
};
