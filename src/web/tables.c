/*
 * tables.c: every table of routes. A new file route_*.c is a row here.
 */
#include "web/route.h"

const struct route *const route_tables[] = {
    route_certificate,
    route_endpoint,
    route_export,
    route_channels,
    route_inventory,
    route_messages,
    route_notes,
    route_rules,
    route_scans,
    route_service,
    route_session,
    route_settings,
    route_users,
    NULL,
};
