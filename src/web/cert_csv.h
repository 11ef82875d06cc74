/*
 * cert_csv.h: certificates as a table for spreadsheets: the columns of CertificateRow
 * (openapi.yaml), lists joined by spaces.
 */
#pragma once

#include "base/buf.h"
#include "store/listing.h"

void cert_csv_header(struct buf *out);
void cert_csv_row(const struct listed_cert *cert, int64_t now_s, struct buf *out);
