// Schedules, what runs now, and what each run found.
import { useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { useNewest, useRuns } from '../api/events.ts';
import { refresh, useGet, usePages } from '../api/resource.ts';
import type { Run, Schedule } from '../api/types.ts';
import { go } from '../app/router.ts';
import { useMay } from '../app/session.ts';
import { cronWords } from '../base/cron.ts';
import { href, type Route } from '../base/route.ts';
import { specText } from '../base/spec.ts';
import { brief, count } from '../base/text.ts';
import { span, words } from '../base/time.ts';
import { Empty, Failed, PageHead, Panel, Skeleton, Tabs } from '../parts/basics.tsx';
import { useConfirm } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { ScanDialog, ScheduleDialog } from '../parts/schedule.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { attempt } from '../parts/toast.tsx';
import { SeverityWord, State, When } from '../parts/words.tsx';

const TABS = [{ id: 'schedules', label: 'Schedules', to: href(['scans']) }, { id: 'runs', label: 'Runs', to: href(['scans', 'runs']) }];

export function Scans({ route }: { route: Route }) {
	const may = useMay('operator');
	const [editing, edit] = useState<Schedule | null>(null);
	const fresh = may ? route.params.get('new') : null;
	const tab = route.path[1] === 'runs' ? 'runs' : 'schedules';
	const done = () => go(['scans', ...(tab === 'runs' ? ['runs'] : [])]);
	return (
		<>
			<PageHead title="Scans" actions={may && <>
				<a class="button primary" href="#/scans?new=scan"><Icon name="play" size={13} />Scan now</a>
				<a class="button" href="#/scans?new=schedule"><Icon name="plus" size={13} />Schedule</a>
			</>}>Scans that somebody starts on the command line beside the service appear here, too.</PageHead>
			<RunningPanel />
			<Tabs tabs={TABS} current={tab} />
			{tab === 'runs' ? <Runs id={route.path[2] ?? null} /> : <Schedules edit={edit} />}
			{fresh === 'scan' && <ScanDialog close={done} />}
			{fresh === 'schedule' && <ScheduleDialog close={done} />}
			{editing && <ScheduleDialog schedule={editing} close={() => edit(null)} />}
		</>
	);
}

function RunningPanel() {
	const list = useRuns(useGet<{ rows: Run[] }>(url('runs', { limit: 10 })).data?.rows);
	if (!list.length) return null;
	return <Panel title="Running now" flush class="running">{list.map((r) => <Live key={r.id} run={r} />)}</Panel>;
}

function Live({ run }: { run: Run }) {
	const may = useMay('operator');
	const p = run.progress ?? {};
	const share = p.total ? Math.min(100, (100 * (p.tried ?? 0)) / p.total) : 0;
	const stop = () => attempt(() => api.post(path('runs', run.id, 'stop')), 'The scan stops; what it found is kept');
	const number = (name: string, n: number | null | undefined) => n !== null && n !== undefined && <span key={name}><b>{count(n)}</b> {name}</span>;
	return (
		<div class="live">
			<div class="row">
				<span class="grow clip"><b>{specText(run.spec) || `Run ${run.id}`}</b> <span class="muted">{run.source}, begun <When at={run.started} /></span></span>
				{may && <button class="button tiny" onClick={stop}><Icon name="stop" size={12} />Stop</button>}
			</div>
			<div class="meter" role="progressbar" aria-label="Progress of the scan" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(share)}><span style={{ width: `${share}%` }} /></div>
			<div class="numbers">
				<span><b>{Math.floor(share)} %</b> of {brief(p.total ?? 0)}</span>
				{number('open', p.open)}{number('refused', p.refused)}{number('silent', p.timeout)}{number('unreachable', p.unreachable)}
				{p.rate ? <span><b>{brief(p.rate)}</b> a second</span> : null}
				{p.eta_s ? <span><b>{span(p.eta_s * 1000)}</b> left</span> : null}
			</div>
		</div>
	);
}

