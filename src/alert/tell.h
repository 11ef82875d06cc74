/*
 * tell.h: from news to messages and notices; within the transaction of the pass.
 */
#pragma once

#include "alert/gather.h"

must_use struct err tell_all(struct gathering *g);
