#include "format/word.h"

#include "verdict/table.h"
#include "wire/dialect.h"

#include "lib/test.h"

static void every_field_of_words_has_them(void)
{
	size_t n;
	const struct field *fields = field_table(&n);

	for (size_t i = 0; i < n; i++) {
		bool words = fields[i].flags & FIELD_WORD || fields[i].id == FIELD_FINDINGS;

		CHECK_EQ(word_at(fields[i].id, 0) != NULL, words);
	}
}

static void a_word_and_its_number_find_each_other(void)
{
	size_t n, k;
	const struct field *fields = field_table(&n);
	const char *word;

	for (size_t i = 0; i < n; i++) {
		for (k = 0; (word = word_at(fields[i].id, k)); k++) {
			int64_t number = word_number(fields[i].id, word);

			CHECK_STR(word_text(fields[i].id, number), word);
			for (size_t j = 0; j < k; j++)
				CHECK(strcmp(word_at(fields[i].id, j), word) != 0);
		}
		CHECK_EQ(word_number(fields[i].id, "no such word"), -1);
		CHECK(word_text(fields[i].id, -1) == NULL);
		CHECK(word_text(fields[i].id, INT64_MAX) == NULL);
	}
}

static void words_that_people_ask_for(void)
{
	CHECK_EQ(word_number(FIELD_VERSION, "tls 1.0"), 0x0301);
	CHECK_EQ(word_number(FIELD_CIPHER, "TLS_AES_128_GCM_SHA256"), 0x1301);
	CHECK_EQ(word_number(FIELD_GROUP, "X25519"), 29);
	CHECK_EQ(word_number(FIELD_ALERT, "close_notify"), 0);
	CHECK_EQ(word_number(FIELD_FINDINGS, "expired"), FINDING_EXPIRED);
	CHECK_EQ(word_number(FIELD_SEVERITY, "high"), SEVERITY_HIGH);
	CHECK_EQ(word_number(FIELD_PORT, "443"), -1);
}

static void a_service_is_of_a_dialect_or_of_a_port(void)
{
	CHECK_STR(word_text(FIELD_SERVICE, 443), "https");
	CHECK_STR(word_text(FIELD_SERVICE, 8443), "https");
	CHECK_STR(word_text(FIELD_SERVICE, DIALECT_SMTP << 16 | 2525), "smtp");
	CHECK(word_text(FIELD_SERVICE, 1) == NULL);
	for (uint8_t id = 1; id < DIALECT_MAX; id++)
		if (dialect_by_id(id)) {
			CHECK(word_number(FIELD_SERVICE, dialect_by_id(id)->name) >= 0);
			CHECK_EQ(word_number(FIELD_STARTTLS, dialect_by_id(id)->name), id);
		}
}

static void every_number_that_has_a_word(void)
{
	size_t n, k, dialects = 0;
	const struct field *fields = field_table(&n);
	const char *word;
	int64_t number;

	for (size_t i = 0; i < n; i++)
		for (k = 0; (word = word_pair(fields[i].id, k, &number)); k++)
			CHECK_STR(word_text(fields[i].id, number), word);
	for (k = 0; word_pair(FIELD_SERVICE, k, &number); k++)
		dialects += number >> 16 != 0;
	CHECK_EQ(dialects, 8);
	CHECK(word_pair(FIELD_PORT, 0, &number) == NULL);
}

int main(void)
{
	RUN(every_field_of_words_has_them);
	RUN(a_word_and_its_number_find_each_other);
	RUN(words_that_people_ask_for);
	RUN(every_number_that_has_a_word);
	RUN(a_service_is_of_a_dialect_or_of_a_port);
	return test_done();
}
