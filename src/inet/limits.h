/*
 * limits.h: the maxima of this room, each with its reason.
 */
#pragma once

enum {
	/* 40 bytes each: 1.3 GB of scattered single addresses. Whole networks merge into one. */
	RANGES_MAX = 1 << 25,
	/* 32 bytes each, hosts by name and known open ports: the whole result of a large
	 * masscan. */
	ENTRIES_MAX = 1 << 25,
	/* The text of all host names: a million of 253 characters. */
	NAME_BYTES_MAX = 256 << 20,
	HOST_NAME_MAX_BYTES = 255, /* RFC 1035 2.3.4 */
	ETHER_TAGS_MAX = 2, /* 802.1ad: one of the provider, one of the customer */
	EXTENSIONS_MAX = 8, /* headers between IPv6 and its content: RFC 8200 4.1 knows of 7 */
};

/* Addresses in a row, a /96: as many as IPv4 has, a day at 50,000 a second. Whoever writes an IPv6
 * prefix that is larger does not know how large it is. */
#define RANGE_HOSTS_MAX ((uint64_t)1 << 32)
