/*
 * facts.h: a certificate as the store and the outputs know it: the walk's spans turned into text.
 */
#pragma once

#include "base/arena.h"
#include "observe/chain.h"
#include "x509/verify.h"

/* NULL: no room in the arena. The facts and their texts lie in it. */
const struct cert_facts *facts_of(
    const struct cert *c, struct verifier *verifier, struct arena *arena);
