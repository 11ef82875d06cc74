#include "format/zeek_logger.h"

#include "format/zeek_seen.h"
#include "sessions.h"

static size_t lines[ZEEK_LOGS];
static bool refusing;

static bool count(void *context, const struct zeek_line *line)
{
	(void)context;
	lines[line->log] += !refusing;
	CHECK_EQ(line->text.p[line->text.n - 1], '\n');
	CHECK_EQ(line->key != NULL, line->hold_s != 0);
	return !refusing;
}

static struct zeek_logger *fresh(struct zeek_logger_config config)
{
	struct zeek_logger *l = NULL;

	config.notices = config.known_certs = true;
	memset(lines, 0, sizeof(lines));
	CHECK(!err_is(zeek_logger_new(&config, count, NULL, &l)));
	return l;
}

static void check_lines(size_t ssl, size_t x509, size_t notice, size_t known)
{
	CHECK_EQ(lines[ZEEK_SSL], ssl);
	CHECK_EQ(lines[ZEEK_X509], x509);
	CHECK_EQ(lines[ZEEK_NOTICE], notice);
	CHECK_EQ(lines[ZEEK_KNOWN_CERTS], known);
}

static void an_established_session(void)
{
	struct zeek_logger *l = fresh((struct zeek_logger_config){0});
	struct session s = session_of("leaf-rsa-1024");

	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	check_lines(0, 1, 0, 0);
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(1, 1, 1, 1);
	zeek_logger_event(l, SESSION_DATA, &s);
	zeek_logger_event(l, SESSION_END, &s);
	check_lines(1, 1, 1, 1);
	zeek_logger_event(l, SESSION_ESTABLISHED, &s); /* the next connection */
	check_lines(2, 1, 1, 1);
	s.last_us += 86400ll * 1000000;
	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(3, 2, 2, 2);
	zeek_logger_free(l);
}

static void what_was_not_taken_is_told_again(void)
{
	struct zeek_logger *l = fresh((struct zeek_logger_config){0});
	struct session s = session_of("leaf-rsa-1024");

	refusing = true;
	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(0, 0, 0, 0);
	refusing = false;
	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(1, 1, 1, 1);
	zeek_logger_free(l);
}

static void an_aborted_one_is_told_at_its_end(void)
{
	struct zeek_logger *l = fresh((struct zeek_logger_config){0});
	struct session s = session_of("leaf");

	s.flags = 0;
	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	zeek_logger_event(l, SESSION_REJECTED, &s);
	check_lines(0, 1, 0, 0);
	zeek_logger_event(l, SESSION_END, &s);
	check_lines(1, 1, 0, 0);
	zeek_logger_free(l);
}

static void places_of_a_certificate(void)
{
	struct zeek_logger *l = fresh((struct zeek_logger_config){0});
	struct session s = session_of("leaf");

	s.server.n_certs = 2;
	s.server.certs[1] = test_cert("leaf");
	s.client.n_certs = 1;
	s.client.certs[0] = test_cert("leaf");
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(1, 1, 0, 1);
	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	check_lines(1, 3, 0, 1);
	zeek_logger_free(l);
	l = fresh((struct zeek_logger_config){.options.extra = ZEEK_HOSTS_ONLY});
	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(1, 2, 0, 1);
	zeek_logger_free(l);
}

static void legacy_tells_each_certificate(void)
{
	struct zeek_logger *l = fresh((struct zeek_logger_config){.options.legacy = true});
	struct session s = session_of("leaf");

	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	zeek_logger_event(l, SESSION_END, &s);
	check_lines(1, 1, 0, 1);
	s.uid[0]++;
	zeek_logger_event(l, SESSION_CERTIFICATE, &s);
	check_lines(1, 2, 0, 1);
	zeek_logger_free(l);
}

static void validation(void)
{
	struct openssl_verifier *v = NULL;
	struct zeek_logger *l;
	struct session s = session_of("leaf");

	CHECK(!err_is(openssl_verifier_new(test_cert("root"), false, &v)));
	l = fresh((struct zeek_logger_config){.options.extra = ZEEK_VALIDATION, .verifier = v});
	s.server.n_certs = 2;
	s.server.certs[1] = test_cert("inter");
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(1, 0, 0, 1);
	s.server.n_certs = 1;
	zeek_logger_event(l, SESSION_ESTABLISHED, &s);
	check_lines(2, 0, 1, 1);
	zeek_logger_free(l);
	openssl_verifier_free(v);
}

static void keys_are_seen_for_their_time(void)
{
	struct zeek_seen *s = NULL;
	uint8_t a[ZEEK_KEY_SIZE] = {1}, b[ZEEK_KEY_SIZE] = {1, [15] = 1};

	CHECK(!err_is(zeek_seen_new(&s)));
	CHECK(!zeek_seen(s, a, 1000000, 10));
	CHECK(zeek_seen(s, a, 1000000, 10));
	CHECK(!zeek_seen(s, b, 1000000, 10));
	CHECK(zeek_seen(s, a, 10999999, 10));
	CHECK(!zeek_seen(s, a, 11000000, 10));
	CHECK(!zeek_seen(s, a, 500000, 10)); /* an older capture is another time */
	zeek_seen_free(s);
}

static void a_full_set_forgets(void)
{
	struct zeek_seen *s = NULL;
	uint8_t key[ZEEK_KEY_SIZE] = {0};
	bool forgot = false;

	CHECK(!err_is(zeek_seen_new(&s)));
	for (uint8_t i = 0; i < 9; i++) {
		key[8] = i;
		CHECK(!zeek_seen(s, key, 1000000 + i, 10));
	}
	CHECK(zeek_seen(s, key, 2000000, 10)); /* the last one stays */
	for (uint8_t i = 0; i < 9; i++) {
		key[8] = i;
		forgot = forgot || !zeek_seen(s, key, 2000000, 10);
	}
	CHECK(forgot);
	zeek_seen_free(s);
}

int main(void)
{
	RUN(an_established_session);
	RUN(what_was_not_taken_is_told_again);
	RUN(an_aborted_one_is_told_at_its_end);
	RUN(places_of_a_certificate);
	RUN(legacy_tells_each_certificate);
	RUN(validation);
	RUN(keys_are_seen_for_their_time);
	RUN(a_full_set_forgets);
	return test_done();
}
