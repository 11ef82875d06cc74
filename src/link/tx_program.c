/*
 * tx_program.c: some fifty instructions for the kernel's machine (RFC 9669), written by hand for
 * want of a compiler where we run. A frame of ours goes over the kernel's word by word, as long as
 * can be; then its tail is cut.
 */
#include "link/tx_program.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WORDS = TX_FRAME_MAX / 8, SLOT_BITS = 7, PROGRAM_MAX = 64 };
_Static_assert(1 << SLOT_BITS == sizeof(struct tx_slot), "a shift finds a slot");
_Static_assert(TX_FRAME_MAX % 8 == 0, "a frame is copied by words");

/* Registers: r0 to r5 are lost in a call, r1 is the context at first and an argument later. */
enum { R0, R1, R2, CONTEXT = 6, FRAME = 7, END = 8, SHARED = 9, NEXT = 2, SLOT = 3, WORD = 4 };

#define INSN(c, d, s, o, i)                                                                        \
	{                                                                                          \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)                \
	}
#define MOVE(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, s) INSN(BPF_ALU64 | BPF_ADD | BPF_X, d, s, 0, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define CHANGE(op, d, i) INSN(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define LOAD(size, d, s, at) INSN(BPF_LDX | BPF_MEM | (size), d, s, at, 0)
#define STORE(size, d, at, s) INSN(BPF_STX | BPF_MEM | (size), d, s, at, 0)
#define SKIP_IF(op, d, s, n) INSN(BPF_JMP | (op) | BPF_X, d, s, n, 0)
#define SKIP_IF_ZERO(d, n) INSN(BPF_JMP | BPF_JEQ | BPF_K, d, 0, n, 0)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define RETURN INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

struct program {
	struct bpf_insn code[PROGRAM_MAX];
	uint32_t n;
};

static void add(struct program *p, const struct bpf_insn *code, size_t n)
{
	memcpy(&p->code[p->n], code, n * sizeof(*code));
	p->n += (uint32_t)n;
}

/* The frame is long enough, which the kernel's verifier wants to see. */
static void look_at_frame(struct program *p)
{
	const struct bpf_insn code[] = {
	    MOVE(CONTEXT, R1),
	    LOAD(BPF_W, FRAME, CONTEXT, offsetof(struct xdp_md, data)),
	    LOAD(BPF_W, END, CONTEXT, offsetof(struct xdp_md, data_end)),
	    MOVE(R2, FRAME),
	    CHANGE(BPF_ADD, R2, TX_FRAME_MAX),
	    SKIP_IF(BPF_JLE, R2, END, 2),
	    SET(R0, XDP_DROP),
	    RETURN,
	};

	add(p, code, sizeof(code) / sizeof(*code));
}

/* The first instruction takes the room of two. */
static void take_slot(struct program *p, int map)
{
	const struct bpf_insn code[] = {
	    INSN(BPF_LD | BPF_DW | BPF_IMM, SHARED, BPF_PSEUDO_MAP_VALUE, 0, map),
	    INSN(0, 0, 0, 0, 0),
	    LOAD(BPF_DW, NEXT, SHARED, offsetof(struct tx_shared, next)),
	    MOVE(SLOT, NEXT),
	    CHANGE(BPF_AND, SLOT, TX_LIVE_FRAMES - 1),
	    CHANGE(BPF_LSH, SLOT, SLOT_BITS),
	    ADD(SLOT, SHARED),
	    CHANGE(BPF_ADD, SLOT, offsetof(struct tx_shared, slots)),
	    CHANGE(BPF_ADD, NEXT, 1),
	    STORE(BPF_DW, SHARED, offsetof(struct tx_shared, next), NEXT),
	};

	add(p, code, sizeof(code) / sizeof(*code));
}

static void copy_frame(struct program *p)
{
	for (int16_t at = 0; at < 8 * WORDS; at = (int16_t)(at + 8)) {
		const struct bpf_insn code[] = {
		    LOAD(BPF_DW, WORD, SLOT, at),
		    STORE(BPF_DW, FRAME, at, WORD),
		};

		add(p, code, sizeof(code) / sizeof(*code));
	}
}

static void send_frame(struct program *p, int link)
{
	const struct bpf_insn code[] = {
	    LOAD(BPF_DW, R2, SLOT, offsetof(struct tx_slot, n)),
	    CHANGE(BPF_SUB, R2, TX_FRAME_MAX),
	    MOVE(R1, CONTEXT),
	    CALL(BPF_FUNC_xdp_adjust_tail),
	    SKIP_IF_ZERO(R0, 2),
	    SET(R0, XDP_DROP),
	    RETURN,
	    SET(R1, link),
	    SET(R2, 0),
	    CALL(BPF_FUNC_redirect),
	    RETURN,
	};

	add(p, code, sizeof(code) / sizeof(*code));
}

struct err tx_program_load(int map, int link, int *ret_program)
{
	struct program p = {.n = 0};
	union bpf_attr load = {
	    .prog_type = BPF_PROG_TYPE_XDP,
	    .insns = (uintptr_t)p.code,
	    .license = (uintptr_t) "Apache-2.0",
	    .prog_name = "certscape_tx",
	};
	int fd;

	look_at_frame(&p);
	take_slot(&p, map);
	copy_frame(&p);
	send_frame(&p, link);
	load.insn_cnt = p.n;
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
	if (fd < 0)
		return err_io(errno, "cannot load a BPF program");
	*ret_program = fd;
	return OK;
}
