/*
 * serve_plan.h: what `certscape serve` is to do, settled before anything is forked.
 */
#pragma once

#include "app/settings.h"
#include "http/listen.h"

struct serve_plan {
	char store[PATH_TEXT_MAX];
	int listen; /* the socket, which the keeper closes */
	struct listen_place place; /* where it is bound to */
	const char *certificate, *key; /* files; NULL: one of its own making, beside the store */
	const char *commands; /* the folder of those that alerts may run; NULL: none */
	bool behind_proxy; /* plain HTTP, for a proxy on this machine that speaks TLS */
	bool permitted; /* its scans may go to public networks larger than a /20 */
	const char *ssh; /* "user@host" where this host has no browser; NULL: it has */
};
