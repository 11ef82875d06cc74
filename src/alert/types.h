/* types.h: the types of rules, one a file. */
#pragma once

#include "alert/rule_type.h"

extern const struct rule_type rule_type_any, rule_type_blacklist, rule_type_whitelist,
    rule_type_change, rule_type_frequency, rule_type_flatline;
