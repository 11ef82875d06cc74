/*
 * route_inventory.c: the inventory: rows, counts, facets, the overview.
 */
#include "web/call.h"

const struct route route_inventory[] = {
    {0},
};
