/* An answer is about one family, and only an error has a type of ICMP. */
#include "inet/answer.h"

#include "frame_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct answer *a)
{
	static const struct answer none;

	switch (a->kind) {
	case ANSWER_NONE:
		if (memcmp(a, &none, sizeof(none)) != 0)
			abort();
		return;
	case ANSWER_OPEN:
	case ANSWER_CLOSED:
		if (a->icmp_type)
			abort();
		break;
	case ANSWER_UNREACHABLE:
		if (!a->icmp_type)
			abort();
		break;
	default:
		abort();
	}
	if (addr_is_v4(&a->from) != addr_is_v4(&a->to))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = frame_in(data, size);
	struct answer answer = answer_read(&frame);

	check(&answer);
	frame_in_free(&frame);
	return 0;
}
