/*
 * nmap_services.h: the nmap-services format, "https 443/tcp 0.208669 # comment": ports by how often
 * they were found open, for those who want that order.
 */
#pragma once

#include "base/span.h"
#include "inet/ports.h"

/* Adds the n most frequent TCP ports of the text, as if not written by themselves. Lines that are
 * none of its form are passed over. Returns how many were added. */
size_t nmap_services_top(struct span text, size_t n, struct ports *ports);
