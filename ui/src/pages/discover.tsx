// The whole inventory: what is typed, what is ticked and what is brushed is one query; the address
// holds all of it.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { url } from '../api/client.ts';
import { useGet, usePages } from '../api/resource.ts';
import type { Row, Summary, TimelineData } from '../api/types.ts';
import { go } from '../app/router.ts';
import { useApp, useTypeOf } from '../app/session.ts';
import { combine, pillFromParam, pillToParam, togglePill, type Pill } from '../base/query.ts';
import { href, type Params, type Route } from '../base/route.ts';
import { capital, count, plural } from '../base/text.ts';
import { day } from '../base/time.ts';
import type { Range } from '../base/timeline.ts';
import { Empty, Failed, Menu, Skeleton } from '../parts/basics.tsx';
import { cellOf, certificateColumns, labelOf, rowColumns } from '../parts/columns.tsx';
import { FacetList } from '../parts/facets.tsx';
import { Icon } from '../parts/icon.tsx';
import { Numbers } from '../parts/charttable.tsx';
import { Table } from '../parts/table.tsx';
import { Timeline, TimelineLegend, timelineTable } from '../parts/timeline.tsx';
import { Views } from '../parts/views.tsx';

/** Everything that the address says. */
interface Look {
	q: string;
	pills: Pill[];
	from: string | null;
	to: string | null;
	by: 'endpoint' | 'certificate';
	sort: string;
	columns: string[];
	gone: boolean;
}

/** What ends first, and what has ended. */
const FIRST_SORT = 'not_after';
const FIRST_COLUMNS = ['severity', 'not_after', 'subject', 'issuer', 'ip', 'port', 'sni', 'owner'];

function readLook(route: Route): Look {
	const p = route.params;
	return {
		q: p.get('q') ?? '', pills: p.getAll('f').map(pillFromParam), from: p.get('from'), to: p.get('to'),
		by: p.get('by') === 'certificate' ? 'certificate' : 'endpoint', sort: p.get('sort') ?? FIRST_SORT,
		columns: p.get('columns')?.split(',').filter(Boolean) ?? FIRST_COLUMNS, gone: p.get('gone') === '1',
	};
}

function lookParams(look: Look): Params {
	return {
		q: look.q, f: look.pills.map(pillToParam), from: look.from, to: look.to, sort: look.sort === FIRST_SORT ? null : look.sort,
		by: look.by === 'certificate' ? 'certificate' : null, gone: look.gone ? '1' : null,
		columns: look.columns.join() === FIRST_COLUMNS.join() ? null : look.columns.join(),
	};
}

export function Discover({ route }: { route: Route }) {
	const look = useMemo(() => readLook(route), [route]);
	const typeOf = useTypeOf();
	const [facets, showFacets] = useState(false);
	const set = (change: Partial<Look>) => go(['discover'], lookParams({ ...look, ...change }));
	const toggle = (pill: Pill) => set({ pills: togglePill(look.pills, pill) });
	const q = combine(look, typeOf);
	const gone = look.gone ? '1' : null;
	return (
		<>
			<Pills look={look} set={set} toggle={toggle} open={() => showFacets(!facets)} shown={facets} />
			<div class="discover">
				<FacetList q={q} pills={look.pills} toggle={toggle} shown={facets} />
				<div class="stack">
					<ExpiryPanel q={q} look={look} set={set} />
					<section class="panel" aria-label="Results">
						<Toolbar q={q} look={look} set={set} />
						{look.by === 'certificate' ? <CertificateRows q={q} look={look} set={set} /> : <EndpointRows q={q} gone={gone} look={look} set={set} toggle={toggle} />}
					</section>
				</div>
			</div>
		</>
	);
}

type Set = (change: Partial<Look>) => void;

