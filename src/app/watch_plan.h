/*
 * watch_plan.h: what one watch is to do, beside what every plan says (plan.h): where the packets
 * come from, who is local, where alerts and logs go.
 */
#pragma once

#include "format/zeek.h"
#include "inet/cidr.h"
#include "link/caplive.h"
#include "x509/openssl_ct.h"
#include "x509/openssl_verify.h"

/* A capture to read, opened by the warden. */
struct capture {
	const char *path;
	int fd;
	bool streamed; /* a pipe: it may have nothing to read for hours */
};

/* Zeek's logs. */
struct zeek_plan {
	const char *folder;
	struct zeek_options options;
	uint32_t rotate_s; /* 0: never */
	struct openssl_verifier *verifier; /* of the roots; each worker uses its copy */
	struct ct_logs *ct_logs; /* NULL: none */
};

struct watch_plan {
	/* from where: captures, or rings, interface by interface for each worker */
	const struct capture *captures;
	size_t n_captures;
	struct caplive **rings; /* [worker * n_rings + i] */
	size_t n_rings; /* of one worker; 0: captures */
	/* who is ours; none: private addresses are */
	const struct cidr *local_nets;
	size_t n_local_nets;
	/* of this machine: where our own scanner speaks from; none: report it like others */
	const struct addr *own_addrs;
	size_t n_own_addrs;
	const struct zeek_plan *zeek; /* NULL: no logs */
	int stats; /* descriptor of --stats; -1: none */
	const char *stats_path;
	/* alerts */
	bool syslog;
	int runner; /* of --exec: runner.h; -1: none */
	int64_t suppress_ms; /* an alert is told again after so long; 0: once for ever */
};
