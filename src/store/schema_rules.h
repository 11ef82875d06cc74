/*
 * schema_rules.h: the tables of rules, what they told, and what waits to be delivered. Part of
 * schema_v2.
 */
#pragma once

#define SCHEMA_RULES                                                                               \
	"CREATE TABLE rules ("                                                                     \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" name TEXT NOT NULL UNIQUE,"                                                              \
	" kind INTEGER NOT NULL,"                                                                  \
	" type TEXT NOT NULL,"                                                                     \
	" enabled INTEGER NOT NULL,"                                                               \
	" text TEXT NOT NULL,"                                                                     \
	" cursor INTEGER NOT NULL DEFAULT 0,"                                                      \
	" ran_ms INTEGER NOT NULL DEFAULT 0,"                                                      \
	" took_ms INTEGER NOT NULL DEFAULT 0,"                                                     \
	" hits INTEGER NOT NULL DEFAULT 0,"                                                        \
	" matches INTEGER NOT NULL DEFAULT 0,"                                                     \
	" messages INTEGER NOT NULL DEFAULT 0,"                                                    \
	" error TEXT NOT NULL DEFAULT ''"                                                          \
	") STRICT;"                                                                                \
                                                                                                   \
	"CREATE TABLE channels ("                                                                  \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" name TEXT NOT NULL UNIQUE,"                                                              \
	" type TEXT NOT NULL,"                                                                     \
	" enabled INTEGER NOT NULL,"                                                               \
	" config TEXT NOT NULL"                                                                    \
	") STRICT;"                                                                                \
                                                                                                   \
	"CREATE TABLE rule_channels ("                                                             \
	" rule INTEGER NOT NULL REFERENCES rules (id),"                                            \
	" channel INTEGER NOT NULL REFERENCES channels (id),"                                      \
	" PRIMARY KEY (rule, channel)"                                                             \
	") STRICT, WITHOUT ROWID;"                                                                 \
                                                                                                   \
	"CREATE TABLE silences ("                                                                  \
	" rule INTEGER NOT NULL REFERENCES rules (id),"                                            \
	" key TEXT NOT NULL,"                                                                      \
	" until_ms INTEGER NOT NULL,"                                                              \
	" exponent INTEGER NOT NULL,"                                                              \
	" by_whom TEXT NOT NULL,"                                                                  \
	" PRIMARY KEY (rule, key)"                                                                 \
	") STRICT, WITHOUT ROWID;"                                                                 \
                                                                                                   \
	"CREATE TABLE rule_states ("                                                               \
	" rule INTEGER NOT NULL REFERENCES rules (id),"                                            \
	" topic INTEGER NOT NULL,"                                                                 \
	" key BLOB NOT NULL,"                                                                      \
	" value BLOB NOT NULL,"                                                                    \
	" until_ms INTEGER NOT NULL,"                                                              \
	" PRIMARY KEY (rule, topic, key)"                                                          \
	") STRICT, WITHOUT ROWID;"                                                                 \
	"CREATE INDEX rule_states_until ON rule_states (until_ms);"                                \
                                                                                                   \
	/* What our own rules told of a certificate: each stage once. */                           \
	"CREATE TABLE notices ("                                                                   \
	" rule INTEGER NOT NULL REFERENCES rules (id),"                                            \
	" certificate BLOB NOT NULL," /* its SHA-256 */                                            \
	" stage INTEGER NOT NULL,"                                                                 \
	" told_ms INTEGER NOT NULL,"                                                               \
	" resolved_ms INTEGER," /* NULL: it still holds */                                         \
	" generation INTEGER NOT NULL," /* how often it was resolved and came back */              \
	" PRIMARY KEY (rule, certificate)"                                                         \
	") STRICT, WITHOUT ROWID;"                                                                 \
                                                                                                   \
	"CREATE TABLE messages ("                                                                  \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" rule INTEGER NOT NULL," /* may be gone */                                                \
	" channel INTEGER NOT NULL," /* 0: type and config say where */                            \
	" lane TEXT NOT NULL," /* what is delivered one after the other */                         \
	" type TEXT NOT NULL,"                                                                     \
	" config TEXT NOT NULL,"                                                                   \
	" dedupe TEXT NOT NULL,"                                                                   \
	" severity INTEGER NOT NULL,"                                                              \
	" created_ms INTEGER NOT NULL,"                                                            \
	" state INTEGER NOT NULL,"                                                                 \
	" attempts INTEGER NOT NULL,"                                                              \
	" next_ms INTEGER NOT NULL,"                                                               \
	" sent_ms INTEGER NOT NULL,"                                                               \
	" last_error TEXT NOT NULL,"                                                               \
	" subject TEXT NOT NULL,"                                                                  \
	" text TEXT NOT NULL,"                                                                     \
	" html TEXT NOT NULL,"                                                                     \
	" detail TEXT NOT NULL,"                                                                   \
	" UNIQUE (dedupe, lane)"                                                                   \
	") STRICT;"                                                                                \
	"CREATE INDEX messages_lane ON messages (lane) WHERE state = 0;"                           \
	"CREATE INDEX messages_next ON messages (next_ms) WHERE state = 0;"                        \
	"CREATE INDEX messages_state ON messages (state, created_ms);"