function whenWords(s: Schedule): string {
	if (s.when.cron) {
		const said = cronWords(s.when.cron);
		return said.ok ? said.words : s.when.cron;
	}
	return s.when.every_s ? `every ${words(s.when.every_s * 1000).replace(/^1 /, '')}` : 'only when asked';
}

function Schedules({ edit }: { edit: (s: Schedule) => void }) {
	const { data, error, reload } = useGet<{ rows: Schedule[] }>(url('schedules'));
	const may = useMay('operator');
	const runs = useRuns();
	const [confirm, ask] = useConfirm();
	if (error && !data) return <Failed error={error} again={reload} />;
	if (!data) return <div class="panel"><Skeleton /></div>;
	const run = (s: Schedule) => attempt(async () => {
		await api.post(path('schedules', s.id, 'run'));
		refresh();
	}, `'${s.name}' begins`);
	const remove = (s: Schedule) => ask({
		title: 'Remove the schedule', action: 'Remove', text: <>'{s.name}' will not run any more. What its scans have found stays.</>,
		then: async () => {
			await api.remove(path('schedules', s.id));
			refresh();
		},
	});
	return (
		<Panel flush label="Schedules">
			{data.rows.length === 0 && <Empty title="No schedule yet" actions={may && <a class="button primary" href="#/scans?new=schedule">Make one</a>}>A nightly scan keeps the inventory true: what is new, renewed or gone is noticed by itself.</Empty>}
			<ul class="things">{data.rows.map((s) => (
				<li key={s.id}>
					<div class="grow">
						<h2>{s.name} {!s.enabled && <span class="badge">Off</span>}</h2>
						<div class="soft">{[s.targets, s.known ? 'the known endpoints' : ''].filter(Boolean).join(' and ')}{s.ports && <>, port <span class="mono">{s.ports}</span></>}{s.exclude && <>, without <span class="mono">{s.exclude}</span></>}</div>
						<div class="muted small">{whenWords(s)}{s.window ? `, only ${s.window.from}–${s.window.to}` : ''}{s.when.manual ? '' : ` (${s.timezone})`}{s.rate ? `, ${count(s.rate)} a second` : ''}</div>
					</div>
					<div class="schedule-times small">
						<ScheduleNow schedule={s} run={runs.find((r) => String(r.schedule) === String(s.id))} />
					</div>
					{may && <div class="actions">
						<button class="button tiny" onClick={() => run(s)}><Icon name="play" size={12} />Run now</button>
						<button class="button plain tiny icon" aria-label={`Change ${s.name}`} title="Change" onClick={() => edit(s)}><Icon name="edit" size={13} /></button>
						<button class="button plain tiny icon" aria-label={`Remove ${s.name}`} title="Remove" onClick={() => remove(s)}><Icon name="trash" size={13} /></button>
					</div>}
				</li>
			))}</ul>
			{confirm}
		</Panel>
	);
}

/** What a schedule does now, else what it did last; and when it is due. */
function ScheduleNow({ schedule: s, run }: { schedule: Schedule; run: Run | undefined }) {
	const now = run ? run.state : OPEN_STATES.includes(s.state) ? s.state : null;
	return (
		<>
			{now && <div><State word={now} /> {run?.progress?.total ? `${Math.floor((100 * (run.progress.tried ?? 0)) / run.progress.total)} %` : ''}</div>}
			{!now && s.state === 'failed' && <div class="sev-critical">{s.message || 'It could not be begun'}</div>}
			{!now && (s.last ? <div><a href={href(['scans', 'runs', String(s.last.id)])}>last <When at={s.last.started} /></a> <State word={s.last.state} /></div> : <div class="muted">has not run yet</div>)}
			{s.enabled && s.next && <div>next <When at={s.next} /></div>}
		</>
	);
}

const OPEN_STATES = ['waiting', 'running', 'stopping', 'paused'];

const lasted = (r: Run) => (r.ended && r.started ? Date.parse(r.ended) - Date.parse(r.started) : null);
const took = (r: Run) => (lasted(r) === null ? '' : span(lasted(r)!));

