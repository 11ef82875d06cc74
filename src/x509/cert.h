/*
 * cert.h: one certificate, read by our own DER walk and, where libcrypto takes it too, with a key and
 * a signature that can be checked. What libcrypto refuses is still listed, with the walk's fields.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "inet/addr.h"

struct cert; /* fields and getters: whatever x509 needs; see cert.c */
