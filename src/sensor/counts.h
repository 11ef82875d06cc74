/*
 * counts.h: the names of struct sensor_counts, for the statistics line and --stats.
 */
#pragma once

#include "sensor/sensor.h"

struct count_name {
	size_t offset; /* of a uint64_t in struct sensor_counts */
	const char *name;
	const char *help;
};

/* In the order of printing; *ret_n of them. */
const struct count_name *sensor_count_names(size_t *ret_n);
