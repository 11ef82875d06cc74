#include "lab.h"

#include "store/outbox.h"
#include "store/refusal.h"
#include "store/rules.h"

static uint64_t channel(struct store *s, const char *name, bool enabled)
{
	struct stored_channel c = {.name = name,
	    .type = "email",
	    .config = "{\"to\":\"a@b.example\"}",
	    .enabled = enabled};
	uint64_t id = 0;

	CHECK(went_well(store_put_channel(s, &c, &id), s));
	return id;
}

static uint64_t put(struct store *s, uint64_t channel_id, const char *dedupe, int64_t at_ms)
{
	struct message m = {.rule = 1,
	    .channel = channel_id,
	    .type = channel_id ? NULL : "slack",
	    .config = channel_id ? NULL : "{}",
	    .dedupe = dedupe,
	    .subject = "3 days left",
	    .text = "body\nof two lines",
	    .severity = SEVERITY_HIGH,
	    .created_ms = at_ms};
	uint64_t id = 99;

	CHECK(went_well(store_begin(s), s));
	CHECK(went_well(store_put_message(s, &m, &id), s));
	CHECK(went_well(store_commit(s), s));
	return id;
}

struct got {
	size_t n;
	uint64_t id[16];
	char type[16][16];
	char error[64];
	struct message last; /* numbers only */
};

static bool gather(void *context, const struct message *m)
{
	struct got *g = context;

	snprintf(g->type[g->n], sizeof(g->type[0]), "%s", m->type);
	snprintf(g->error, sizeof(g->error), "%s", m->last_error);
	CHECK_STR(m->subject, "3 days left");
	CHECK_STR(m->text, "body\nof two lines");
	g->last = *m;
	g->id[g->n++] = m->id;
	return g->n < 16;
}

static struct got due(struct store *s, int64_t now_ms, size_t each_max)
{
	struct got g = {0};

	CHECK(went_well(store_each_due_message(s, now_ms, each_max, gather, &g), s));
	return g;
}

static void is_due_until_it_is_sent(void)
{
	struct store *s = lab_store();
	uint64_t mail = channel(s, "mail", true), id = put(s, mail, "k1", 1000);
	struct message_counts counts;
	struct got g = due(s, 999, 10);
	struct arena arena;
	struct message m;
	int64_t next = 0;

	CHECK_EQ(g.n, 0);
	CHECK(went_well(store_next_message_ms(s, 999, &next), s));
	CHECK_EQ(next, 1000);
	g = due(s, 1000, 10);
	CHECK_EQ(g.n, 1);
	CHECK_EQ(g.id[0], id);
	CHECK_STR(g.type[0], "email");
	CHECK(went_well(store_count_messages(s, &counts), s));
	CHECK_EQ(counts.n[MESSAGE_QUEUED], 1);
	CHECK_EQ(counts.oldest_queued_ms, 1000);
	CHECK(went_well(store_message_sent(s, id, 1500), s));
	CHECK_EQ(due(s, 5000, 10).n, 0);
	arena_init(&arena, 1 << 16);
	CHECK(went_well(store_get_message(s, id, &arena, &m), s));
	CHECK(m.state == MESSAGE_SENT && m.sent_ms == 1500 && m.attempts == 1);
	CHECK_STR(m.lane, "c1");
	CHECK_STR(m.config, "{\"to\":\"a@b.example\"}");
	CHECK(err_is_refusal(store_get_message(s, 99, &arena, &m), REFUSAL_MISSING));
	arena_done(&arena);
	CHECK(went_well(store_next_message_ms(s, 0, &next), s));
	CHECK_EQ(next, INT64_MAX);
	CHECK(went_well(store_count_messages(s, &counts), s));
	CHECK_EQ(counts.n[MESSAGE_SENT], 1);
	CHECK_EQ(counts.n[MESSAGE_QUEUED], 0);
	store_close(s);
}

static void the_same_news_is_stored_once_a_lane(void)
{
	struct store *s = lab_store();
	uint64_t mail = channel(s, "mail", true), chat = channel(s, "chat", true);

	CHECK(put(s, mail, "k1", 1000) != 0);
	CHECK_EQ(put(s, mail, "k1", 2000), 0);
	CHECK(put(s, chat, "k1", 2000) != 0);
	CHECK(put(s, 0, "k1", 2000) != 0);
	CHECK_EQ(put(s, 0, "k1", 2000), 0);
	CHECK_EQ(due(s, 9000, 10).n, 3);
	store_close(s);
}

