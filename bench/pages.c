/*
 * pages.c: a client that asks a running `certscape serve` as fast as it answers, over TLS
 * connections that are kept.
 *
 *	pages PORT TOKEN SECONDS CONNECTIONS < PATHS
 *
 * The paths of standard input, one a line, are asked in turn by all connections, each of which
 * waits for its answer. Prints a line: answers, bytes, seconds, and the median and 95th hundredth
 * of the milliseconds that an answer takes. Anything but 200 ends it with status 3.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, SAMPLES_MAX = 1 << 20, HEAD_MAX = 8192 };

struct client {
	pthread_t thread;
	SSL *ssl;
	size_t next; /* the path that it asks for */
	size_t answers, bytes;
	float *took_ms; /* of each answer, up to SAMPLES_MAX */
};

static char **paths;
static size_t n_paths, n_clients;
static const char *token;
static uint16_t port;
static atomic_bool over;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "pages: %s\n", what);
	exit(3);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static SSL *connection(SSL_CTX *context)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	SSL *ssl = SSL_new(context);

	if (fd < 0 || !ssl || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		fail("cannot connect");
	SSL_set_fd(ssl, fd);
	if (SSL_connect(ssl) != 1)
		fail("no TLS");
	return ssl;
}

/* More of an answer of which n bytes are there; how many then. */
static size_t more(SSL *ssl, char *answer, size_t n, size_t max)
{
	int got = n < max ? SSL_read(ssl, answer + n, (int)(max - n)) : -1;

	if (got <= 0)
		fail("the answer ends early");
	return n + (size_t)got;
}

/* Reads one answer to its end; its length. */
static size_t answer_read(SSL *ssl)
{
	char head[HEAD_MAX + 1], rest[65536];
	char *end = NULL, *length;
	size_t n = 0, whole;

	while (!end) {
		n = more(ssl, head, n, HEAD_MAX);
		head[n] = 0;
		end = strstr(head, "\r\n\r\n");
	}
	length = strcasestr(head, "\r\ncontent-length:");
	if (strncmp(head, "HTTP/1.1 200", 12) != 0 || !length || length > end) {
		fprintf(stderr, "%.*s\n", (int)strcspn(head, "\r\n"), head);
		fail("another answer than 200 with a length");
	}
	whole = (size_t)(end + 4 - head) + strtoul(length + 17, NULL, 10);
	while (n < whole)
		n += more(ssl, rest, 0, whole - n < sizeof(rest) ? whole - n : sizeof(rest));
	return n;
}

static void *client_main(void *context)
{
	struct client *c = context;
	char request[1024];

	while (!atomic_load(&over)) {
		double began = now_ms();
		int n = snprintf(request, sizeof(request),
		    "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n",
		    paths[c->next % n_paths], token);

		if (n >= (int)sizeof(request) || SSL_write(c->ssl, request, n) != n)
			fail("cannot ask");
		c->bytes += answer_read(c->ssl);
		if (c->answers < SAMPLES_MAX)
			c->took_ms[c->answers] = (float)(now_ms() - began);
		c->answers++;
		c->next += n_clients;
	}
	return NULL;
}

static void paths_read(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		paths = reallocarray(paths, n_paths + 1, sizeof(*paths));
		if (!paths || !(paths[n_paths++] = strdup(line)))
			fail("out of memory");
	}
	if (!n_paths)
		fail("paths are expected on standard input");
}

static int floats_compare(const void *x, const void *y)
{
	const float *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static void tell(struct client *clients, double took_ms)
{
	size_t answers = 0, bytes = 0, n = 0;
	float *all = NULL;

	for (size_t i = 0; i < n_clients; i++) {
		size_t more_n = clients[i].answers < SAMPLES_MAX ? clients[i].answers : SAMPLES_MAX;

		all = reallocarray(all, n + more_n + 1, sizeof(*all));
		if (!all)
			fail("out of memory");
		memcpy(all + n, clients[i].took_ms, more_n * sizeof(*all));
		n += more_n;
		answers += clients[i].answers;
		bytes += clients[i].bytes;
	}
	if (!n)
		fail("nothing was answered");
	qsort(all, n, sizeof(*all), floats_compare);
	printf("%zu answers %zu bytes %.3f s %.2f ms %.2f ms\n", answers, bytes, took_ms / 1e3,
	    (double)all[n / 2], (double)all[n * 95 / 100]);
	free(all);
}

int main(int argc, char **argv)
{
	static struct client clients[CONNECTIONS_MAX];
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	double began;

	if (argc != 5 || !context)
		return 2;
	port = (uint16_t)atoi(argv[1]);
	token = argv[2];
	n_clients = strtoul(argv[4], NULL, 10);
	if (n_clients < 1 || n_clients > CONNECTIONS_MAX)
		return 2;
	paths_read();
	for (size_t i = 0; i < n_clients; i++) {
		clients[i].ssl = connection(context);
		clients[i].next = i;
		clients[i].took_ms = malloc(SAMPLES_MAX * sizeof(float));
		if (!clients[i].took_ms)
			fail("out of memory");
	}
	began = now_ms();
	for (size_t i = 0; i < n_clients; i++)
		if (pthread_create(&clients[i].thread, NULL, client_main, &clients[i]))
			fail("cannot start a thread");
	usleep((useconds_t)(atof(argv[3]) * 1e6));
	atomic_store(&over, true);
	for (size_t i = 0; i < n_clients; i++)
		pthread_join(clients[i].thread, NULL);
	tell(clients, now_ms() - began);
	return 0;
}
