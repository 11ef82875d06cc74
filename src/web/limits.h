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
	/* Pages that listen for events: each is a stream of the server (HTTP_STREAMS_MAX). */
	WEB_LISTENERS_MAX = 128,
};
