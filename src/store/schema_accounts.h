/*
 * schema_accounts.h: the tables of users, sessions, tokens and what they did. Part of schema_v2.
 */
#pragma once

#define SCHEMA_ACCOUNTS ""
