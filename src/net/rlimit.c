/*
 * rlimit.c: the soft limit of open files is 1024 nearly everywhere, for the sake of select(); the
 * hard one is what the administrator meant. We use no select().
 */
#include "net/rlimit.h"

#include <sys/resource.h>

enum { FILES_UNKNOWN = 256 }; /* POSIX promises no more */

uint32_t rlimit_raise(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return FILES_UNKNOWN;
	if (files.rlim_cur < files.rlim_max) {
		struct rlimit more = {files.rlim_max, files.rlim_max};

		if (setrlimit(RLIMIT_NOFILE, &more) == 0)
			files = more;
	}
	return files.rlim_cur > INT32_MAX ? INT32_MAX : (uint32_t)files.rlim_cur;
}
