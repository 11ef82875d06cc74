#include "wire/services.h"

#include "lib/test.h"
#include "wire/dialect.h"

static void the_table_ascends_and_names_real_dialects(void)
{
	size_t n;
	const struct service *table = services_tls(&n);

	CHECK(n >= 120);
	for (size_t i = 0; i < n; i++) {
		CHECK(i == 0 || table[i - 1].port < table[i].port);
		CHECK(table[i].name[0] != '\0');
		CHECK(!service_is_fragile(table[i].port));
		CHECK(service_by_port(table[i].port) == &table[i]);
		CHECK(table[i].starttls == DIALECT_NONE || dialect_by_id(table[i].starttls));
	}
	CHECK(!service_by_port(1));
	CHECK(!service_by_port(65535));
}

static void each_name_stands_for_its_first_port(void)
{
	size_t n, named_n, k = 0;
	const struct service *table = services_tls(&n);
	const uint16_t *named = services_named(&named_n);

	for (size_t i = 0; i < n; i++) {
		bool again = false;

		for (size_t j = 0; j < i; j++)
			again |= strcmp(table[j].name, table[i].name) == 0;
		if (again)
			continue;
		CHECK(k < named_n && named[k] == table[i].port);
		k++;
	}
	CHECK_EQ(k, named_n);
}

static void every_dialect_has_a_port(void)
{
	size_t n;
	const struct service *table = services_tls(&n);

	for (uint8_t id = 1; id < DIALECT_MAX; id++) {
		bool found = dialect_by_id(id) == NULL;

		for (size_t i = 0; i < n; i++)
			found |= table[i].starttls == id;
		CHECK(found);
	}
}

static void the_ranking_repeats_nothing_and_holds_the_table(void)
{
	static uint8_t seen[65536];
	size_t n, tls_n;
	const uint16_t *top = services_top(SIZE_MAX, &n);
	const struct service *table = services_tls(&tls_n);

	CHECK(n >= 1000);
	CHECK_EQ(top[0], 443);
	for (size_t i = 0; i < n; i++) {
		CHECK_EQ(seen[top[i]], 0);
		seen[top[i]] = 1;
	}
	for (size_t i = 0; i < tls_n; i++)
		CHECK_EQ(seen[table[i].port], 1);
	services_top(10, &n);
	CHECK_EQ(n, 10);
}

static void the_issues_ports_are_fragile(void)
{
	static const uint16_t fragile[] = {9100, 9103, 9107, 515, 102, 502, 2404, 20000, 44818};

	for (size_t i = 0; i < sizeof(fragile) / sizeof(fragile[0]); i++)
		CHECK(service_is_fragile(fragile[i]));
	CHECK(!service_is_fragile(9099));
	CHECK(!service_is_fragile(9108));
	CHECK(!service_is_fragile(443));
}

static void a_service_is_named_by_dialect_then_by_port(void)
{
	CHECK_STR(service_name(443, DIALECT_NONE), "https");
	CHECK_STR(service_name(8443, DIALECT_SMTP), "smtp");
	CHECK_STR(service_name(993, DIALECT_NONE), "imaps");
	CHECK_STR(service_name(1, DIALECT_NONE), "");
}

int main(void)
{
	RUN(the_table_ascends_and_names_real_dialects);
	RUN(each_name_stands_for_its_first_port);
	RUN(every_dialect_has_a_port);
	RUN(the_ranking_repeats_nothing_and_holds_the_table);
	RUN(the_issues_ports_are_fragile);
	RUN(a_service_is_named_by_dialect_then_by_port);
	return test_done();
}
