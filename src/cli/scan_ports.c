/*
 * scan_ports.c: -p, --top-ports (by our ranking, or that of --services), --tls-ports (the default);
 * together they add up.
 */
#include "cli/scan_ports.h"

#include "app/settings.h"
#include "cli/command.h"
#include "import/nmap_services.h"
#include "wire/services.h"

enum { SERVICES_BYTES_MAX = 16 << 20, SERVICES_TOP = 1000 };

static void add_tls_ports(struct ports *ports)
{
	size_t n;
	const struct service *table = services_tls(&n);

	for (size_t i = 0; i < n; i++)
		ports_add(ports, table[i].port, false);
}

static int add_services_file(const char *path, uint32_t n, struct ports *ports)
{
	struct buf text;
	size_t found = 0;
	struct err e;

	buf_init(&text, SERVICES_BYTES_MAX);
	e = settings_read_file(path, &text);
	if (!err_is(e))
		found = nmap_services_top(buf_view(&text), n, ports);
	buf_done(&text);
	if (err_is(e))
		return failure(path, e, NULL);
	if (found == 0)
		return usage_error("--services %s: no line like \"https 443/tcp 0.2\" in it", path);
	return EXIT_DONE;
}

static void add_top_ports(uint32_t n, struct ports *ports)
{
	size_t have;
	const uint16_t *top = services_top(n, &have);

	for (size_t i = 0; i < have; i++)
		ports_add(ports, top[i], false);
	if (have < n)
		fprintf(stderr, "certscape: our ranking has %zu ports; -p 1-65535 is all of them\n",
		    have);
}

static int add_ranked(const struct scan_options *o, struct ports *ports)
{
	if (o->services)
		return add_services_file(
		    o->services, o->top_ports ? o->top_ports : SERVICES_TOP, ports);
	if (o->top_ports)
		add_top_ports(o->top_ports, ports);
	return EXIT_DONE;
}

int scan_ports(const struct scan_options *o, struct ports *ret_ports)
{
	struct err e;
	int status;

	ports_clear(ret_ports);
	status = add_ranked(o, ret_ports);
	if (status)
		return status;
	if (o->ports) {
		e = ports_parse(ret_ports, span_str(o->ports));
		if (err_is(e))
			return usage_error(
			    "-p %s: %s, at character %u", o->ports, e.what, e.at + 1);
	}
	if (o->tls_ports || (!o->ports && !o->top_ports && !o->services))
		add_tls_ports(ret_ports);
	return EXIT_DONE;
}
