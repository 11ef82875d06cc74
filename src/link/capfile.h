/*
 * capfile.h: capture files, read as a stream: pcap (micro- and nanoseconds, both byte orders, the
 * modified header too), pcapng (sections, several interfaces and link types, if_tsresol and
 * if_tsoffset; EPB, SPB, old packet blocks; others are skipped), each also gzipped. Bytes are
 * pushed in, frames are pulled out: it reads files, pipes and fuzzers alike.
 *
 *	do {
 *		uint8_t *room = capfile_room(c, &n);
 *		capfile_wrote(c, read(fd, room, n)); (0: the end)
 *		while (!err_is(e = capfile_next(c, &frame, &have)) && have)
 *			...
 *	} while (n > 0 && !err_is(e));
 */
#pragma once

#include "base/err.h"
#include "inet/frame.h"

struct capfile;

must_use struct err capfile_new(struct capfile **ret_file);
void capfile_free(struct capfile *c);

/* Where to read up to *ret_n bytes to; capfile_wrote says how many came, 0: the end. *ret_n is 0
 * only if frames are waiting to be pulled. */
uint8_t *capfile_room(struct capfile *c, size_t *ret_n);
void capfile_wrote(struct capfile *c, size_t n);
/*
 * The next frame; *ret_have false: more bytes are needed (or, after the end, it is over). Its bytes
 * live until the next call of any function here that is not const. Its time lies between 1970 and
 * 9999, whatever the file says; a simple packet block, which has none, has that of the frame
 * before. ERR_INPUT: not a capture, or broken at capfile_offset (of the unpacked stream): what was
 * read before stays true, nothing comes after.
 */
must_use struct err capfile_next(struct capfile *c, struct frame *ret_frame, bool *ret_have);
/* The file ended in the middle of a packet. */
bool capfile_is_cut(const struct capfile *c);
/* Bytes of the (unpacked) stream consumed. */
uint64_t capfile_offset(const struct capfile *c);