function Pills(props: { look: Look; set: Set; toggle: (pill: Pill) => void; open: () => void; shown: boolean }) {
	const { look, set, toggle } = props;
	const range = look.from || look.to;
	const any = look.pills.length > 0 || range;
	return (
		<div class="pills" role="group" aria-label="Filters in force">
			<h1>Discover</h1>
			<button class="button tiny facet-open" aria-expanded={props.shown} onClick={props.open}><Icon name="filter" size={13} />Filters</button>
			{range && <span class="pill">
				<button title="Choose another range in the timeline" onClick={() => set({ from: null, to: null })}><em>expires</em> {look.from ?? '…'} – {look.to ?? '…'}</button>
				<button aria-label="Remove the range" onClick={() => set({ from: null, to: null })}><Icon name="close" size={11} /></button>
			</span>}
			{look.pills.map((pill) => (
				<span class={`pill ${pill.not ? 'not' : ''}`} key={pillToParam(pill)}>
					<button title={pill.not ? 'Include instead' : 'Exclude instead'} onClick={() => set({ pills: look.pills.map((p) => (p === pill ? { ...p, not: !p.not } : p)) })}>
						{pill.not && <span class="not-word">not </span>}<em>{pill.field}</em> {pill.value ?? 'none'}
					</button>
					<button aria-label={`Remove ${pill.field} ${pill.value ?? 'none'}`} onClick={() => toggle(pill)}><Icon name="close" size={11} /></button>
				</span>
			))}
			{any && <button class="button plain tiny" onClick={() => set({ pills: [], from: null, to: null })}>Clear</button>}
			<span class="grow" />
			<Views state={() => href([], lookParams(look)).replace(/^#\/\??/, '')} />
		</div>
	);
}

function ExpiryPanel({ q, look, set }: { q: string; look: Look; set: Set }) {
	const [shown, show] = useState(() => localStorage.getItem('certscape-timeline') !== 'no');
	const [table, setTable] = useState(false);
	/* Without its own range, so that the bars beside the brush stay to be seen. */
	const around = combine({ ...look, from: null, to: null }, useTypeOf());
	const { data, error, stale } = useGet<TimelineData>(shown ? url('timeline', { q: look.from ? around : q, buckets: 72 }) : null);
	const chosen: Range | null = look.from && look.to ? { from: Date.parse(look.from), to: Date.parse(look.to) } : null;
	const fold = () => {
		localStorage.setItem('certscape-timeline', shown ? 'no' : 'yes');
		show(!shown);
	};
	return (
		<section class="panel" aria-label="Expiry timeline">
			<div class="toolbar">
				<button class="button plain tiny icon" aria-expanded={shown} aria-label="Expiry timeline" onClick={fold}><Icon name={shown ? 'down' : 'right'} size={12} /></button>
				<h2 class="grow">Expiry</h2>
				{shown && data && <TimelineLegend data={data} />}
				{shown && <button class="button plain tiny icon" aria-pressed={table} aria-label="Expiry: numbers as a table" onClick={() => setTable(!table)}><Icon name="table" size={14} /></button>}
			</div>
			{shown && <div class={`panel-body timeline-small ${stale ? 'stale' : ''}`}>
				{!data ? (error ? <p class="muted small">Nothing to show.</p> : <Skeleton lines={3} />)
				: table ? <Numbers table={timelineTable(data)} caption="Expiry" />
				: <Timeline data={data} height={96} chosen={chosen} choose={(range) => set(range ? { from: day(range.from), to: day(range.to) } : { from: null, to: null })} />}
			</div>}
		</section>
	);
}

function Toolbar({ q, look, set }: { q: string; look: Look; set: Set }) {
	const { data, stale } = useGet<{ endpoints: number; certificates: number; exact: boolean }>(url('count', { q, gone: look.gone ? '1' : null }));
	const certificates = look.by === 'certificate';
	const gone = look.gone ? '1' : null;
	const address = (format: string, fields: string | null) => url('export', certificates ? { q, format, by: 'certificate', sort: look.sort, gone } : { q, format, fields, sort: look.sort, gone });
	const shown = look.columns.join();
	return (
		<div class="toolbar">
			<span class={`grow ${stale ? 'stale' : ''}`} aria-live="polite">
				{data && <>{!data.exact && 'about '}<strong>{count(data.certificates)}</strong> certificate{data.certificates === 1 ? '' : 's'} on <strong>{count(data.endpoints)}</strong> endpoint{data.endpoints === 1 ? '' : 's'}</>}
			</span>
			<div class="segments" role="group" aria-label="A row is">
				<button aria-pressed={look.by === 'endpoint'} onClick={() => set({ by: 'endpoint', sort: FIRST_SORT })}>Endpoints</button>
				<button aria-pressed={look.by === 'certificate'} onClick={() => set({ by: 'certificate', sort: FIRST_SORT })}>Certificates</button>
			</div>
			{look.by === 'endpoint' && <ColumnMenu look={look} set={set} />}
			<Menu label="Export" icon="download">
				{(close) => certificates ? <>
					<a class="menu-item" href={address('csv', null)} download onClick={close}>CSV, a certificate a line</a>
					<a class="menu-item" href={address('ndjson', null)} download onClick={close}>NDJSON, a certificate a line</a>
				</> : <>
					<a class="menu-item" href={address('csv', shown)} download onClick={close}>CSV, the columns shown</a>
					<a class="menu-item" href={address('ndjson', shown)} download onClick={close}>NDJSON, the columns shown</a>
					<a class="menu-item" href={address('ndjson', null)} download onClick={close}>NDJSON, every field</a>
				</>}
			</Menu>
		</div>
	);
}

function ColumnMenu({ look, set }: { look: Look; set: Set }) {
	const { fields } = useApp();
	const flip = (name: string) => set({ columns: look.columns.includes(name) ? look.columns.filter((c) => c !== name) : [...look.columns, name] });
	const chosen = look.columns.map((name) => fields.find((f) => f.name === name)).filter((f) => f !== undefined);
	const rest = fields.filter((f) => !look.columns.includes(f.name) && f.type !== 'chain');
	const item = (name: string, help: string) => (
		<label class="menu-item" key={name} title={help}><input type="checkbox" checked={look.columns.includes(name)} disabled={look.columns.length === 1 && look.columns[0] === name} onChange={() => flip(name)} /><span class="grow">{labelOf(name)}</span><span class="muted small mono">{name}</span></label>
	);
	return (
		<Menu label="Columns" icon="columns">
			{() => <>
				{chosen.map((f) => item(f.name, f.help))}<hr />{rest.map((f) => item(f.name, f.help))}<hr />
				<label class="menu-item"><input type="checkbox" checked={look.gone} onChange={() => set({ gone: !look.gone })} />Also what has vanished</label>
				<button class="menu-item" onClick={() => set({ columns: FIRST_COLUMNS })}>Columns as at first</button>
			</>}
		</Menu>
	);
}

function EndpointRows({ q, gone, look, set, toggle }: { q: string; gone: string | null; look: Look; set: Set; toggle: (pill: Pill) => void }) {
	const { fields } = useApp();
	const wanted = [...new Set([...look.columns, 'severity', 'muted', 'not_before'])].join();
	const pages = usePages<Row>(url('rows', { q, sort: look.sort, fields: wanted, limit: 50, gone }));
	const columns = useMemo(() => rowColumns(look.columns, fields, (field, value, not) => toggle({ field, value, not })), [look, fields]);
	const open = (row: Row) => row.sha256 ? go(['certificate', row.sha256]) : go(['endpoint', cellOf.endpoint(row)]);
	return (
		<Listing pages={pages} nothing={<NoRows look={look} set={set} />} table={(rows) => (
			<Table label="Endpoints" columns={columns} rows={rows} stale={pages.stale} sort={look.sort} onSort={(sort) => set({ sort })}
				keyOf={(r, i) => `${cellOf.endpoint(r)} ${r.sni ?? ''} ${r.sha256 ?? i}`} open={open} dim={(r) => r.muted === true} />
		)} />
	);
}

function CertificateRows({ q, look, set }: { q: string; look: Look; set: Set }) {
	const pages = usePages<Summary>(url('certificates', { q, sort: look.sort, limit: 50 }));
	return (
		<Listing pages={pages} nothing={<NoRows look={look} set={set} />} table={(rows) => (
			<Table label="Certificates" sparse columns={certificateColumns} rows={rows} stale={pages.stale} sort={look.sort} onSort={(sort) => set({ sort })}
				keyOf={(c) => c.sha256} open={(c) => go(['certificate', c.sha256])} dim={(c) => c.muted === true} />
		)} />
	);
}

function Listing<T>({ pages, table, nothing }: { pages: ReturnType<typeof usePages<T>>; table: (rows: T[]) => preact.ComponentChildren; nothing: preact.ComponentChildren }) {
	const end = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		if (!pages.more || !end.current) return;
		const watch = new IntersectionObserver(([entry]) => entry!.isIntersecting && pages.more?.(), { rootMargin: '400px' });
		watch.observe(end.current);
		return () => watch.disconnect();
	});
	if (pages.error && pages.error.code !== 'bad-query') return <Failed error={pages.error} again={pages.reload} />;
	if (pages.error) return <Empty title="The search cannot be read yet">{capital(pages.error.message)}{/[.?!]$/.test(pages.error.message) ? '' : '.'} The search line marks where.</Empty>;
	if (!pages.data) return <Skeleton lines={14} />;
	if (!pages.data.length) return nothing;
	return (
		<>
			{table(pages.data)}
			<div class="table-foot">
				<span class="grow">{plural(pages.data.length, 'row')} shown{pages.more ? '' : ', that is all'}</span>
				{pages.more && <button ref={end} class="button tiny" disabled={pages.loadingMore} onClick={pages.more}>More</button>}
			</div>
		</>
	);
}

function NoRows({ look, set }: { look: Look; set: Set }) {
	const filtered = look.pills.length > 0 || look.from || look.to;
	return (
		<Empty title="Nothing matches" actions={<>
			{filtered && <button class="button" onClick={() => set({ pills: [], from: null, to: null })}>Remove the filters</button>}
			{look.q && <button class="button" onClick={() => set({ q: '' })}>Clear the search</button>}
			{!look.gone && <button class="button" onClick={() => set({ gone: true })}>Look among the vanished, too</button>}
		</>}>
			{look.q || filtered ? 'No endpoint has all of what is asked for.' : 'The inventory is empty: scan a network first.'}
		</Empty>
	);
}
