/*
 * show.h: one endpoint or one certificate in plain words: who it is for, who signed it, until when,
 * what is wrong with it and what the browsers call that.
 */
#pragma once

#include "base/buf.h"
#include "format/style.h"
#include "observe/row.h"

/* The endpoint, its handshake, each certificate of its chain, the findings. */
void show_row(const struct inventory_row *row, const struct style *style, struct buf *out);
/* The chain alone: certificates and findings. */
void show_chain(const struct chain_verdict *chain, const struct style *style, struct buf *out);
void show_cert(const struct cert_facts *cert, const struct style *style, struct buf *out);
/* What all its extensions say, by the words of x509/ext_text.h. Nothing where it has none. */
void show_extensions(struct span der, const struct style *style, struct buf *out);
/* One line: "10.0.0.1:443 (www.example.com)  https, TLS 1.3, last seen 2026-11-21 20:00". Where a
 * certificate is. */
void show_place(const struct inventory_row *row, const struct style *style, struct buf *out);
