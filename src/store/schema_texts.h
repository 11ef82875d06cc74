/*
 * schema_texts.h: which certificates and endpoints hold which three characters in a row, so that a
 * word within a name is found without reading all names. The texts themselves lie in their tables
 * only (content = '': an old one is taken out by naming it), and of a trigram nothing but the row.
 * Part of schema_v2; kept by texts.c.
 */
#pragma once

/* clang-format off */
#define TEXTS_TABLE(name) \
	"CREATE VIRTUAL TABLE " name " USING fts5 (text, content = '', columnsize = 0," \
	" detail = none, tokenize = 'trigram');"

/* The text of a row. */
#define CERTIFICATE_TEXT \
	"subject_cn || char(10) || subject || char(10) || issuer_cn || char(10) || issuer" \
	" || char(10) || serial || char(10) || names"
#define ENDPOINT_TEXT "hostname || char(10) || name || char(10) || ip"

#define TEXTS_PUT(texts, text, from) \
	"INSERT INTO " texts " (rowid, text) SELECT id, " text " FROM " from
#define TEXTS_DROP(texts, text, from) \
	"INSERT INTO " texts " (" texts ", rowid, text) SELECT 'delete', id, " text " FROM " from

#define CERTIFICATE_TEXTS_PUT TEXTS_PUT("certificate_texts", CERTIFICATE_TEXT, "certificates")
#define CERTIFICATE_TEXTS_DROP TEXTS_DROP("certificate_texts", CERTIFICATE_TEXT, "certificates")
#define ENDPOINT_TEXTS_PUT TEXTS_PUT("endpoint_texts", ENDPOINT_TEXT, "endpoints")
#define ENDPOINT_TEXTS_DROP TEXTS_DROP("endpoint_texts", ENDPOINT_TEXT, "endpoints")

#define SCHEMA_TEXTS \
	TEXTS_TABLE("certificate_texts") \
	TEXTS_TABLE("endpoint_texts") \
	CERTIFICATE_TEXTS_PUT ";" \
	ENDPOINT_TEXTS_PUT ";"
/* clang-format on */