const runColumns = (by: (r: Run) => string): Column<Run>[] => [
	{ id: 'started', label: 'Begun', cell: (r) => <When at={r.started} /> },
	{ id: 'state', label: 'State', cell: (r) => <State word={r.state} /> },
	{ id: 'spec', label: 'What', cell: (r) => <span class="clip cell" title={r.spec}><a href={href(['scans', 'runs', String(r.id)])}>{specText(r.spec) || `Run ${r.id}`}</a></span> },
	{ id: 'source', label: 'By', cell: by },
	{ id: 'took', label: 'Took', right: true, cell: took, empty: (r) => !r.ended },
	{ id: 'open', label: 'Open', right: true, cell: (r) => count(r.progress?.open ?? 0) },
	{ id: 'total', label: 'Tried', right: true, cell: (r) => brief(r.progress?.tried ?? 0) },
	{ id: 'coverage', label: 'Coverage', right: true, cell: (r) => (r.progress?.total ? `${Math.floor((100 * (r.progress.tried ?? 0)) / r.progress.total)} %` : ''), empty: (r) => !r.progress?.total },
];

/** The schedule that began a run, else how it was begun. */
function useStarter(): (r: Run) => string {
	const schedules = useGet<{ rows: Schedule[] }>(url('schedules')).data?.rows ?? [];
	return (r) => schedules.find((s) => String(s.id) === String(r.schedule))?.name ?? r.source;
}

function Runs({ id }: { id: string | null }) {
	const pages = usePages<Run>(url('runs', { limit: 30 }));
	const rows = useNewest(pages.data ?? []);
	const by = useStarter();
	return (
		<>
			{id && <RunPanel id={id} />}
			<Panel flush label="Runs">
				{pages.error && !pages.data && <Failed error={pages.error} again={pages.reload} />}
				{pages.loading && <Skeleton />}
				{pages.data?.length === 0 && <Empty title="Nothing has run yet">Start a scan, or make a schedule.</Empty>}
				{pages.data && pages.data.length > 0 && <Table label="Runs" columns={runColumns(by)} rows={rows} keyOf={(r) => String(r.id)} open={(r) => go(['scans', 'runs', String(r.id)])} />}
				{pages.more && <div class="table-foot"><span class="grow" /><button class="button tiny" onClick={pages.more}>More</button></div>}
			</Panel>
		</>
	);
}

function RunPanel({ id }: { id: string }) {
	const { data: r } = useGet<Run>(url(path('runs', id)));
	const by = useStarter();
	if (!r) return null;
	const p = r.progress;
	const fact = (label: string, n: number | undefined | null) => n !== undefined && n !== null && <><dt>{label}</dt><dd>{count(n)}</dd></>;
	return (
		<Panel title={`Run ${r.id}`} class="running" side={<State word={r.state} />}>
			<div class="columns-2">
				<dl class="facts">
					<dt>What</dt><dd>{specText(r.spec)}</dd>{r.spec.startsWith('-') && <><dt>Options</dt><dd class="mono small">{r.spec}</dd></>}
					<dt>Begun</dt><dd><When at={r.started} /> by {by(r)}</dd>
					{lasted(r) !== null && <><dt>Took</dt><dd>{words(lasted(r)!)}</dd></>}
					{p?.total ? <><dt>Coverage</dt><dd>{count(p.tried ?? 0)} of {count(p.total)} ({Math.floor((100 * (p.tried ?? 0)) / p.total)} %)</dd></> : null}
				</dl>
				<dl class="facts">{fact('Open', p?.open)}{fact('Refused', p?.refused)}{fact('Silent', p?.timeout)}{fact('Unreachable', p?.unreachable)}</dl>
				<dl class="facts">{fact('Endpoints', r.result?.endpoints)}{fact('Certificates', r.result?.certificates)}{fact('New', r.result?.new)}{fact('Changes', r.result?.changes)}</dl>
			</div>
			{r.result?.findings && r.result.findings.length > 0 && <div class="row wrap run-findings">{r.result.findings.map((f, i) => <SeverityWord key={i} severity={f.severity} word={`${count(f.endpoints ?? 0)} ${f.finding}`} />)}</div>}
		</Panel>
	);
}
