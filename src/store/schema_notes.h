/*
 * schema_notes.h: the tables of what people say of certificates and endpoints: owners, notes, tags, mutes, saved views. Part of schema_v2.
 */
#pragma once

#define SCHEMA_NOTES ""