static void a_lane_of_many_leaves_room_for_others(void)
{
	struct store *s = lab_store();
	uint64_t mail = channel(s, "mail", true), chat = channel(s, "chat", true);
	struct got g;

	for (int i = 0; i < 9; i++) {
		char key[8];

		snprintf(key, sizeof(key), "k%d", i);
		put(s, mail, key, 1000);
	}
	put(s, chat, "late", 2000);
	g = due(s, 2000, 2);
	CHECK_EQ(g.n, 3);
	CHECK_EQ(g.last.channel, chat);
	store_close(s);
}

static void a_try_that_failed_waits(void)
{
	struct store *s = lab_store();
	uint64_t mail = channel(s, "mail", true), id = put(s, mail, "k1", 1000);
	struct got g;

	CHECK(went_well(store_message_failed(s, id, MESSAGE_QUEUED, 4000, "421 later"), s));
	CHECK_EQ(due(s, 3999, 10).n, 0);
	g = due(s, 4000, 10);
	CHECK_EQ(g.n, 1);
	CHECK_EQ(g.last.attempts, 1);
	CHECK_STR(g.error, "421 later");
	CHECK(went_well(store_message_failed(s, id, MESSAGE_FAILED, 0, "550 no"), s));
	CHECK_EQ(due(s, 9000, 10).n, 0);
	CHECK(went_well(store_message_again(s, id, 9000), s));
	CHECK_EQ(due(s, 9000, 10).n, 1);
	CHECK(err_is_refusal(store_message_again(s, id, 9000), REFUSAL_MISSING));
	store_close(s);
}

static void a_channel_that_is_off_keeps_its_messages(void)
{
	struct store *s = lab_store();
	uint64_t off = channel(s, "off", false);
	int64_t next = 0;

	put(s, off, "k1", 1000);
	CHECK_EQ(due(s, 2000, 10).n, 0);
	CHECK(went_well(store_next_message_ms(s, 0, &next), s));
	CHECK_EQ(next, INT64_MAX);
	CHECK(went_well(store_delete_channel(s, off), s));
	store_close(s);
}

static void history_is_newest_first(void)
{
	struct store *s = lab_store();
	uint64_t mail = channel(s, "mail", true), a = put(s, mail, "a", 1000),
		 b = put(s, mail, "b", 2000), c = put(s, mail, "c", 3000);
	struct got g = {0};

	CHECK(went_well(store_message_sent(s, a, 1500), s));
	CHECK(went_well(store_message_sent(s, b, 2500), s));
	CHECK(went_well(store_each_message(s, 0, MESSAGE_STATES, gather, &g), s));
	CHECK_EQ(g.n, 3);
	CHECK(g.id[0] == c && g.id[2] == a);
	g.n = 0;
	CHECK(went_well(store_each_message(s, c, MESSAGE_SENT, gather, &g), s));
	CHECK(g.n == 2 && g.id[0] == b);
	CHECK_EQ(due(s, 9000, 10).n, 1);
	store_close(s);
}

/* Messages whose channel goes are not left waiting for ever. */
static void a_deleted_channel_fails_its_messages(void)
{
	struct store *s = lab_store();
	uint64_t mail = channel(s, "mail", true);
	struct message_counts counts;

	put(s, mail, "a", 1000);
	CHECK(went_well(store_delete_channel(s, mail), s));
	CHECK(went_well(store_count_messages(s, &counts), s));
	CHECK_EQ(counts.n[MESSAGE_FAILED], 1);
	lab_sound(s);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(is_due_until_it_is_sent);
	RUN(the_same_news_is_stored_once_a_lane);
	RUN(a_lane_of_many_leaves_room_for_others);
	RUN(a_try_that_failed_waits);
	RUN(a_channel_that_is_off_keeps_its_messages);
	RUN(history_is_newest_first);
	RUN(a_deleted_channel_fails_its_messages);
	lab_drop();
	return test_done();
}
