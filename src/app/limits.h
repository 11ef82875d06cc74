/*
 * limits.h: the maxima of this room, each with its reason.
 */
#pragma once

enum {
	/* Bytes waiting in one direction of a channel before its writer is told to pause; a stalled
	 * keeper holds back the scan, not the memory of the machine. */
	CHANNEL_PAUSE = 1 << 20,
	/* And the most a channel may hold: what a paused writer still has in hand goes on top. */
	CHANNEL_MAX = 64 << 20,
	/* How long a record waits for company: a scan of ten thousand endpoints told them one by
	 * one otherwise. */
	CHANNEL_DELAY_US = 5000,
	/* Chains in a worker's dictionary (of each the id and the names of its leaf) and whole
	 * verdicts in the keeper's, in number and bytes. */
	WORKER_CHAINS_MAX = 16384,
	WORKER_CHAINS_BYTES_MAX = 8 << 20,
	KEEPER_CHAINS_MAX = 8192,
	KEEPER_CHAINS_BYTES_MAX = 16 << 20,
	/* What earlier scans learnt, 24 bytes each: 12 MB a worker at the most. */
	HINTS_MAX = 500 * 1000,
	/* An endpoint that had one type of key is asked for the other again in each so many-th
	 * run. */
	ONE_KEY_RUNS = 8,
	/* CA certificates told to each worker at start, about 1.5 KB each. */
	ISSUERS_MAX = 5000,
	/* Memory of one judgement: DER, facts and the paths that were tried. */
	JUDGE_BYTES_MAX = 16 << 20,
	/* Observations in one transaction, and how long the first of them may wait for its
	 * commit. */
	BATCH_RECORDS_MAX = 2000,
	BATCH_DELAY_US = 250 * 1000,
	PROGRESS_DELAY_US = 200 * 1000,
	/* Of a watch: a line on the terminal, and one of --stats. */
	STATS_DELAY_US = 10 * 1000 * 1000,
	STATS_TEXT_MAX = 512,
	/* Between checkpoints. With what is on its way to us, and with who was asked and is not
	 * settled yet, a crash makes a resumed scan repeat a second at most. */
	CHECKPOINT_DELAY_US = 250 * 1000,
	/* A list of targets or a trust bundle. */
	INPUT_FILE_MAX = 1 << 30,
	/* Bytes of a bad line of it that are repeated: more than any address or name has. */
	LINE_SHOWN_MAX = 256,
	/* Formatted rows of one transaction, 2,000 with 500 names each at the worst. */
	PENDING_OUTPUT_MAX = 256 << 20,
	/* A name server that has not answered by then will not help a scan. */
	DNS_TIMEOUT_MS = 2000,
	/* Rows in the table after a scan; `certscape list` shows all. */
	SUMMARY_ROWS_MAX = 50,
	/* Threads that read for pages: a slow search beside a quick page. */
	LANE_READERS = 2,
	LANE_THREADS_MAX = 8,
	/* Requests that wait for one lane: at milliseconds each, what a client would wait for. */
	LANE_WAITING_MAX = 256,
	/* How long a wall clock that was set goes unnoticed. */
	CHORE_SLEEP_MAX_MS = 10 * 1000,
	/* How often it is looked whether something has changed, for the pages that listen. */
	EVENTS_DELAY_MS = 1000,
	/* How often they hear something all the same: proxies cut what is silent for long. */
	EVENTS_BEAT_MS = 15 * 1000,
	/* Rules have a pass as often as this, and when something was changed by hand. */
	ROUND_EVERY_MS = 60 * 1000,
	ROUND_RULES_MAX = 1000,
	/* What rules remember and is over is forgotten as often as this. */
	FORGET_EVERY_MS = 60 * 60 * 1000,
	/* A rule's text, a message and what is made of it. */
	ROUND_BYTES_MAX = 32 << 20,
	/* Messages on their way at once, to as many servers. */
	DELIVERY_CARRIERS = 4,
	/* Another program may put messages; nobody wakes us then. */
	DELIVERY_PAUSE_MS = 10 * 1000,
	/* How long the end of the service waits for a mail server. */
	DELIVERY_END_MS = 3 * 1000,
	/* Networks where webhooks may go though they are inside. */
	GUARD_NETWORKS_MAX = 64,
	GUARD_TEXT_MAX = 16 * 1024,
	/* A command of an alert's channel: how long it may take, its words, and all that it
	 * gets. */
	COMMAND_TIME_S = 60,
	COMMAND_WORDS = 64,
	COMMAND_BYTES_MAX = 16 << 20,
	/* Scans that the service has running at once: each has a worker for every core. */
	SCANS_AT_ONCE_MAX = 2,
	/* An order to scan: targets and excludes of a schedule, 64 KiB each. */
	SCAN_ORDER_BYTES_MAX = 160 * 1024,
	SCAN_ARGV_BYTES_MAX = 4 << 20,
	/* How often scans that are under way are looked at. */
	SCHEDULE_PAUSE_MS = 500,
	/* Schedules and scans looked at in one go: the others come half a second later. */
	SCHEDULES_AT_ONCE_MAX = 64,
	JOBS_AT_ONCE_MAX = 1200,
	SCHEDULES_BYTES_MAX = 256 << 20,
	/* Forgetting: not while everything begins, then once a day, two seconds at a time. */
	RETENTION_FIRST_MS = 10 * 60 * 1000,
	RETENTION_EVERY_MS = 24 * 60 * 60 * 1000,
	RETENTION_SLICE_MS = 2000,
	RETENTION_PAUSE_MS = 1000,
	RETENTION_TEXT_MAX = 1024,
	/* The newest runs, of which those that go on are told of every second. */
	PULSE_RUNS_MAX = 8,
	PULSE_RUN_BYTES_MAX = 256 * 1024,
};
/* Per cent of open ports that a run must have found, by estimate, for the others to have
 * vanished. */
enum { COVERAGE_TRUSTED = 97 };
