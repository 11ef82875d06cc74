/*
 * gauges.h: what the service counts itself, in Prometheus' text form.
 */
#pragma once

#include "app/lanes.h"
#include "base/buf.h"
#include "http/server.h"

void gauges_put(struct lanes *lanes, const struct http_server *server, struct buf *out);
