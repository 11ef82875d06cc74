/*
 * capfilter.h: which packets: an expression of pcap-filter(7) as a program for the kernel.
 */
#pragma once

#include "base/err.h"

#include <linux/filter.h>

/*
 * For packets that begin with an Ethernet header, or with that of IP. The instructions of
 * ret_program are the caller's to free. ERR_INPUT: *ret_problem says what is wrong with it (valid
 * until the next call). Names of hosts are looked up, here and now.
 */
must_use struct err capfilter_compile(const char *expression, bool ethernet,
    struct sock_fprog *ret_program, const char **ret_problem);
