/*
 * gauges.c: the HTTP server's counts by its own table, and how the lanes keep up.
 */
#include "app/gauges.h"

#include <inttypes.h>
#include <stdio.h>

static void head_put(struct buf *out, const char *name, const char *help, const char *type)
{
	buf_printf(out, "# HELP certscape_%s %s\n# TYPE certscape_%s %s\n", name, help, name, type);
}

static void server_put(const struct http_server *server, struct buf *out)
{
	char name[128];

	for (size_t i = 0; i < HTTP_COUNTS; i++) {
		const struct http_count_row *row = &http_count_table[i];

		snprintf(name, sizeof(name), "http_%s", row->name);
		head_put(out, name, row->help, row->is_gauge ? "gauge" : "counter");
		buf_printf(out, "certscape_%s %" PRIu64 "\n", name,
		    http_server_count(server, (enum http_count)i));
	}
}

static void lanes_put(struct lanes *lanes, struct buf *out)
{
	size_t waiting[LANE_MAX];
	uint64_t refused[LANE_MAX];

	for (size_t i = 0; i < LANE_MAX; i++)
		lanes_count(lanes, (enum lane)i, &waiting[i], &refused[i]);
	head_put(out, "lane_waiting", "Requests that wait for a thread.", "gauge");
	for (size_t i = 0; i < LANE_MAX; i++)
		buf_printf(out, "certscape_lane_waiting{lane=\"%s\"} %zu\n",
		    lane_text((enum lane)i), waiting[i]);
	head_put(out, "lane_refused_total", "Requests turned away: too many waited.", "counter");
	for (size_t i = 0; i < LANE_MAX; i++)
		buf_printf(out, "certscape_lane_refused_total{lane=\"%s\"} %" PRIu64 "\n",
		    lane_text((enum lane)i), refused[i]);
}

void gauges_put(struct lanes *lanes, const struct http_server *server, struct buf *out)
{
	server_put(server, out);
	lanes_put(lanes, out);
}
