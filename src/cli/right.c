/*
 * right.c: asks the kernel for a packet socket, as that is what the right is for: so the answer is
 * true in containers, too.
 */
#include "cli/right.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket of no protocol neither hears nor sends. */
bool right_is_ours(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

const char *right_text(char text[RIGHT_TEXT_MAX])
{
	char path[384];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = 0;
	snprintf(text, RIGHT_TEXT_MAX,
	    "no right to send packets; as root: setcap cap_net_raw+ep %s",
	    *path ? path : "certscape");
	return text;
}
