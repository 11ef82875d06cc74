/*
 * schema_listing.h: the tables of what is searched: one row an endpoint and chain, and the texts in them. Part of schema_v2.
 */
#pragma once

#define SCHEMA_LISTING ""
