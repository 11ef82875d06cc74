/*
 * take_frames.c: makes a virtual cable's end take frames that are redirected to it, as cards do,
 * for as long as this runs: by an XDP program there that passes everything on, or by gathering what
 * comes into larger packets (GRO).
 *
 *	take_frames pass|gro LINK
 */
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static bool pass(const char *name)
{
	const struct bpf_insn program[] = {
	    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
	    {.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr load = {
	    .prog_type = BPF_PROG_TYPE_XDP,
	    .insns = (uintptr_t)program,
	    .insn_cnt = sizeof(program) / sizeof(*program),
	    .license = (uintptr_t) "Apache-2.0",
	};
	union bpf_attr link = {.link_create = {
				   .prog_fd = (uint32_t)bpf(BPF_PROG_LOAD, &load),
				   .target_ifindex = if_nametoindex(name),
				   .attach_type = BPF_XDP,
				   .flags = XDP_FLAGS_DRV_MODE,
			       }};

	return bpf(BPF_LINK_CREATE, &link) >= 0;
}

static bool gather(const char *name)
{
	struct ethtool_value gro = {.cmd = ETHTOOL_SGRO, .data = 1};
	struct ifreq ifr = {.ifr_data = (char *)&gro};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	return fd >= 0 && ioctl(fd, SIOCETHTOOL, &ifr) == 0;
}

int main(int argc, char **argv)
{
	if (argc != 3 || !(strcmp(argv[1], "gro") == 0 ? gather : pass)(argv[2])) {
		perror("take_frames");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
