/*
 * limits.h: every maximum of this room, and why it is that.
 */
#pragma once

enum {
	FACTS_SANS_MAX =
	    20000, /* names listed of one certificate: a hundred is much, badssl has 10,000 */
	FACTS_TEXT_MAX = 4 << 20, /* bytes of all texts of one certificate */
	LABEL_MAX = 72, /* a certificate's name inside an evidence: two fit */
};
