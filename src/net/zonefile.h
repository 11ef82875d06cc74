/*
 * zonefile.h: a time zone by its name, from this machine's files: "Europe/Berlin"; or without any:
 * "UTC", "+02:00".
 */
#pragma once

#include "base/zone.h"

/* ERR_INPUT: there is no such zone here. NULL and "" are UTC. */
must_use struct err zonefile_load(const char *name, struct zone **ret_zone);
