/*
 * schema_schedules.h: the tables of what is scanned when, the settings, and the CAs that are
 * trusted beside the system's. Part of schema_v2.
 */
#pragma once

#define SCHEMA_SCHEDULES                                                                           \
	"CREATE TABLE schedules ("                                                                 \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" name TEXT NOT NULL UNIQUE,"                                                              \
	" enabled INTEGER NOT NULL,"                                                               \
	" targets TEXT NOT NULL,"                                                                  \
	" exclude TEXT NOT NULL,"                                                                  \
	" ports TEXT NOT NULL,"                                                                    \
	" known INTEGER NOT NULL,"                                                                 \
	" rate INTEGER NOT NULL,"                                                                  \
	" kind INTEGER NOT NULL,"                                                                  \
	" cron TEXT NOT NULL,"                                                                     \
	" every_s INTEGER NOT NULL,"                                                               \
	" window_from_min INTEGER,"                                                                \
	" window_to_min INTEGER,"                                                                  \
	" timezone TEXT NOT NULL,"                                                                 \
	" next_ms INTEGER NOT NULL,"                                                               \
	" changed_ms INTEGER NOT NULL"                                                             \
	") STRICT;"                                                                                \
	"CREATE TABLE jobs ("                                                                      \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                                                   \
	" schedule INTEGER NOT NULL," /* 0: none; it may be gone */                                \
	" state INTEGER NOT NULL,"                                                                 \
	" run INTEGER NOT NULL,"                                                                   \
	" targets TEXT NOT NULL,"                                                                  \
	" exclude TEXT NOT NULL,"                                                                  \
	" ports TEXT NOT NULL,"                                                                    \
	" known INTEGER NOT NULL,"                                                                 \
	" rate INTEGER NOT NULL,"                                                                  \
	" asked_ms INTEGER NOT NULL,"                                                              \
	" started_ms INTEGER NOT NULL,"                                                            \
	" ended_ms INTEGER NOT NULL,"                                                              \
	" by TEXT NOT NULL,"                                                                       \
	" message TEXT NOT NULL"                                                                   \
	") STRICT;"                                                                                \
	"CREATE UNIQUE INDEX jobs_open ON jobs (schedule) WHERE state < 5 AND schedule <> 0;"      \
	"CREATE INDEX jobs_schedule ON jobs (schedule);"                                           \
	"CREATE INDEX jobs_run ON jobs (run) WHERE run <> 0;"                                      \
	"CREATE INDEX jobs_state ON jobs (state) WHERE state < 5;"                                 \
	/* When a worker was heard last: who runs is told from who was killed. */                  \
	"ALTER TABLE run_workers ADD COLUMN at_s INTEGER NOT NULL DEFAULT 0;"                      \
	/* Numbers of open ports found below low_water and not done with, 8 bytes each. */         \
	"ALTER TABLE run_workers ADD COLUMN held BLOB NOT NULL DEFAULT x'';"                       \
	/* So many targets before low_water have been asked once, and may be asked again. */       \
	"ALTER TABLE run_workers ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;"                      \
	"CREATE TABLE settings ("                                                                  \
	" key TEXT NOT NULL PRIMARY KEY,"                                                          \
	" value TEXT NOT NULL,"                                                                    \
	" at_ms INTEGER NOT NULL,"                                                                 \
	" by TEXT NOT NULL"                                                                        \
	") STRICT, WITHOUT ROWID;"                                                                 \
	"CREATE TABLE trusted ("                                                                   \
	" sha256 BLOB NOT NULL PRIMARY KEY,"                                                       \
	" subject TEXT NOT NULL,"                                                                  \
	" not_after_s INTEGER NOT NULL,"                                                           \
	" at_ms INTEGER NOT NULL,"                                                                 \
	" by TEXT NOT NULL,"                                                                       \
	" der BLOB NOT NULL"                                                                       \
	") STRICT, WITHOUT ROWID;"
