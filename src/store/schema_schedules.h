/*
 * schema_schedules.h: the tables of what is scanned when, and the settings. Part of schema_v2.
 */
#pragma once

#define SCHEMA_SCHEDULES ""
