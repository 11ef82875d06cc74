/*
 * embedded.h: files of the source tree that are in the program (tools/embed_text.py).
 */
#pragma once

#include <stddef.h>

extern const unsigned char openapi_yaml[];
extern const size_t openapi_yaml_n;
