/*
 * column.c: a million rows have some hundred values in a column, so what is asked of a value is
 * remembered: two bits for each value there could be, of which few are ever touched.
 */
#include "store/column.h"

#include <stddef.h>

#define OF(member) offsetof(struct sighting, member), sizeof(((struct sighting *)0)->member)

static const struct column columns[] = {
    {FIELD_PORT, OF(port), false}, {FIELD_SOURCE, OF(source), false},
    {FIELD_OUTCOME, OF(outcome), false}, {FIELD_STARTTLS, OF(starttls), true},
    {FIELD_VERSION, OF(version), true}, {FIELD_VERSION_ID, OF(version), true},
    {FIELD_CIPHER, OF(cipher), true}, {FIELD_CIPHER_ID, OF(cipher), true},
    {FIELD_GROUP, OF(key_group), true}, {FIELD_GROUP_ID, OF(key_group), true},
    {FIELD_SERVICE, 0, 0, false}, /* of two: as compile.c says it */
};

const struct column *column_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (columns[i].field == field)
			return &columns[i];
	return NULL;
}

uint32_t column_value(const struct column *c, const struct sighting *of)
{
	const uint8_t *at = (const uint8_t *)of + c->offset;
	uint16_t wide;

	if (c->bytes == 0)
		return (uint32_t)of->starttls << 16 | of->port;
	if (c->bytes == 1)
		return *at;
	memcpy(&wide, at, sizeof(wide));
	return wide;
}

struct asking {
	const struct column *c;
	const struct sightings *v;
	column_meets_fn *meets;
	const void *context;
	struct bits *asked, *met; /* values */
};

static bool row_meets(const void *context, size_t row)
{
	const struct asking *a = context;
	uint32_t value = column_value(a->c, &a->v->v[row]);

	if (!bits_has(a->asked, value)) {
		bits_add(a->asked, value);
		if (!(a->c->zero_is_none && value == 0) && a->meets(a->context, value))
			bits_add(a->met, value);
	}
	return bits_has(a->met, value);
}

struct err column_keep(const struct column *c, const struct sightings *v, column_meets_fn *meets,
    const void *context, struct bits *rows)
{
	struct bits asked = {.n = 0}, met = {.n = 0};
	struct err e = OK;

	if (!bits_init(&asked, COLUMN_VALUES) || !bits_init(&met, COLUMN_VALUES))
		e = err_limit("no memory for a question");
	else
		bits_keep(rows, row_meets, &(struct asking){c, v, meets, context, &asked, &met});
	bits_done(&asked);
	bits_done(&met);
	return e;
}
