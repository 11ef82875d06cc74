#include "sensor/sealed.h"

#include "sensor/limits.h"
#include "unit/sensor/conversation.h"

static void tls13_is_hidden(void)
{
	begin();
	flight13();
	CHECK_STR(told, "");
	record(CLIENT, CCS, "\1", 1);
	CHECK_STR(told, "H");
	CHECK_EQ(last.sealed_certificate_n, 900);
	CHECK_EQ(last.version, 0x0304);
	CHECK_EQ(last.group, 29);
	sealed(CLIENT, DATA, 53);
	CHECK_STR(told, "HE");
	CHECK_STR(last.history, "CsiI");
	sealed(CLIENT, DATA, 100);
	close_both();
	CHECK_STR(told, "HEDX");
	end();
}

static void a_flight_in_one_record_says_no_size(void)
{
	begin();
	client_hello(CLIENT, aes13, none());
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4", 6));
	sealed(SERVER, DATA, 1274);
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_RST);
	CHECK_STR(told, "HX");
	CHECK_EQ(last.sealed_certificate_n, 0);
	end();
}

static void how_a_client_left(void)
{
	static const struct {
		size_t sizes[5];
		enum dissect_end how;
		const char *told;
	} rows[] = {
	    {{53}, DISSECT_FIN, "HEL"},
	    {{53, 19}, DISSECT_RST, "HELX"},
	    {{53, 100}, DISSECT_FIN, "HED"},
	    {{900, 281, 53}, DISSECT_FIN, "HEL"}, /* with a certificate of its own */
	    {{900, 281, 53, 60}, DISSECT_FIN, "HED"},
	    {{19}, DISSECT_FIN, "HEL"}, /* an alert in the place of Finished */
	    {{53}, DISSECT_TIMEOUT, "HEX"}, /* it did not leave */
	    {{69}, DISSECT_FIN, "HE"}, /* not the hash of this suite */
	    {{200, 200, 200}, DISSECT_FIN, "HED"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		flight13();
		for (size_t k = 0; rows[i].sizes[k]; k++)
			sealed(CLIENT, DATA, rows[i].sizes[k]);
		dissect_end(d, SIDE_TCP_CLIENT, rows[i].how);
		CHECK_STR(told, rows[i].told);
		end();
	}
}

/* Nobody knows what was in the hole; in the body of a record that is known it hides nothing. */
static void what_the_client_lost_may_have_been_data(void)
{
	begin();
	flight13();
	sealed(CLIENT, DATA, 53);
	dissect_gap(d, SIDE_TCP_CLIENT, 300);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "HED");
	end();
	begin(); /* the Finished too: what looks like one is the good-bye */
	flight13();
	dissect_gap(d, SIDE_TCP_CLIENT, 0);
	sealed(CLIENT, DATA, 19);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK(!strchr(told, 'L'));
	end();
	begin(); /* all but the good-bye */
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4", 6));
	sealed(SERVER, DATA, 900);
	dissect_gap(d, SIDE_TCP_CLIENT, 900);
	sealed(CLIENT, DATA, 19);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK(strchr(told, 'H') && !strchr(told, 'L'));
	end();
	begin();
	flight13();
	say(CLIENT, span_of("\x17\3\3\0\65abc", 8));
	dissect_gap(d, SIDE_TCP_CLIENT, 50);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "HEL");
	end();
}

static void who_says_bye_has_left_whoever_closes(void)
{
	begin();
	flight13();
	sealed(CLIENT, DATA, 53);
	sealed(CLIENT, DATA, 19);
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_FIN);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "HELX");
	end();
}

static void who_was_sent_away_did_not_leave(void)
{
	begin();
	flight13();
	sealed(CLIENT, DATA, 53);
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_FIN);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "HEX");
	end();
}

static void early_data_is_data(void)
{
	begin();
	client_hello(CLIENT, aes13, span_of("\0\x2a\0\0\0\x29\0\1x", 9));
	sealed(CLIENT, DATA, 200);
	CHECK_STR(told, "D");
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4\0\x29\0\2\0\0", 12));
	sealed(SERVER, DATA, 60);
	sealed(CLIENT, DATA, 53);
	CHECK_STR(told, "DHE");
	CHECK(last.flags & SESSION_IS_RESUMED);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "DHE");
	end();
}

static void many_sealed_records_are_enough(void)
{
	begin();
	flight13();
	for (int i = 0; i < DISSECT_SEALED_MAX; i++)
		sealed(SERVER, DATA, 1000);
	CHECK(!dissect_wants(d, SIDE_TCP_SERVER));
	CHECK(dissect_wants(d, SIDE_TCP_CLIENT));
	CHECK_STR(told, "H");
	CHECK(dissect_held(d) > 500);
	end();
}

int main(void)
{
	RUN(tls13_is_hidden);
	RUN(a_flight_in_one_record_says_no_size);
	RUN(how_a_client_left);
	RUN(what_the_client_lost_may_have_been_data);
	RUN(who_says_bye_has_left_whoever_closes);
	RUN(who_was_sent_away_did_not_leave);
	RUN(early_data_is_data);
	RUN(many_sealed_records_are_enough);
	return test_done();
}
