/*
 * counts.c: what a sensor counts, a row each. Nothing is dropped without one of these growing.
 */
#include "sensor/counts.h"

#define ROW(member, help)                                                                          \
	{                                                                                          \
		offsetof(struct sensor_counts, member), #member, help                              \
	}

static const struct count_name names[] = {
    ROW(frames, "frames seen"),
    ROW(bytes, "bytes on the wire"),
    ROW(not_ip, "frames that were not IP"),
    ROW(not_tcp_udp, "packets that were neither TCP nor UDP"),
    ROW(truncated, "packets cut by the capture before their ports"),
    ROW(damaged, "packets whose lengths contradict each other"),
    ROW(too_deep, "packets wrapped too often"),
    ROW(unknown_link, "frames of a link type that is not known"),
    ROW(fragments, "IP fragments"),
    ROW(fragments_lost, "IP fragments given up"),
    ROW(flows, "flows begun"),
    ROW(flows_now, "flows in the table"),
    ROW(flows_evicted, "flows forgotten to make room"),
    ROW(flows_idle, "flows ended because nothing came"),
    ROW(bytes_now, "bytes held of unfinished handshakes"),
    ROW(bytes_limit_hit, "times that the limit of these was met"),
    ROW(conflicts, "flows whose segments overlap and differ"),
    ROW(gaps, "holes given up"),
    ROW(sessions, "TLS sessions"),
    ROW(sessions_partial, "of these, seen in part only"),
    ROW(certificates, "certificate messages"),
};

#undef ROW

const struct count_name *sensor_count_names(size_t *ret_n)
{
	*ret_n = sizeof(names) / sizeof(names[0]);
	return names;
}
