/*
 * dialects.h: every dialect there is, for the table in wire/dialect.c. A new one is a file here, a
 * line here and a row there (docs/adding-a-starttls.md).
 */
#pragma once

#include "wire/dialect.h"

extern const struct dialect dialect_ftp;
extern const struct dialect dialect_imap;
extern const struct dialect dialect_ldap;
extern const struct dialect dialect_mysql;
extern const struct dialect dialect_pop3;
extern const struct dialect dialect_postgres;
extern const struct dialect dialect_rdp;
extern const struct dialect dialect_smtp;
