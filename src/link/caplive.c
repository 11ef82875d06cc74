/*
 * caplive.c: an AF_PACKET socket with a ring of blocks (packet(7), the kernel's packet_mmap.rst):
 * the kernel fills a block with packets, one behind the other, and gives it to us; we lend out its
 * frames where they lie and give it back. Not a system call a packet, nor a copy.
 *
 * The kernel takes the outermost 802.1Q tag out of a packet and hands it over beside it. It goes
 * back to where it was: the addresses in front of it move into room that was reserved for that.
 * Interfaces without Ethernet headers (tunnels, "any") give packets without any link header; they
 * get that of Linux "cooked" captures (LINKTYPE_LINUX_SLL), as tcpdump would write.
 */
#include "link/caplive.h"

#include "base/buf.h"
#include "link/capfilter.h"
#include "link/fanout.h"
#include "link/limits.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MACS = 12, TAG = 4, SLL = 16, RESERVED = SLL + TAG };
/* Where, behind a packet's header, the kernel says where it came from. */
enum { FROM = TPACKET_ALIGN((int)sizeof(struct tpacket3_hdr)) };

struct caplive {
	int fd;
	uint8_t *ring; /* MAP_FAILED: none */
	size_t blocks, next;
	bool ethernet;
	int index; /* of the interface; 0: any */
	int loopback; /* the index of lo, which shows each packet twice: going and coming */
	uint32_t group;
	bool down;
	struct caplive_counts counts;
};

static struct err set(int fd, int option, const void *value, size_t n, const char *what)
{
	if (setsockopt(fd, SOL_PACKET, option, value, (socklen_t)n) < 0)
		return err_io(errno, what);
	return OK;
}

/* Nothing gets in before everything is set up: neither packets that the filter is to keep out, nor,
 * before the group is joined, those of others. */
static struct err filter(int fd, const struct sock_fprog *program)
{
	struct sock_filter none[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
	struct sock_fprog nothing = {.len = 1, .filter = none};

	if (!program)
		program = &nothing;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, sizeof(*program)) < 0)
		return err_io(errno, "cannot give the kernel the capture filter");
	return OK;
}

static struct err find_interface(struct caplive *l, const char *name, const char **ret_problem)
{
	struct ifreq ifr = {0};
	size_t n = strlen(name);
	int fd;

	if (strcmp(name, "any") == 0)
		return OK;
	l->index = (int)if_nametoindex(name);
	if (l->index == 0 || n >= sizeof(ifr.ifr_name)) {
		*ret_problem = "there is no such interface";
		return err_input(0, "cannot capture");
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memcpy(ifr.ifr_name, name, n);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &ifr) < 0) {
		struct err e = err_io(errno, "cannot tell what kind of interface it is");

		if (fd >= 0)
			close(fd);
		return e;
	}
	close(fd);
	l->ethernet =
	    ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER || ifr.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK;
	return OK;
}

static struct err open_socket(struct caplive *l)
{
	int kind = l->ethernet ? SOCK_RAW : SOCK_DGRAM;

	l->fd = socket(AF_PACKET, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return l->fd < 0 ? err_io(errno, "cannot open a packet socket") : OK;
}

/* Memory that the kernel wants in pieces of a block may be short: half a ring is a ring. */
static struct err make_ring(struct caplive *l, const struct caplive_config *config)
{
	uint32_t bytes = config->ring_bytes ? config->ring_bytes : CAPLIVE_RING_BYTES;
	struct tpacket_req3 want = {
	    .tp_block_size = CAPLIVE_BLOCK_BYTES,
	    .tp_frame_size = CAPLIVE_BLOCK_BYTES,
	    .tp_retire_blk_tov = config->wait_ms ? config->wait_ms : CAPLIVE_BLOCK_WAIT_MS,
	};
	struct err e = err_limit("the ring is too small");

