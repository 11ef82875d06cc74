/*
 * schema_listing.h: what the listing (listing.h) needs beside the tables of the inventory. Part of
 * schema_v2.
 */
#pragma once

/* listing_log: what each batch wrote to, ids of 5 bytes; NULL: too many. The indexes: what took the
 * place of what; most changes are of something new. */
#define SCHEMA_LISTING                                                                             \
	"CREATE TABLE listing_log ("                                                               \
	" id INTEGER PRIMARY KEY,"                                                                 \
	" endpoints BLOB,"                                                                         \
	" chains BLOB,"                                                                            \
	" certificates BLOB"                                                                       \
	") STRICT;"                                                                                \
	"CREATE INDEX changes_before ON changes (before) WHERE before <> 0;"                       \
	"CREATE INDEX changes_after ON changes (after) WHERE before <> 0;"
