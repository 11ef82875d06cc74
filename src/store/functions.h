/*
 * functions.h: the SQL functions of a search, for one handle.
 */
#pragma once

#include "store/db.h"

must_use struct err functions_register(struct store *s);
