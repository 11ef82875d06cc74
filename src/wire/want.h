/*
 * want.h: what a piece of protocol code wants next. It is sans-I/O: bytes in, bytes and a want out;
 * who owns the socket does the rest.
 */
#pragma once

enum want {
	WANT_READ,   /* send what is in `out`, then feed what arrives */
	WANT_DONE,   /* finished, with a result; send what is in `out` first */
	WANT_FAILED, /* finished without one; the reason stands in the object */
};
