/*
 * limits.h: the maxima of the store, each with its reason.
 */
#pragma once

enum {
	/* How long a program waits for others on the same store before it gives up: they hold the
	 * write lock for a batch, a vacuum holds it for as long as it copies everything. */
	BUSY_WAIT_MS = 5 * 60 * 1000,
	/* Longest nap while waiting: a batch is tens of milliseconds. */
	BUSY_NAP_MAX_MS = 10,
	/* Prepared statements kept: one for each SQL text in the room, and room for more. */
	STATEMENTS_MAX = 256,
	/* Chains whose row number is kept in memory: 40 bytes each. A power of two. */
	CHAIN_SLOTS = 16384,
	/* Page cache of a connection: the inner pages of the indexes of a million endpoints. */
	PAGE_CACHE_KIB = 16 * 1024,
	/* Pages in the log before they are moved into the database: fewer moves of the same
	 * page. */
	CHECKPOINT_PAGES = 4000,
	/* What is left of the log's file when a burst of writing is over. */
	LOG_KEPT_BYTES = 64 << 20,
	/* Runs that covered an endpoint and did not see a chain of it, until it counts as gone. */
	MISSES_MAX = 2,
	/* Sightings looked at in one go when a run ends. */
	MISSED_AT_ONCE = 256,
	/* Memory for one row or chain while it is handed to a callback: a message of 1 MiB, in
	 * texts too. */
	ROW_BYTES_MAX = 16 << 20,
	/* Names that alerts of one server and reason, whose certificate is hidden, tell apart: a
	 * client may make up a name for each connection. */
	ALERT_NAMES_MAX = 64,
	/* Sessions of one user: more browsers than anybody has; the one that was used the longest
	 * ago makes room. Tokens of one user: a token a program. */
	SESSIONS_PER_USER_MAX = 32,
	TOKENS_PER_USER_MAX = 64,
	USERS_MAX = 10000,
	/* Views of one user: more than anybody reads through. */
	VIEWS_PER_USER_MAX = 256,
	/* Mutes are loaded whole by each pass over the inventory, half a KiB each at most. */
	MUTES_MAX = 20000,
	MUTES_BYTES_MAX = 32 << 20,
	/* Runs of one page of them. */
	RUN_IDS_BYTES_MAX = 8 * 1000,
	SCHEDULES_MAX = 1000,
	/* Scans that wait, run or are paused: one a schedule, and what people ask for by hand. */
	JOBS_OPEN_MAX = 1200,
	/* What is forgotten in one transaction: some ten milliseconds, as a batch of a scan. */
	PRUNE_AT_ONCE = 500,
	/* How exactly the last use of a session or token is known: each is a write. */
	CREDENTIAL_USED_MS = 60 * 1000,
	/* Rows of a listing without a limit that are chosen in one go, and what people said of
	 * them. */
	LISTING_AT_ONCE = 5000,
	LISTING_PAGE_BYTES_MAX = 64 << 20,
	/* Thousands of steps of SQLite's machine until a walk is given up for a search: some
	 * hundredths of a second. */
	WALK_STEPS_MAX = 100,
	/* How old an overview may be where nothing was written since: what ends within the minute
	 * still runs in it. */
	OVERVIEW_KEPT_S = 60,
	/* Rows that are sorted for a page: what takes no longer than another walk. */
	HITS_MAX = 100000,
	/* The same until a search by an index is given up for a pass over everything, which takes
	 * three times as long as this at a million endpoints. */
	SEARCH_STEPS_MAX = 500,
	/* Sightings, chains and endpoints that are held in memory: 20 bytes a sighting, 4 to 13 of
	 * the others; certificates, 8. */
	ROWS_IN_MEMORY_MAX = 64 << 20,
	/* Values of one field that are counted, and their texts: a host name for each of four
	 * million endpoints. */
	COUNTER_TEXTS_MAX = 4 << 20,
	COUNTER_BYTES_MAX = 512 << 20,
	/* Characters of a word whose trigrams are asked for: the rest of a long one tells no
	 * more. */
	TRIGRAMS_MAX = 64,
	/* Findings that are told of one certificate: of all its chains and endpoints, each once. */
	LISTED_FINDINGS_MAX = 256,
	/* The SQL made of a question, and how deep the question may be nested. */
	SEARCH_SQL_MAX = 256 * 1024,
	SEARCH_DEPTH_MAX = 64,
	SEARCH_VALUES_MAX = 1024,
};
