/*
 * schema_rules.h: the tables of rules, what they told, and what waits to be delivered. Part of schema_v2.
 */
#pragma once

#define SCHEMA_RULES ""
