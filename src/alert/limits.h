/*
 * limits.h: the maxima of alerts, each with its reason.
 */
#pragma once

enum {
	/* A replacement field of a rule's text: wider than any line of a mail. */
	FORMAT_WIDTH_MAX = 1000,
	/* Digits after the point; a double has 17 that mean something. */
	FORMAT_PRECISION_MAX = 99,
	FORMAT_ARGS_MAX = 999,
	/* Into a list of names: a certificate may have thousands. */
	FORMAT_INDEX_MAX = 99999,
	/* One value as text. */
	FORMAT_TEXT_MAX = 256 * 1024,
	/* Endpoints listed in a message: a mail of 200 rows is read, one of 2,000 is not. */
	PLACES_LISTED_MAX = 250,
	/* Certificates listed in a digest. */
	DIGEST_ROWS_MAX = 50,
	/* The facts of one message: a subject and an issuer of 4 KiB each, and a note. */
	NEWS_FACTS_BYTES_MAX = 64 * 1024,
	/* One body: 250 rows of HTML with the longest names. */
	NEWS_BYTES_MAX = 1 << 20,
	/* How often a pass looks at all that expires, and not only at what is new. */
	LOOK_AT_ALL_MS = 60 * 60 * 1000,
	/* News of one pass; what is more is told by the next one. */
	GATHER_MAX = 100 * 1000,
	/* Their texts: a few hundred bytes each. */
	GATHER_BYTES_MAX = 64 << 20,

	/* Rules of ElastAlert2. What it does where a rule says nothing: buffer_time and run_every
	 * as in its example configuration, realert as in its documentation. */
	RULE_BUFFER_MS = 15 * 60 * 1000,
	RULE_EVERY_MS = 60 * 1000,
	RULE_REALERT_MS = 60 * 1000,
	RULE_TEXT_BYTES_MAX = 256 * 1024, /* the YAML */
	RULE_NAME_MAX = 512,
	LOGIN_BYTES_MAX = 16 * 1024, /* of a file with a user and a password */
	/* What one rule and one pass hold in memory: documents are kept only if they are told. */
	RULE_BYTES_MAX = 64 << 20,
	RULE_PASS_BYTES_MAX = 256 << 20,
	RULE_ROW_BYTES_MAX = 16 << 20,
	/* Told by one pass: the rest waits for the next one. What has the very same time (an import
	 * of a file) is not divided. */
	RULE_MATCHES_MAX = 2000,
	RULE_MATCHES_AT_ONCE_MAX = 200 * 1000,
	/* Addresses and channels of one alerter, each with each. */
	RULE_PLACES_MAX = 64,
	/* Times that frequency and flatline compare with: eight bytes each, for each key. */
	WINDOW_TIMES_MAX = 100000,
	/* What a rule remembers of its documents during a pass: 200 bytes each. */
	RECALL_MAX = 1 << 19,
	RECALL_KEY_BYTES_MAX = 64 * 1024,
	/* Of a value that is silenced or counted by; longer than any name that people gave. */
	KEY_TEXT_MAX = 1000,
	/* Matches in one message, as ElastAlert2 has it; more are told by the next pass. */
	AGGREGATE_MAX = 10000,
	/* Documents that a dry run names because they were looked at already. */
	DONE_SHOWN_MAX = 100,
	/* Looks of flatline within one pass. */
	SEGMENTS_MAX = 1000,
	/* The body of one message. */
	MESSAGE_TEXT_MAX = 4 << 20,
	/* One match as JSON, while its aggregation waits, and in a message for machines. */
	MATCH_JSON_MAX = 1 << 20,
	MATCHES_JSON_MAX = 4 << 20,
	/* The config of a channel as a tree, and all that is made of one message. */
	CHANNEL_BYTES_MAX = 1 << 20,
	PARCEL_BYTES_MAX = 8 << 20,
	/* Bodies in a chat: Slack cuts at 4,000 characters of a block, Teams takes 28 KB in all. */
	CHAT_BODY_MAX = 3500,
	TEAMS_BODY_MAX = 12 * 1024,
	/* A line of a log: RFC 5424 6.1 asks of receivers 2,048 bytes. */
	SYSLOG_LINE_MAX = 2048,
	/* Words of a command. */
	COMMAND_WORDS_MAX = 64,

	/* Threads that carry: so many servers may hang at once before others wait. */
	CARRIERS_MAX = 8,
	/* Lanes whose troubles are remembered; what has none needs no memory. */
	DELIVERY_LANES_MAX = 256,
	LANE_NAME_MAX = 96,
	/* A message, its config as a tree and what is made of it. */
	DELIVERY_BYTES_MAX = 32 << 20,
	/* Between two tries: half a minute, then twice as long each time. */
	RETRY_FIRST_MS = 30 * 1000,
	RETRY_MAX_MS = 60 * 60 * 1000,
	/* alert_time_limit of ElastAlert2: what has not arrived by then is of no use. */
	GIVE_UP_MS = 2 * 24 * 60 * 60 * 1000,
};
