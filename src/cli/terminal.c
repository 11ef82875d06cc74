/*
 * terminal.c: isatty, the window's size, NO_COLOR.
 */
#include "cli/terminal.h"

#include "net/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_is(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}

struct style terminal_style(void)
{
	struct style style = {.now_s = clock_now_ms() / 1000};
	struct winsize size;

	if (!terminal_is(STDOUT_FILENO))
		return style;
	style.width = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		style.width = size.ws_col;
	style.colour = !getenv("NO_COLOR");
	return style;
}
