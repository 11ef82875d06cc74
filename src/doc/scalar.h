/*
 * scalar.h: what a plain word of YAML 1.1 means, as PyYAML's safe loader has it.
 */
#pragma once

#include "doc/doc.h"

/* Sets kind, integer and real of d by d->text. false: a number that no int64 or double holds. */
bool scalar_resolve(struct doc *d);