	if (bytes > CAPLIVE_RING_BYTES_MAX)
		bytes = CAPLIVE_RING_BYTES_MAX;
	for (uint32_t n = bytes / CAPLIVE_BLOCK_BYTES; n > 0; n /= 2) {
		want.tp_block_nr = want.tp_frame_nr = n;
		e = set(l->fd, PACKET_RX_RING, &want, sizeof(want), "no memory for packets");
		l->blocks = n;
		if (!err_is(e) || err_detail(e) != ENOMEM)
			break;
	}
	return e;
}

static struct err map_ring(struct caplive *l)
{
	l->ring = mmap(
	    NULL, l->blocks * CAPLIVE_BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd, 0);
	return l->ring == MAP_FAILED ? err_io(errno, "no memory for packets") : OK;
}

static struct err set_up_ring(struct caplive *l, const struct caplive_config *config)
{
	const int version = TPACKET_V3;
	const unsigned reserved = RESERVED;
	struct err e =
	    set(l->fd, PACKET_VERSION, &version, sizeof(version), "no TPACKET_V3 in this kernel");

	if (!err_is(e))
		e = set(l->fd, PACKET_RESERVE, &reserved, sizeof(reserved), "no room for a tag");
	if (!err_is(e))
		e = make_ring(l, config);
	return err_is(e) ? e : map_ring(l);
}

static struct err listen_there(struct caplive *l, bool promiscuous)
{
	struct sockaddr_ll where = {
	    .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL),
	    .sll_ifindex = l->index,
	};
	struct packet_mreq all = {.mr_ifindex = l->index, .mr_type = PACKET_MR_PROMISC};

	if (bind(l->fd, (const struct sockaddr *)&where, sizeof(where)) < 0)
		return err_io(errno, "cannot listen on the interface");
	if (!promiscuous || l->index == 0)
		return OK;
	return set(l->fd, PACKET_ADD_MEMBERSHIP, &all, sizeof(all),
	    "cannot make the interface promiscuous");
}

static struct err open_gate(struct caplive *l, const char *expression, const char **ret_problem)
{
	struct sock_fprog program = {0};
	struct err e;

	if (!expression) {
		int unused = 0;

		if (setsockopt(l->fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused)) < 0)
			return err_io(errno, "cannot give the kernel the capture filter");
		return OK;
	}
	e = capfilter_compile(expression, l->ethernet, &program, ret_problem);
	if (!err_is(e))
		e = filter(l->fd, &program);
	free(program.filter);
	return e;
}

static struct err set_up(
    struct caplive *l, const struct caplive_config *config, const char **ret_problem)
{
	struct err e = find_interface(l, config->interface, ret_problem);

	if (!err_is(e))
		e = open_socket(l);
	if (!err_is(e))
		e = filter(l->fd, NULL);
	if (!err_is(e))
		e = set_up_ring(l, config);
	if (!err_is(e))
		e = listen_there(l, config->promiscuous);
	if (!err_is(e) && config->members > 1)
		e = fanout_join(l->fd, &l->group);
	return err_is(e) ? e : open_gate(l, config->filter, ret_problem);
}

struct err caplive_open(
    const struct caplive_config *config, struct caplive **ret_live, const char **ret_problem)
{
	struct caplive *l = malloc(sizeof(*l));
	struct err e;

	*ret_problem = NULL;
	if (!l)
		return err_limit("out of memory");
	*l = (struct caplive){
	    .fd = -1,
	    .ring = MAP_FAILED,
	    .loopback = (int)if_nametoindex("lo"),
	    .group = config->members > 1 ? config->group : 0,
	};
	e = set_up(l, config, ret_problem);
	if (err_is(e))
		caplive_close(l);
	else
		*ret_live = l;
	return e;
}

