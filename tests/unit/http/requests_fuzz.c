/*
 * Requests in arbitrary cuts over a real socket, one turn of the loop after each. The first byte of
 * the input says how large the cuts are; a server lives for all inputs, as it does.
 */
#include "http/server.h"

#include "http/listen.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct http_server *server;
static struct listen_place place;

/* Asks all that can be asked, then answers with the body. */
static void handle(void *context, struct http_call *call)
{
	struct span body = http_body(call);
	struct buf answer;

	(void)context;
	(void)http_takes_gzip(call);
	(void)http_cookie(call, "session");
	(void)http_param(call, "q");
	if (http_path(call)[0] != '/' || body.n > HTTP_BODY_MAX)
		abort();
	if (http_answer_unchanged(call, "W/\"7\""))
		return;
	buf_init(&answer, HTTP_BODY_MAX);
	buf_span(&answer, body);
	http_answer(call, 200, "text/plain", &answer);
	buf_done(&answer);
}

static void start(void)
{
	static struct cidr proxies[1];
	struct http_config config = {.handler = handle, .proxies = proxies, .n_proxies = 1};
	int fd;

	signal(SIGPIPE, SIG_IGN);
	if (err_is(cidr_parse(span_str("127.0.0.0/8"), &proxies[0])) ||
	    err_is(http_server_new(&config, &server)) ||
	    err_is(listen_place_parse(span_str("0"), &place)) || err_is(listen_open(&place, &fd)) ||
	    err_is(listen_bound(fd, &place)) || err_is(http_server_listen(server, fd)))
		abort();
}

static void turn(int fd)
{
	char answer[4096];

	for (int i = 0; i < 4; i++)
		http_server_turn(server);
	while (recv(fd, answer, sizeof(answer), MSG_DONTWAIT) > 0)
		;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct linger at_once = {.l_onoff = 1}; /* no TIME_WAIT: millions of connections */
	struct sockaddr_storage sa;
	struct span rest = span_of(data, size);
	size_t cut = size ? (size_t)1 + span_u8(&rest) * 8 : 1;
	socklen_t n;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!server)
		start();
	n = addr_to_sockaddr(&place.addr, place.port, &sa);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (connect(fd, (struct sockaddr *)&sa, n) < 0)
		abort();
	turn(fd);
	while (rest.n) {
		struct span piece = span_take(&rest, rest.n < cut ? rest.n : cut);

		if (send(fd, piece.p, piece.n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
		turn(fd);
	}
	close(fd);
	for (int i = 0; i < 3; i++)
		http_server_turn(server);
	return 0;
}
