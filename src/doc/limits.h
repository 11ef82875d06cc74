/*
 * limits.h: what a document may make us hold.
 */
#pragma once

enum {
	/* Requests are smaller still (http's limits); the largest rule files of public collections
	 * are some tens of kilobytes. */
	DOC_BYTES_MAX = 1 << 20,
	/* Values within values: the reader and every walker recurse. An Elasticsearch filter of a
	 * rule has about 8. */
	DOC_DEPTH_MAX = 48,
	/* Values in all, each time that an alias names them counted: nine lines of YAML could
	 * otherwise name a thousand million. */
	DOC_VALUES_MAX = 100000,
	/* Keys of one object: they are compared one by one. */
	DOC_KEYS_MAX = 1000,
	/* Anchors of a YAML document: likewise. */
	DOC_ANCHORS_MAX = 200,
};
