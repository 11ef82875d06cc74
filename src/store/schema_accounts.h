/*
 * schema_accounts.h: the tables of users, their sessions and tokens, and of what they did. Part of
 * schema_v2. Nothing in them lets anybody in: passwords are scrypt texts, sessions and tokens are
 * digests.
 */
#pragma once

#define SCHEMA_ACCOUNTS                                                                            \
	"CREATE TABLE users ("                                                                     \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" name TEXT NOT NULL UNIQUE COLLATE NOCASE,"                                               \
	" role INTEGER NOT NULL,"                                                                  \
	" disabled INTEGER NOT NULL,"                                                              \
	" password TEXT NOT NULL,"                                                                 \
	" created_ms INTEGER NOT NULL,"                                                            \
	" login_ms INTEGER NOT NULL"                                                               \
	") STRICT;"                                                                                \
	"CREATE TABLE credentials ("                                                               \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" kind INTEGER NOT NULL,"                                                                  \
	" sha256 BLOB NOT NULL UNIQUE,"                                                            \
	" user INTEGER NOT NULL REFERENCES users (id),"                                            \
	" role INTEGER NOT NULL,"                                                                  \
	" name TEXT NOT NULL,"                                                                     \
	" created_ms INTEGER NOT NULL,"                                                            \
	" expires_ms INTEGER NOT NULL,"                                                            \
	" idle_ms INTEGER NOT NULL,"                                                               \
	" used_ms INTEGER NOT NULL"                                                                \
	") STRICT;"                                                                                \
	"CREATE INDEX credentials_user ON credentials (user, kind);"                               \
	"CREATE TABLE audit ("                                                                     \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" at_ms INTEGER NOT NULL,"                                                                 \
	" who TEXT NOT NULL,"                                                                      \
	" address TEXT NOT NULL,"                                                                  \
	" action TEXT NOT NULL,"                                                                   \
	" what TEXT NOT NULL,"                                                                     \
	" detail TEXT NOT NULL"                                                                    \
	") STRICT;"                                                                                \
	"CREATE INDEX audit_at ON audit (at_ms);"                                                  \
	"CREATE INDEX audit_login ON audit (who COLLATE NOCASE, address) WHERE action = 'login';"
