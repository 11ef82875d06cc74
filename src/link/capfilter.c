/*
 * capfilter.c: libpcap's compiler, and nothing else of it: what it makes are the kernel's own
 * instructions, under another name. It compiles for a handle, which here is open on nothing.
 */
#include "link/capfilter.h"

#include "link/limits.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

/* struct bpf_insn, field by field, is struct sock_filter. */
static struct err copy(const struct bpf_program *from, struct sock_fprog *ret_program)
{
	struct sock_filter *to = calloc(from->bf_len, sizeof(*to));

	if (!to)
		return err_limit("out of memory");
	for (unsigned i = 0; i < from->bf_len; i++) {
		const struct bpf_insn *one = &from->bf_insns[i];

		to[i] = (struct sock_filter){one->code, one->jt, one->jf, one->k};
	}
	*ret_program = (struct sock_fprog){.len = (unsigned short)from->bf_len, .filter = to};
	return OK;
}

struct err capfilter_compile(
    const char *expression, bool ethernet, struct sock_fprog *ret_program, const char **ret_problem)
{
	static char problem[PCAP_ERRBUF_SIZE];
	pcap_t *nothing = pcap_open_dead(ethernet ? DLT_EN10MB : DLT_RAW, CAPFILE_FRAME_MAX);
	struct bpf_program program = {0};
	struct err e = OK;

	if (!nothing)
		return err_limit("out of memory");
	if (pcap_compile(nothing, &program, expression, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(problem, sizeof(problem), "%s", pcap_geterr(nothing));
		e = err_input(0, "the capture filter is not understood");
	} else if (program.bf_len > BPF_MAXINSNS) {
		snprintf(problem, sizeof(problem), "it takes %u instructions, and the kernel %d",
		    program.bf_len, BPF_MAXINSNS);
		e = err_input(0, "the capture filter is too long");
	}
	if (err_is(e))
		*ret_problem = problem;
	else
		e = copy(&program, ret_program);
	pcap_freecode(&program);
	pcap_close(nothing);
	return e;
}
