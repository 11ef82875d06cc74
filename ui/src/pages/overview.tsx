// Everything at a glance, and every number leads to the rows behind it.
import { url } from '../api/client.ts';
import { useRuns } from '../api/events.ts';
import { useGet } from '../api/resource.ts';
import type { Change, Overview as Data, Run } from '../api/types.ts';
import { useMay } from '../app/session.ts';
import { go } from '../app/router.ts';
import { pillToParam } from '../base/query.ts';
import { href, type Route } from '../base/route.ts';
import { specText } from '../base/spec.ts';
import { count, findingName, plural } from '../base/text.ts';
import { day } from '../base/time.ts';
import { Empty, Failed, PageHead, Panel, Skeleton } from '../parts/basics.tsx';
import { ChartPanel } from '../parts/charttable.tsx';
import { Icon } from '../parts/icon.tsx';
import { Donut, HBars, shares, type Share } from '../parts/shares.tsx';
import { Timeline, TimelineLegend, timelineTable } from '../parts/timeline.tsx';
import { CertLink, EndpointLink, Expiry, SeverityWord, Shape, When } from '../parts/words.tsx';
import { ChangeWord } from '../parts/changes.tsx';

const query = (q: string, by = 'certificate') => href(['discover'], { q, by, sort: 'not_after' });
const only = (field: string) => (value: string) => href(['discover'], { f: pillToParam({ field, value, not: false }) });

export function Overview(_: { route: Route }) {
	const { data, error, reload } = useGet<Data>(url('overview'));
	if (error && !data) return <Failed error={error} again={reload} />;
	if (!data) return <><PageHead title="Overview" /><div class="panel"><Skeleton lines={12} /></div></>;
	if (data.endpoints === 0) return <Nothing last={data.last_run} />;
	const issuers = shares(data.issuers, only('issuer')), ports = shares(data.ports, only('port'));
	return (
		<>
			<PageHead title="Overview" actions={<ScanButton />}><RunLine last={data.last_run} /></PageHead>
			<Stats data={data} />
			<div class="grid">
				<ChartPanel title="When certificates expire" class="span-12" table={timelineTable(data.timeline)} side={<TimelineLegend data={data.timeline} />}>
					<Timeline data={data.timeline} height={148} choose={(range) => range && go(['discover'], { from: day(range.from), to: day(range.to), by: 'certificate', sort: 'not_after' })} />
				</ChartPanel>
				<FindingPanel data={data} />
				<ChartPanel title="Issuers" class="span-5" table={shareTable('Issuer', issuers)}><Donut list={issuers} word="endpoints" /></ChartPanel>
				<ChartPanel title="Ports" class="span-3" table={shareTable('Port', ports)}><HBars list={ports} /></ChartPanel>
				<NextPanel data={data} />
				<Panel title="Latest changes" class="span-6" flush>
					{data.changes.length ? <ul class="feed changes">{data.changes.map((c) => <ChangeLine key={c.sequence} change={c} />)}</ul> : <Empty title="No changes yet">The next scan tells what is new, renewed or gone.</Empty>}
				</Panel>
			</div>
		</>
	);
}

const shareTable = (what: string, list: readonly Share[]) => ({ head: [what, 'Endpoints'], rows: list.map((s) => [s.label, count(s.n)]) });

function RunLine({ last: run }: { last: Run | null }) {
	const now = useRuns(run ? [run] : [])[0];
	if (now) return <a href={href(['scans'])}>Scanning {specText(now.spec)}{now.progress?.total ? `: ${Math.floor((100 * (now.progress.tried ?? 0)) / now.progress.total)} %` : ''}</a>;
	if (!run) return <>No scan has ended yet.</>;
	const r = run.result;
	return (
		<>Last scan <When at={run.ended ?? run.started} />{r?.endpoints !== undefined && <>: {plural(r.endpoints, 'endpoint')}{r.new ? `, ${count(r.new)} new` : ''}{r.changes ? `, ${plural(r.changes, 'change')}` : ''}</>}.</>
	);
}

function ScanButton() {
	return useMay('operator') ? <a class="button" href="#/scans?new=scan"><Icon name="play" size={13} />Scan</a> : null;
}

