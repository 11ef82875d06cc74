/*
 * schema_notes.h: the tables of what people say of certificates and endpoints: owners, notes, tags,
 * mutes, saved views. Part of schema_v2. No row refers to a row of what was found: these outlive
 * it.
 */
#pragma once

#define SCHEMA_NOTES                                                                               \
	"CREATE TABLE certificate_notes ("                                                         \
	" sha256 BLOB NOT NULL PRIMARY KEY,"                                                       \
	" owner TEXT NOT NULL,"                                                                    \
	" note TEXT NOT NULL,"                                                                     \
	" tags TEXT NOT NULL," /* a JSON array, sorted */                                          \
	" at_ms INTEGER NOT NULL,"                                                                 \
	" by TEXT NOT NULL"                                                                        \
	") STRICT, WITHOUT ROWID;"                                                                 \
	"CREATE TABLE endpoint_notes ("                                                            \
	" addr BLOB NOT NULL,"                                                                     \
	" port INTEGER NOT NULL,"                                                                  \
	" transport INTEGER NOT NULL,"                                                             \
	" zone INTEGER NOT NULL,"                                                                  \
	" owner TEXT NOT NULL,"                                                                    \
	" note TEXT NOT NULL,"                                                                     \
	" tags TEXT NOT NULL,"                                                                     \
	" at_ms INTEGER NOT NULL,"                                                                 \
	" by TEXT NOT NULL,"                                                                       \
	" PRIMARY KEY (addr, port, transport, zone)"                                               \
	") STRICT, WITHOUT ROWID;"                                                                 \
	"CREATE TABLE mutes ("                                                                     \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" kind INTEGER NOT NULL,"                                                                  \
	" thing INTEGER NOT NULL,"                                                                 \
	" key TEXT NOT NULL,"                                                                      \
	" finding INTEGER NOT NULL,"                                                               \
	" until_ms INTEGER NOT NULL,"                                                              \
	" why TEXT NOT NULL,"                                                                      \
	" by TEXT NOT NULL,"                                                                       \
	" at_ms INTEGER NOT NULL"                                                                  \
	") STRICT;"                                                                                \
	"CREATE TABLE views ("                                                                     \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" user INTEGER NOT NULL REFERENCES users (id),"                                            \
	" name TEXT NOT NULL,"                                                                     \
	" state TEXT NOT NULL,"                                                                    \
	" shared INTEGER NOT NULL"                                                                 \
	") STRICT;"                                                                                \
	"CREATE INDEX views_user ON views (user);"
