/*
 * zeek_log.c: a capture through the sensor into Zeek's logs, in one process: what compare.py holds
 * against Zeek's own logs. No part of the product.
 *
 *	zeek_log [-o NAME[=VALUE]]... CAPTURE DIRECTORY
 */
#include "format/zeek_logger.h"
#include "link/capfile.h"
#include "sensor/sensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	struct zeek_logger_config config;
	const char *roots, *ct_logs;
	struct ct_logs *logs;
	bool known;
	FILE *files[ZEEK_LOGS];
	const char *directory;
} self;

static const struct {
	const char *name;
	uint32_t extra;
} extras[] = {
    {"validation", ZEEK_VALIDATION},
    {"ocsp", ZEEK_OCSP},
    {"ct", ZEEK_CT},
    {"ca-request", ZEEK_CA_REQUEST},
    {"ssl-ext", ZEEK_SSL_EXT},
    {"names", ZEEK_NAMES},
    {"ja3", ZEEK_JA3},
    {"base64", ZEEK_BASE64},
    {"tbs", ZEEK_TBS},
    {"hosts-only", ZEEK_HOSTS_ONLY},
};

static _Noreturn void die(const char *what, const char *which)
{
	fprintf(stderr, "zeek_log: %s: %s\n", which, what);
	exit(3);
}

static void set_all_hosts(void)
{
	self.config.policy.expiring_certs = self.config.policy.weak_keys =
	    self.config.policy.known_certs = ZEEK_ALL_HOSTS;
}

static void set_option(char *text)
{
	char *value = strchr(text, '=');
	struct zeek_logger_config *c = &self.config;

	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
		if (strcmp(extras[i].name, text) == 0) {
			c->options.extra |= extras[i].extra;
			return;
		}
	}
	if (strcmp(text, "json") == 0)
		c->options.json = true;
	else if (strcmp(text, "legacy") == 0)
		c->options.legacy = true;
	else if (strcmp(text, "all-hosts") == 0)
		set_all_hosts();
	else if (strcmp(text, "known") == 0)
		self.known = true;
	else if (strcmp(text, "roots") == 0 && value)
		self.roots = value;
	else if (strcmp(text, "ct-logs") == 0 && value)
		self.ct_logs = value;
	else if (strcmp(text, "key-bits") == 0 && value)
		c->policy.key_bits = (uint16_t)atoi(value);
	else if (strcmp(text, "history") == 0 && value)
		c->options.history_max = (uint8_t)atoi(value);
	else if (strcmp(text, "relog") == 0)
		c->relog_always = true;
	else
		die("no such option", text);
}

static FILE *open_below(const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.log", self.directory, name);
	f = fopen(path, "w");
	if (!f)
		die("cannot be written", path);
	return f;
}

static bool put_line(void *context, const struct zeek_line *line)
{
	FILE **f = &self.files[line->log];
	struct buf head;

	(void)context;
	if (!*f) {
		*f = open_below(zeek_log_name(line->log));
		buf_init(&head, 1 << 20);
		zeek_header(line->log, &self.config.options, line->time_us / 1000000, &head);
		fwrite(head.p, 1, head.n, *f);
		buf_done(&head);
	}
	return fwrite(line->text.p, 1, line->text.n, *f) == line->text.n;
}

static void on_event(void *context, enum session_event event, const struct session *session)
{
	zeek_logger_event(context, event, session);
}

static void read_capture(const char *path, struct sensor *sensor)
{
	FILE *in = fopen(path, "rb");
	struct capfile *file = NULL;
	struct frame frame;
	size_t n = 1, room;
	bool have;

	if (!in || err_is(capfile_new(&file)))
		die("cannot be read", path);
	while (n > 0) {
		uint8_t *at = capfile_room(file, &room);

		n = fread(at, 1, room, in);
		capfile_wrote(file, n);
		while (true) {
			struct err e = capfile_next(file, &frame, &have);

			if (err_is(e))
				die(e.what, path);
			if (!have)
				break;
			sensor_push(sensor, &frame);
		}
	}
	capfile_free(file);
	fclose(in);
}

static struct buf read_file(const char *path)
{
	FILE *in = fopen(path, "rb");
	struct buf bytes;

	if (!in)
		die("cannot be read", path);
	buf_init(&bytes, 16 << 20);
	for (int c; (c = fgetc(in)) != EOF;)
		buf_be(&bytes, (uint64_t)c, 1);
	fclose(in);
	return bytes;
}

static void read_roots(void)
{
	struct buf pem = read_file(self.roots);
	struct err e = openssl_verifier_new(buf_view(&pem), self.known, &self.config.verifier);

	if (err_is(e))
		die(e.what, self.roots);
	buf_done(&pem);
}

static void read_ct_logs(void)
{
	struct buf list = read_file(self.ct_logs);
	struct err e = ct_logs_new(buf_view(&list), &self.logs);

	if (err_is(e))
		die(e.what, self.ct_logs);
	self.config.ct_logs = self.logs;
	buf_done(&list);
}

int main(int argc, char **argv)
{
	struct sensor_config config = {.flows_max = 4096};
	struct sensor_ops ops = {.event = on_event};
	struct zeek_logger *logger = NULL;
	struct sensor *sensor = NULL;

	self.config.notices = self.config.known_certs = true;
	for (int c; (c = getopt(argc, argv, "o:")) != -1;)
		if (c == 'o')
			set_option(optarg);
		else
			return 2;
	if (argc - optind != 2)
		die("a capture and a directory are needed", "usage");
	self.directory = argv[optind + 1];
	if (self.roots)
		read_roots();
	if (self.ct_logs)
		read_ct_logs();
	if (err_is(zeek_logger_new(&self.config, put_line, NULL, &logger)) ||
	    err_is(sensor_new(&config, &ops, logger, &sensor)))
		die("out of memory", "sensor");
	read_capture(argv[optind], sensor);
	sensor_finish(sensor);
	sensor_free(sensor);
	zeek_logger_free(logger);
	openssl_verifier_free(self.config.verifier);
	ct_logs_free(self.logs);
	for (size_t i = 0; i < ZEEK_LOGS; i++)
		if (self.files[i])
			fclose(self.files[i]);
	return 0;
}
