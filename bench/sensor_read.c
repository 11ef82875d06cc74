/*
 * What the sensor alone costs: a capture through capfile and sensor, nobody listening. Prints the
 * processor's seconds and what was counted. What judging, pipe and store add is bench/watch.py's.
 */
#include "bench.h"
#include "link/capfile.h"
#include "sensor/sensor.h"

#include <fcntl.h>
#include <unistd.h>

static unsigned long n_events[SESSION_EVENTS];

static void on_event(void *context, enum session_event event, const struct session *session)
{
	(void)context;
	(void)session;
	n_events[event]++;
}

static void read_all(int fd, struct sensor *sensor)
{
	struct capfile *c = NULL;
	struct frame frame;
	bool have;
	ssize_t n;

	check(capfile_new(&c));
	do {
		size_t room_n;
		uint8_t *room = capfile_room(c, &room_n);

		n = read(fd, room, room_n);
		if (n < 0)
			break;
		capfile_wrote(c, (size_t)n);
		for (;;) {
			check(capfile_next(c, &frame, &have));
			if (!have)
				break;
			sensor_push(sensor, &frame);
		}
	} while (n > 0);
	capfile_free(c);
}

int main(int argc, char **argv)
{
	static const struct sensor_ops ops = {on_event};
	const struct sensor_config config = {.key = {{1, 2}}};
	struct sensor_counts n;
	struct sensor *sensor = NULL;
	double began, took;
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		fprintf(stderr, "usage: sensor_read FILE\n");
		return 2;
	}
	check(sensor_new(&config, &ops, NULL, &sensor));
	began = seconds();
	read_all(fd, sensor);
	sensor_finish(sensor);
	took = seconds() - began;
	n = sensor_counts(sensor);
	printf("%.3f s: %.0f MB/s, %.0f ns a frame, %.0f sessions/s; %lu frames, %lu sessions, %lu "
	       "certificates told\n",
	    took, (double)n.bytes / 1e6 / took, took * 1e9 / (double)n.frames,
	    (double)n.sessions / took, (unsigned long)n.frames, (unsigned long)n.sessions,
	    n_events[SESSION_CERTIFICATE]);
	sensor_free(sensor);
	close(fd);
	return 0;
}
