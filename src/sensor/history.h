/*
 * history.h: a handshake as a word, a letter a message: the ssl_history of Zeek's ssl.log, whose
 * letters these are. The client's are upper case.
 */
#pragma once

#include "observe/session.h"

/* 'c' for a ClientHello .. 'z' for a type that is not known. */
char history_letter(uint8_t handshake_type);
/* Does nothing where the word is full. */
void history_add(struct session *s, bool client, char letter);
