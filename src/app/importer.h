/*
 * importer.h: the worker's part played by a file: another scanner's results are read, in the
 * sandbox, and their certificates judged and told to the keeper, with the file's times.
 */
#pragma once

#include "app/plan.h"
#include "net/loop.h"

struct importer;

/* Reads plan->files; begins when the keeper at the other end of fd says so. fd is owned from here
 * on. */
must_use struct err importer_new(
    struct loop *loop, const struct scan_plan *plan, int fd, struct importer **ret_importer);
void importer_free(struct importer *i);
struct err importer_error(const struct importer *i);
