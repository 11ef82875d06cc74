/*
 * word.c: one row a field: how its words are walked through, and how a number finds its word. The
 * walk serves both the other way round (a number for a word) and whoever lists what can be asked
 * for.
 */
#include "format/word.h"

#include "observe/observation.h"
#include "verdict/table.h"
#include "wire/dialect.h"
#include "wire/iana.h"
#include "wire/services.h"

#include <strings.h>

static const char *transport_word(int64_t number)
{
	return number > TRANSPORT_NONE && number < TRANSPORT_MAX ? transport_text((uint8_t)number)
								 : NULL;
}

static const char *source_word(int64_t number)
{
	return number > EVIDENCE_NONE && number < EVIDENCE_KINDS
		   ? evidence_text((enum evidence)number)
		   : NULL;
}

static const char *outcome_word(int64_t number)
{
	return number > OUTCOME_NONE && number < OUTCOME_MAX ? outcome_text((enum outcome)number)
							     : NULL;
}

static const char *severity_word(int64_t number)
{
	return number > SEVERITY_NONE && number < SEVERITY_MAX ? severity_text((uint8_t)number)
							       : NULL;
}

static const char *starttls_word(int64_t number)
{
	const struct dialect *d =
	    number > 0 && number < DIALECT_MAX ? dialect_by_id((uint8_t)number) : NULL;

	return d ? d->name : NULL;
}

static const char *service_word(int64_t number)
{
	const char *name;

	if (number < 0 || number >> 16 >= DIALECT_MAX)
		return NULL;
	name = service_name((uint16_t)(number & 0xffff), (uint8_t)(number >> 16));
	return name[0] ? name : NULL;
}

static const char *version_word(int64_t number)
{
	return number > 0 && number <= UINT16_MAX ? iana_version((uint16_t)number) : NULL;
}

static const char *cipher_word(int64_t number)
{
	return number > 0 && number <= UINT16_MAX ? iana_cipher((uint16_t)number) : NULL;
}

static const char *group_word(int64_t number)
{
	return number > 0 && number <= UINT16_MAX ? iana_group((uint16_t)number) : NULL;
}

static const char *alert_word(int64_t number)
{
	return number >= 0 && number <= UINT8_MAX ? iana_alert((uint8_t)number) : NULL;
}

static const char *finding_word(int64_t number)
{
	const struct finding_row *row =
	    number > 0 && number <= UINT16_MAX ? finding_by_id((uint16_t)number) : NULL;

	return row ? row->name : NULL;
}

static const char *finding_row(size_t k, int64_t *ret_number)
{
	size_t n;
	const struct finding_row *rows = finding_table(&n);

	if (k >= n)
		return NULL;
	*ret_number = rows[k].id;
	return rows[k].name;
}

/* Ports share a name: the first of each. */
static const char *service_row(size_t k, int64_t *ret_number)
{
	size_t n;
	const uint16_t *ports = services_named(&n);

	if (k >= n)
		return NULL;
	*ret_number = ports[k];
	return service_by_port(ports[k])->name;
}

static const char *service_pair(size_t k, int64_t *ret_number)
{
	size_t n;
	const struct service *rows = services_tls(&n);
	const char *word = NULL;

	if (k < n) {
		*ret_number = rows[k].port;
		return rows[k].name;
	}
	k -= n;
	for (int64_t id = 1; id < DIALECT_MAX && !word; id++) {
		word = starttls_word(id);
		*ret_number = id << 16;
		if (word && k-- > 0)
			word = NULL;
	}
	return word;
}

static const char *iana_word(enum iana_table table, size_t k, int64_t *ret_number)
{
	uint16_t number;
	const char *name = iana_at(table, k, &number);

	if (name)
		*ret_number = number;
	return name;
}

static const char *version_row(size_t k, int64_t *ret_number)
{
	return iana_word(IANA_VERSIONS, k, ret_number);
}

static const char *cipher_row(size_t k, int64_t *ret_number)
{
	return iana_word(IANA_CIPHERS, k + 1, ret_number); /* 0 is "not known" in the store */
}

static const char *group_row(size_t k, int64_t *ret_number)
{
	return iana_word(IANA_GROUPS, k, ret_number);
}

static const char *alert_row(size_t k, int64_t *ret_number)
{
	return iana_word(IANA_ALERTS, k, ret_number);
}

static const struct words {
	enum field_id field;
	const char *(*word)(int64_t number);
	/* The k-th word and its number. NULL: the words are those of the numbers 1, 2, ... */
	const char *(*row)(size_t k, int64_t *ret_number);
} table[] = {
    {FIELD_TRANSPORT, transport_word, NULL},
    {FIELD_SERVICE, service_word, service_row},
    {FIELD_STARTTLS, starttls_word, NULL},
    {FIELD_SOURCE, source_word, NULL},
    {FIELD_OUTCOME, outcome_word, NULL},
    {FIELD_VERSION, version_word, version_row},
    {FIELD_CIPHER, cipher_word, cipher_row},
    {FIELD_GROUP, group_word, group_row},
    {FIELD_ALERT, alert_word, alert_row},
    {FIELD_SEVERITY, severity_word, NULL},
    {FIELD_FINDINGS, finding_word, finding_row},
};

static const struct words *words_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].field == field)
			return &table[i];
	return NULL;
}

static const char *row_of(const struct words *words, size_t k, int64_t *ret_number)
{
	const char *word;

	if (words->row)
		return words->row(k, ret_number);
	word = words->word((int64_t)k + 1);
	if (word)
		*ret_number = (int64_t)k + 1;
	return word;
}

const char *word_pair(enum field_id field, size_t k, int64_t *ret_number)
{
	const struct words *words = words_of(field);

	if (field == FIELD_SERVICE)
		return service_pair(k, ret_number);
	return words ? row_of(words, k, ret_number) : NULL;
}

const char *word_text(enum field_id field, int64_t number)
{
	const struct words *words = words_of(field);

	return words ? words->word(number) : NULL;
}

int64_t word_number(enum field_id field, const char *word)
{
	const struct words *words = words_of(field);
	int64_t number = -1;
	const char *row;

	for (size_t k = 0; words && (row = row_of(words, k, &number)); k++)
		if (strcasecmp(row, word) == 0)
			return number;
	return -1;
}

const char *word_at(enum field_id field, size_t k)
{
	const struct words *words = words_of(field);
	int64_t number;

	return words ? row_of(words, k, &number) : NULL;
}
