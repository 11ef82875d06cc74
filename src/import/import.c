/*
 * import.c: the formats there are, and which of them a file is in. The first bytes are kept until
 * there are enough to tell; then they and everything after go to the one reader.
 */
#include "import/import.h"

#include "import/importer.h"
#include "import/limits.h"

#include <stdlib.h>

/* The first that knows the file reads it; a list is anything that looks like text. */
static const struct importer *const table[] = {
    &importer_nmap_xml,
    &importer_masscan_list,
    &importer_masscan_json,
    &importer_list,
};

enum { TABLE_N = sizeof(table) / sizeof(table[0]) };

struct import {
	struct report report;
	const struct importer *importer; /* NULL: not known yet */
	void *state;
	struct buf first;
};

const char *import_format_name(size_t k)
{
	return k < TABLE_N ? table[k]->name : NULL;
}

static const struct importer *by_name(const char *name)
{
	for (size_t i = 0; i < TABLE_N; i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

struct err import_new(const char *format, int64_t when_ms, const struct import_ops *ops,
    void *context, struct import **ret_import)
{
	struct import *im = calloc(1, sizeof(*im));
	struct err e;

	if (!im)
		return err_limit("no memory for importing");
	buf_init(&im->first, IMPORT_SNIFF_BYTES);
	e = report_init(&im->report, when_ms, ops, context);
	if (err_is(e))
		goto out;
	if (format && !(im->importer = by_name(format)))
		e = err_input(0, "no such import format");
	else if (format)
		e = im->importer->new (&im->report, &im->state);
	if (err_is(e))
		goto out;
	*ret_import = im;
	im = NULL;
out:
	import_free(im);
	return e;
}

void import_free(struct import *im)
{
	if (!im)
		return;
	if (im->importer)
		im->importer->free(im->state);
	report_done(&im->report);
	buf_done(&im->first);
	free(im);
}

static struct span without_bom(struct span s)
{
	if (span_starts(s, "\xef\xbb\xbf"))
		span_take(&s, 3);
	return s;
}

/* Enough has come: chooses the reader and gives it what was kept. */
static struct err settle(struct import *im)
{
	struct span first = without_bom(buf_view(&im->first));
	struct err e;

	for (size_t i = 0; i < TABLE_N && !im->importer; i++)
		if (table[i]->sniff(first))
			im->importer = table[i];
	if (!im->importer)
		return err_input(0, "not in a format that can be imported");
	e = im->importer->new (&im->report, &im->state);
	return err_is(e) ? e : im->importer->push(im->state, first);
}

static struct err enough_memory(const struct import *im, struct err e)
{
	return im->report.no_memory && !err_is(e) ? err_limit("no memory for importing") : e;
}

struct err import_push(struct import *im, struct span bytes)
{
	struct err e = OK;

	if (!im->importer) {
		size_t n = IMPORT_SNIFF_BYTES - im->first.n;

		buf_span(&im->first, span_take(&bytes, bytes.n < n ? bytes.n : n));
		if (im->first.full)
			return err_limit("no memory for importing");
		if (im->first.n < IMPORT_SNIFF_BYTES)
			return OK;
		e = settle(im);
	}
	if (!err_is(e))
		e = im->importer->push(im->state, bytes);
	return enough_memory(im, e);
}

struct err import_end(struct import *im)
{
	struct err e = im->importer ? OK : settle(im);

	if (!err_is(e))
		e = im->importer->end(im->state);
	if (!err_is(e))
		report_flush(&im->report);
	return enough_memory(im, e);
}

struct import_counts import_counts(const struct import *im)
{
	return im->report.counts;
}

const char *import_format(const struct import *im)
{
	return im->importer ? im->importer->name : NULL;
}
