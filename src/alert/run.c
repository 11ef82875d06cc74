/*
 * run.c: which function a rule's kind is.
 */
#include "alert/alert.h"

#include <stdio.h>

struct err pass_run(struct pass *pass)
{
	static rule_pass_fn *const kinds[] = {
	    [RULE_OWN] = own_pass,
	    [RULE_ELASTALERT] = elastalert_pass,
	};
	uint8_t kind = pass->rule->kind;

	if (kind < sizeof(kinds) / sizeof(kinds[0]) && kinds[kind])
		return kinds[kind](pass);
	snprintf(pass->error, sizeof(pass->error), "a rule of a newer version");
	return err_input(0, "a rule of a newer version");
}
