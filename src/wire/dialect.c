/*
 * dialect.c: the table of STARTTLS dialects. Its order is the order in which an unknown greeting is
 * held against them: the ones whose sign is certain first; a "220" that does not name FTP is
 * SMTP's.
 */
#include "wire/dialect.h"

#include "wire/starttls/dialects.h"

static const struct dialect *const table[] = {
    &dialect_imap,
    &dialect_pop3,
    &dialect_mysql,
    &dialect_rdp,
    &dialect_ldap,
    &dialect_postgres,
    &dialect_smtp,
    &dialect_ftp,
};

enum { TABLE_N = sizeof(table) / sizeof(table[0]) };

const struct dialect *dialect_by_id(uint8_t id)
{
	for (size_t i = 0; i < TABLE_N; i++)
		if (table[i]->id == id)
			return table[i];
	return NULL;
}

const struct dialect *dialect_by_name(const char *name)
{
	for (size_t i = 0; i < TABLE_N; i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

const struct dialect *dialect_sniff(struct span first)
{
	for (size_t i = 0; i < TABLE_N; i++)
		if (table[i]->spoken(first))
			return table[i];
	return NULL;
}