function Stats({ data }: { data: Data }) {
	const expired = data.expired.certificates;
	const within = (days: number) => data.expiring.find((e) => e.days === days) ?? { certificates: 0, endpoints: 0 };
	const soon = (days: number, severity: string) => {
		const n = within(days).certificates;
		return <Stat key={days} name={`expire in ${days} days`} value={n} severity={n ? severity : null} to={query(`not_after>=now and not_after<now+${days}d`)} under={plural(within(days).endpoints, 'endpoint')} />;
	};
	return (
		<section class="panel stats" aria-label="Counts">
			<Stat name="certificates" value={data.certificates} to={href(['discover'], { by: 'certificate' })} />
			<Stat name="endpoints" value={data.endpoints} to={href(['discover'])} />
			<Stat name="expired" value={expired} severity={expired ? 'critical' : 'none'} to={query('not_after<now')} under={plural(data.expired.endpoints, 'endpoint')} />
			{soon(7, 'high')}{soon(30, 'medium')}{soon(90, '')}
		</section>
	);
}

function Stat(props: { name: string; value: number; to: string; severity?: string | null; under?: string }) {
	return (
		<a class="stat" href={props.to}>
			<span class="value">{props.severity && <Shape severity={props.severity} size={14} />}{count(props.value)}</span>
			<span class="name">{props.name}</span>
			{props.under && <div class="under">{props.under}</div>}
		</a>
	);
}

function FindingPanel({ data }: { data: Data }) {
	const severities = data.severities.filter((s) => s.certificates > 0);
	const findings = data.findings.filter((f) => f.certificates > 0).sort((a, b) => b.certificates - a.certificates).slice(0, 9);
	return (
		<ChartPanel title="Findings" class="span-4" table={{ head: ['Finding', 'Certificates', 'Endpoints'], rows: findings.map((f) => [findingName(f.finding), count(f.certificates), count(f.endpoints)]) }}>
			{findings.length === 0 ? <Empty title="Nothing is wrong">No finding holds at the moment.</Empty> : <>
				<div class="sevbar" aria-hidden="true">{severities.map((s) => <span key={s.severity} class={`sev-${s.severity}`} style={{ flexGrow: s.certificates }} />)}</div>
				<div class="legend sev-legend">{severities.map((s) => <a key={s.severity} href={href(['findings'], { severity: s.severity })}><SeverityWord severity={s.severity} word={`${count(s.certificates)} ${s.severity}`} /></a>)}</div>
				<ul>{findings.map((f) => (
					<li key={f.finding}><a class="finding-row" href={href(['findings'], { q: `finding:${f.finding}` })}>
						<Shape severity={f.severity} /><span class="clip">{findingName(f.finding)}</span><span class="soft">{count(f.certificates)}</span>
					</a></li>
				))}</ul>
			</>}
		</ChartPanel>
	);
}

function NextPanel({ data }: { data: Data }) {
	return (
		<Panel title="Next to expire" class="span-6" flush side={<a class="small" href={query('not_after>=now')}>All</a>}>
			<ul>{data.next.map((c) => (
				<li key={c.sha256}><a class="next-row" href={href(['certificate', c.sha256])}>
					<span class="clip" title={c.subject}>{c.subject || 'no name'}</span>
					<span class="clip muted who" title={c.issuer}>{c.issuer}</span>
					<span class="muted small nowrap right">{plural(c.endpoints ?? 0, 'endpoint')}</span>
					<Expiry notAfter={c.not_after} notBefore={c.not_before} />
				</a></li>
			))}</ul>
		</Panel>
	);
}

function ChangeLine({ change }: { change: Change }) {
	const cert = change.after ?? change.before;
	return (
		<li>
			<ChangeWord change={change.change} />
			<span class="what clip" title={cert?.subject}>{cert?.sha256 && <CertLink sha256={cert.sha256}>{cert.subject || 'no name'}</CertLink>}</span>
			<span class="where clip" title={change.sni ? `for ${change.sni}` : undefined}><EndpointLink ip={change.ip} port={change.port} /></span>
			<span class="when"><When at={change.at} /></span>
		</li>
	);
}

function Nothing({ last }: { last: Run | null }) {
	const may = useMay('operator');
	return (
		<>
			<PageHead title="Overview" />
			<section class="panel">
				<Empty title={last ? 'The scans found no TLS endpoint' : 'The inventory is empty'} actions={<>
					{may && <a class="button primary" href="#/scans?new=scan"><Icon name="play" size={13} />Scan a network</a>}
					{may && <a class="button" href="#/scans?new=schedule">Make a schedule</a>}
				</>}>
					{may ? 'Scan a network and the certificates that it serves appear here within seconds. On the command line: ' : 'Ask an operator to scan a network, or use the command line: '}<code>certscape scan 192.0.2.0/24</code>
				</Empty>
			</section>
		</>
	);
}
