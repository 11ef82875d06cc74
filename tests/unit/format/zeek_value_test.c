#include "format/zeek_value.h"
#include "lib/test.h"

static struct buf out;

static struct zeek_value fresh(bool json)
{
	buf_init(&out, 1 << 16);
	return (struct zeek_value){.out = &out, .json = json, .name = "f"};
}

static void check_text(const char *text, const char *tabbed, const char *quoted)
{
	struct zeek_value v = fresh(false);

	zeek_put_text(&v, text);
	CHECK_STR(buf_text(&out), tabbed);
	buf_done(&out);
	v = fresh(true);
	zeek_put_text(&v, text);
	CHECK_STR(buf_text(&out), quoted);
	buf_done(&out);
}

static void strings_are_escaped(void)
{
	check_text("plain", "plain", "\"f\":\"plain\"");
	check_text("", "(empty)", "\"f\":\"\"");
	check_text("-", "\\x2d", "\"f\":\"-\"");
	check_text("(empty)", "\\x28empty)", "\"f\":\"(empty)\"");
	check_text("a\tb\n", "a\\x09b\\x0a", "\"f\":\"a\\u0009b\\u000a\"");
	check_text("Co.\\,Ltd.", "Co.\\\\,Ltd.", "\"f\":\"Co.\\\\,Ltd.\"");
	check_text("\xc3\xa9", "\xc3\xa9", "\"f\":\"\xc3\xa9\"");
	check_text("\xc2\x9b", "\\xc2\\x9b", "\"f\":\"\\u009b\"");
	check_text("\xff\"", "\\xff\"", "\"f\":\"\\\\xff\\\"\"");
}

static void lists(void)
{
	struct zeek_value v = fresh(false);

	zeek_put_list(&v);
	zeek_put_text(&v, "O=a,C=b");
	zeek_put_text(&v, "-");
	zeek_put_count(&v, 7);
	zeek_put_list_end(&v);
	CHECK_STR(buf_text(&out), "O=a\\x2cC=b,\\x2d,7");
	buf_done(&out);
	v = fresh(true);
	zeek_put_list(&v);
	zeek_put_text(&v, "O=a,C=b");
	zeek_put_count(&v, 7);
	zeek_put_list_end(&v);
	CHECK_STR(buf_text(&out), "\"f\":[\"O=a,C=b\",7]");
	CHECK(v.put);
	buf_done(&out);
}

static void an_empty_list(void)
{
	struct zeek_value v = fresh(false);

	zeek_put_list(&v);
	zeek_put_list_end(&v);
	CHECK_STR(buf_text(&out), "(empty)");
	buf_done(&out);
	v = fresh(true);
	zeek_put_list(&v);
	zeek_put_list_end(&v);
	CHECK_STR(buf_text(&out), "\"f\":[]");
	buf_done(&out);
}

static void check_time(int64_t us, const char *tabbed, const char *number)
{
	struct zeek_value v = fresh(false);

	zeek_put_us(&v, us);
	CHECK_STR(buf_text(&out), tabbed);
	buf_done(&out);
	v = fresh(true);
	zeek_put_us(&v, us);
	CHECK_STR(buf_text(&out), number);
	buf_done(&out);
}

static void times(void)
{
	check_time(1394747126855035, "1394747126.855035", "\"f\":1394747126.855035");
	check_time(86400000000, "86400.000000", "\"f\":86400.0");
	check_time(1000, "0.001000", "\"f\":0.001");
	check_time(-1500000, "-1.500000", "\"f\":-1.5");
}

static void flags_and_addresses(void)
{
	struct zeek_value v = fresh(false);
	struct addr a = addr_from_v4(0x0a000001);

	zeek_put_bool(&v, true);
	zeek_put_addr(&v, &a);
	CHECK_STR(buf_text(&out), "T10.0.0.1");
	buf_done(&out);
	v = fresh(true);
	zeek_put_bool(&v, false);
	zeek_put_addr(&v, &a);
	CHECK_STR(buf_text(&out), "\"f\":false,\"f\":\"10.0.0.1\"");
	buf_done(&out);
}

int main(void)
{
	RUN(strings_are_escaped);
	RUN(lists);
	RUN(an_empty_list);
	RUN(times);
	RUN(flags_and_addresses);
	return test_done();
}
