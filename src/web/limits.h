/*
 * limits.h: the maxima of this room, each with its reason.
 */
#pragma once

enum {
	/* A request's body but for those of ROUTE_LARGE: the longest is a schedule's targets. */
	WEB_BODY_MAX = 128 * 1024,
	/* Memory of one call beside its answer: a body as a tree, a page of rows. */
	WEB_CALL_BYTES_MAX = 32 << 20,
	/* One answer that is no stream: 500 rows with all fields and chains. */
	WEB_ANSWER_MAX = 16 << 20,
	/* Rows of a page. */
	WEB_PAGE_ROWS = 50,
	WEB_PAGE_ROWS_MAX = 500,
	/* Passwords: shorter ones are guessed, longer ones are none. */
	WEB_PASSWORD_MIN = 10,
	WEB_PASSWORD_MAX = 1024,
	/* A setting as text: a list of networks. */
	WEB_SETTING_MAX = 17 * 1024,
	WEB_NETWORKS_MAX = 256,
	/* The name of a CA. */
	WEB_SUBJECT_MAX = 4096,
	/* Of a scan that is asked for. */
	WEB_TARGETS_MAX = 1000,
	WEB_PORTS_MAX = 4096,
	/* A scan's counts are written every second; one that was not heard for so long is dead. */
	WEB_RUN_SILENCE_MS = 15000,
	/* Why something is muted. */
	WEB_WHY_MAX = 1024,
	/* A name as somebody tries it. */
	WEB_LOGIN_NAME_MAX = 64,
	/* Guesses: a person mistypes a few times; 8640 a day of a name find no password of ten
	 * characters. Behind one address may be an office. */
	THROTTLE_NAME_BURST = 10,
	THROTTLE_NAME_S = 10,
	THROTTLE_ADDR_BURST = 20,
	THROTTLE_ADDR_S = 5,
	/* Names and addresses that are remembered: 200 bytes each. */
	THROTTLE_GUESSES_MAX = 16384,
	/* Pages that listen for events: each is a stream of the server (HTTP_STREAMS_MAX). */
	WEB_LISTENERS_MAX = 128,
	/* One event: a run with its progress and result. */
	WEB_EVENT_MAX = 64 * 1024,
	/* The YAML of a rule, as RULE_TEXT_BYTES_MAX of alert; names of rules and channels. */
	WEB_RULE_MAX = 256 * 1024,
	WEB_NAME_MAX = 256,
	/* Messages and what is left out that a dry run shows; more are only counted. */
	WEB_DRY_MESSAGES_MAX = 100,
};