void caplive_close(struct caplive *l)
{
	if (!l)
		return;
	if (l->ring != MAP_FAILED)
		munmap(l->ring, l->blocks * CAPLIVE_BLOCK_BYTES);
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

int caplive_fd(const struct caplive *l)
{
	return l->fd;
}

uint32_t caplive_group(const struct caplive *l)
{
	return l->group;
}

/* The tag's two fields where it was taken out; false: there was none. */
static bool tag_of(const struct tpacket3_hdr *h, uint16_t *ret_ethertype)
{
	if (!(h->tp_status & TP_STATUS_VLAN_VALID))
		return false;
	*ret_ethertype = ETH_P_8021Q;
	if (h->tp_status & TP_STATUS_VLAN_TPID_VALID)
		*ret_ethertype = h->hv1.tp_vlan_tpid;
	return true;
}

/* Opens a gap for the tag behind the addresses, which move to the front. Returns how much. */
static size_t restore_tag(const struct tpacket3_hdr *h, uint8_t *mac)
{
	uint16_t ethertype;

	if (h->tp_snaplen < MACS || !tag_of(h, &ethertype))
		return 0;
	memmove(mac - TAG, mac, MACS);
	buf_store_be(mac - TAG + MACS, ethertype, 2);
	buf_store_be(mac - TAG + MACS + 2, h->hv1.tp_vlan_tci, 2);
	return TAG;
}

/* type(2) hardware(2) length(2) address(8) ethertype(2), and the tag's tail if there is one */
static size_t write_cooked(
    const struct tpacket3_hdr *h, const struct sockaddr_ll *from, uint8_t *network)
{
	uint16_t ethertype;
	size_t tag = tag_of(h, &ethertype) ? TAG : 0;
	uint8_t *p = network - SLL - tag;
	uint16_t protocol = ntohs(from->sll_protocol);

	buf_store_be(p, from->sll_pkttype, 2);
	buf_store_be(p + 2, from->sll_hatype, 2);
	buf_store_be(p + 4, from->sll_halen, 2);
	memcpy(p + 6, from->sll_addr, sizeof(from->sll_addr));
	if (tag) {
		buf_store_be(p + 14, ethertype, 2);
		buf_store_be(p + 16, h->hv1.tp_vlan_tci, 2);
	}
	buf_store_be(p + SLL + tag - 2, protocol, 2);
	return SLL + tag;
}

/* False: the first of the two times that the loopback interface shows it. */
static bool frame_of(const struct caplive *l, struct tpacket3_hdr *h, struct frame *ret_frame)
{
	const struct sockaddr_ll *from = (const void *)((const uint8_t *)h + FROM);
	uint8_t *p = (uint8_t *)h + h->tp_mac;
	size_t more;

	if (from->sll_pkttype == PACKET_OUTGOING && from->sll_ifindex == l->loopback)
		return false;
	more = l->ethernet ? restore_tag(h, p) : write_cooked(h, from, p);
	*ret_frame = (struct frame){
	    .time_us = (int64_t)h->tp_sec * 1000000 + h->tp_nsec / 1000,
	    .wire_n = h->tp_len + (uint32_t)more,
	    .link = l->ethernet ? LINK_ETHERNET : LINK_SLL,
	    .interface = (uint32_t)from->sll_ifindex,
	    .bytes = span_of(p - more, h->tp_snaplen + more),
	};
	return true;
}

static size_t read_block(const struct caplive *l, const struct tpacket_block_desc *block,
    caplive_frame_fn *on_frame, void *context)
{
	uint8_t *p = (uint8_t *)(uintptr_t)block + block->hdr.bh1.offset_to_first_pkt;
	size_t frames = 0;

	for (uint32_t n = block->hdr.bh1.num_pkts; n > 0; n--) {
		struct tpacket3_hdr *h = (void *)p;
		struct frame frame;

		if (frame_of(l, h, &frame)) {
			on_frame(context, &frame);
			frames++;
		}
		p += h->tp_next_offset;
	}
	return frames;
}

/* The kernel says once that the interface went down, and nothing when it comes back. */
static void look_for_error(struct caplive *l)
{
	int errnum = 0;
	socklen_t n = sizeof(errnum);

	if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &errnum, &n) == 0 && errnum)
		l->down = true;
}

size_t caplive_read(struct caplive *l, caplive_frame_fn *on_frame, void *context)
{
	size_t frames = 0, blocks = 0;

	for (; blocks < l->blocks; blocks++) {
		struct tpacket_block_desc *block =
		    (void *)(l->ring + l->next * CAPLIVE_BLOCK_BYTES);
		uint32_t *status = &block->hdr.bh1.block_status;

		if (!(__atomic_load_n(status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			break;
		frames += read_block(l, block, on_frame, context);
		__atomic_store_n(status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		l->next = (l->next + 1) % l->blocks;
	}
	if (blocks == 0)
		look_for_error(l);
	else
		l->down = false;
	return frames;
}

bool caplive_is_down(const struct caplive *l)
{
	return l->down;
}

struct caplive_counts caplive_counts(struct caplive *l)
{
	struct tpacket_stats_v3 since = {0};
	socklen_t n = sizeof(since);

	if (getsockopt(l->fd, SOL_PACKET, PACKET_STATISTICS, &since, &n) == 0) {
		l->counts.received += since.tp_packets;
		l->counts.dropped += since.tp_drops;
	}
	return l->counts;
}
