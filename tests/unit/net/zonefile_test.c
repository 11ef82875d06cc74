#include "net/zonefile.h"

#include <unistd.h>

#include "lib/test.h"

static void what_needs_no_file(void)
{
	struct zone *zone = NULL;

	CHECK(!err_is(zonefile_load("+02:00", &zone)));
	CHECK_EQ(zone_offset(zone, 0), 7200);
	zone_free(zone);
	CHECK(!err_is(zonefile_load("", &zone)));
	CHECK_EQ(zone_offset(zone, 0), 0);
	zone_free(zone);
}

static void a_place(void)
{
	struct zone *zone = NULL;

	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0)
		SKIP("no tzdata on this machine");
	CHECK(!err_is(zonefile_load("Europe/Berlin", &zone)));
	CHECK_EQ(zone_offset(zone, 1782864000), 7200);
	zone_free(zone);
}

static void no_way_out(void)
{
	static const char *const names[] = {"Atlantis/Capital", "../../../etc/passwd", "Europe",
	    "Europe/", "/etc/passwd", "Europe/../Europe/Berlin", ".", "Europe//Berlin", "tzdata.zi",
	    "Europe/Ber lin", "+25:00", "\xff"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *zone = NULL;

		CHECK_EQ(err_class(zonefile_load(names[i], &zone)), ERR_INPUT);
		CHECK(zone == NULL);
	}
}

int main(void)
{
	RUN(what_needs_no_file);
	RUN(a_place);
	RUN(no_way_out);
	return test_done();
}
