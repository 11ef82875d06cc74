/*
 * report.c: the store's summary of a run, in the form that format/summary prints.
 */
#include "app/report.h"

#include "format/summary.h"
#include "format/table.h"
#include "net/clock.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { REPORT_BYTES_MAX = 16 << 20, RESUME_TEXT_MAX = PATH_TEXT_MAX + 64 };

static struct err write_all(int fd, struct span text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno != EINTR)
			return err_io(errno, "cannot write the output");
		if (n > 0)
			span_take(&text, (size_t)n);
	}
	return OK;
}

static void take_findings(const struct store_summary *from, struct scan_summary *to)
{
	for (size_t i = 0; i < from->n_findings && i < CHAIN_FINDINGS_MAX; i++)
		to->findings[to->n_findings++] = (struct scan_finding){
		    .id = from->findings[i].id,
		    .severity = from->findings[i].severity,
		    .endpoints = from->findings[i].endpoints,
		};
}

static void take_expiries(const struct store_summary *from, struct scan_summary *to)
{
	for (size_t i = 0; i < from->n_expiries && i < SCAN_TOP_MAX; i++) {
		const struct store_expiry *each = &from->expiries[i];
		struct scan_expiry *expiry = &to->expiries[to->n_expiries++];

		*expiry = (struct scan_expiry){
		    .addr = each->endpoint.addr,
		    .port = each->endpoint.port,
		    .not_after_s = each->not_after_s,
		    .endpoints = each->endpoints,
		};
		snprintf(expiry->name, sizeof(expiry->name), "%.127s",
		    *each->endpoint.name ? each->endpoint.name : each->subject_cn);
	}
}

static void take_issuers(const struct store_summary *from, struct scan_summary *to)
{
	for (size_t i = 0; i < from->n_issuers && i < SCAN_TOP_MAX; i++) {
		struct scan_count *issuer = &to->issuers[to->n_issuers++];

		issuer->n = from->issuers[i].certificates;
		snprintf(issuer->text, sizeof(issuer->text), "%s", from->issuers[i].text);
	}
}

static void take_reasons(
    const struct store_summary *from, const struct progress *all, struct scan_summary *to)
{
	for (unsigned outcome = 1; outcome < OUTCOME_MAX; outcome++)
		if (outcome != OUTCOME_CERTIFICATE && outcome != OUTCOME_PARTIAL)
			scan_summary_reason(
			    to, outcome_text((enum outcome)outcome), from->outcomes[outcome]);
	scan_summary_reason(to, "connection refused", all->refused);
	scan_summary_reason(to, "no answer", all->timeout);
	scan_summary_reason(to, "unreachable", all->unreachable - all->absent);
	scan_summary_reason(to, "no answer to ARP or NDP, so not probed", all->absent);
	scan_summary_reason(to, "open like all ports of its host, so not asked", all->disbelieved);
}

static struct scan_summary summary_of(const struct store_summary *from, const struct progress *all,
    const struct run *run, const struct scan_plan *plan)
{
	struct scan_summary to = {
	    .targets = all->total,
	    .done = all->open + all->refused + all->timeout + all->unreachable,
	    .hosts = plan->targets ? targets_hosts(plan->targets) : 0,
	    .open = all->open,
	    .endpoints = from->endpoints,
	    .certificates = from->certificates,
	    .new_certificates = from->new_certificates,
	    .changes = from->changes,
	    .connections = all->connections,
	    .probes = all->probes,
	    .probed = all->probed,
	    .answered = all->answered,
	    .passes = all->passes,
	    .coverage = run_coverage(all),
	    .elapsed_ms = (uint64_t)(clock_now_ms() - run->started_ms),
	    .trust_unknown = trust_is_empty(plan->trust),
	    .store = plan->store,
	};

	take_findings(from, &to);
	take_expiries(from, &to);
	take_issuers(from, &to);
	take_reasons(from, all, &to);
	return to;
}

struct table_out {
	struct table *table;
	struct buf *text;
};

static bool add_row(void *context, const struct inventory_row *row)
{
	struct table_out *to = context;

	table_row(to->table, row, to->text);
	return true;
}

static struct err put_table(
    struct store *store, const struct run *run, const struct style *style, struct buf *text)
{
	struct search search = {.now_s = style->now_s, .run = run->id, .limit = SUMMARY_ROWS_MAX};
	struct table_out to = {.text = text};
	struct err e = table_new(style, &to.table);
	size_t n;

	if (err_is(e))
		return e;
	e = store_search(store, &search, add_row, &to, &n);
	table_end(to.table, text);
	table_free(to.table);
	if (!err_is(e) && n == SUMMARY_ROWS_MAX)
		buf_str(text, "... `certscape list` shows all\n");
	buf_str(text, n ? "\n" : "");
	return e;
}

/* As it can be pasted; the store is named where it is not the default one. */
static void resume_command(
    const struct run *run, const struct scan_plan *plan, char text[RESUME_TEXT_MAX])
{
	char usual[PATH_TEXT_MAX];
	bool named = err_is(settings_store_path(usual)) || strcmp(usual, plan->store) != 0;

	snprintf(text, RESUME_TEXT_MAX, "certscape scan --resume %llu%s%s",
	    (unsigned long long)run->id, named ? " --store " : "", named ? plan->store : "");
}

struct err report(struct store *store, const struct run *run, const struct progress *all,
    const struct scan_plan *plan)
{
	struct style style = {
	    .width = (unsigned)plan->width, .colour = plan->colour, .now_s = clock_now_ms() / 1000};
	struct store_summary summary;
	struct scan_summary scan;
	struct buf text;
	char resume[RESUME_TEXT_MAX];
	struct err e;

	resume_command(run, plan, resume);
	if (!plan->summary && plan->targets && run->state == RUN_STOPPED)
		fprintf(stderr, "certscape: stopped; go on with `%s`\n", resume);
	if (!plan->summary)
		return OK;
	buf_init(&text, REPORT_BYTES_MAX);
	e = store_summary(store, run->id, style.now_s, &summary);
	if (err_is(e))
		goto out;
	if (plan->format == OUTPUT_TABLE)
		e = put_table(store, run, &style, &text);
	if (err_is(e) || plan->watch)
		goto write;
	scan = summary_of(&summary, all, run, plan);
	if (plan->targets && run->state == RUN_STOPPED)
		scan.resume = resume;
	scan_summary_print(&scan, &style, &text);
write:
	if (!err_is(e))
		e = write_all(
		    plan->format == OUTPUT_TABLE ? plan->out : STDERR_FILENO, buf_view(&text));
out:
	buf_done(&text);
	return e;
}
