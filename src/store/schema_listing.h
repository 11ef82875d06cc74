/*
 * schema_listing.h: what the listing (listing.h) needs beside the tables of the inventory. Part of
 * schema_v2.
 */
#pragma once

/* listing_version: numbers that rise with what is written (written.h); row 1 comes with it. The
 * indexes: what took the place of what; most changes are of something new. */
#define SCHEMA_LISTING                                                                             \
	"CREATE TABLE listing_version ("                                                           \
	" id INTEGER PRIMARY KEY,"                                                                 \
	" n INTEGER NOT NULL"                                                                      \
	") STRICT;"                                                                                \
	"INSERT INTO listing_version VALUES (0, 0);"                                               \
	"CREATE INDEX changes_before ON changes (before) WHERE before <> 0;"                       \
	"CREATE INDEX changes_after ON changes (after) WHERE before <> 0;"
