// One address and port: what it serves for each server name, now and before.
import { path, url } from '../api/client.ts';
import { useGet } from '../api/resource.ts';
import type { Endpoint, EndpointChain, EndpointName, Finding } from '../api/types.ts';
import { href, type Route } from '../base/route.ts';
import { findingName, hostPort, plural } from '../base/text.ts';
import { ChangeWord } from '../parts/changes.tsx';
import { Copy, Empty, Failed, PageHead, Panel, Skeleton } from '../parts/basics.tsx';
import { Lifelines } from '../parts/lifelines.tsx';
import { MuteButtons, MuteList } from '../parts/mutes.tsx';
import { NotesPanel } from '../parts/notes.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { CertLink, Expiry, SeverityWord, State, When } from '../parts/words.tsx';

export function EndpointPage({ route }: { route: Route }) {
	const id = route.path[1] ?? '';
	const { data: e, error, reload } = useGet<Endpoint>(url(path('endpoints', id), { transport: route.params.get('transport') }));
	if (error?.status === 404) return <><PageHead title="Endpoint" /><Empty title="This endpoint is not in the inventory" actions={<a class="button" href="#/discover">To Discover</a>}>Nothing was ever found at {id}.</Empty></>;
	if (error && !e) return <Failed error={error} again={reload} />;
	if (!e) return <div class="panel"><Skeleton lines={12} /></div>;
	const name = hostPort(e.ip, e.port);
	const whole = e.transport === 'tcp' ? name : `${name}/${e.transport}`;
	document.title = `${name} · certscape`;
	return (
		<>
			<div class="hero">
				<div class="grow">
					<h1 class="mono">{name} <Copy text={name} label="Copy the address" small /></h1>
					<div class="row wrap sub">
						<State word={e.state} />
						{e.hostname && <span>{e.hostname}</span>}{e.service && <span>{e.service}</span>}{e.transport !== 'tcp' && <span>{e.transport}</span>}
						<span class="muted">first seen <When at={e.first_seen} />, last <When at={e.last_seen} /></span>
					</div>
				</div>
				<div class="actions">
					<a class="button" href={href(['discover'], { q: `ip:${e.ip}` })}>All of this address</a>
					<MuteButtons targets={[{ thing: 'endpoint', key: whole, label: `this endpoint, whatever it serves` }]} findings={e.names.flatMap(currentFindings)} />
				</div>
			</div>
			<div class="two">
				<div>
					{e.names.length === 0 && <Panel flush><Empty title="No certificate was seen here">The port answers, but no TLS was found behind it.</Empty></Panel>}
					{e.names.map((n) => <NamePanel key={n.sni ?? ''} name={n} many={e.names.length > 1} />)}
				</div>
				<div>
					<NotesPanel kind="endpoint" id={whole} notes={e} />
					{e.mutes.length > 0 && <Panel title="Silenced" flush><MuteList mutes={e.mutes} /></Panel>}
					<Panel title="History" flush>
						{e.changes.length ? <ul class="feed changes">{e.changes.map((c) => (
							<li key={c.sequence}><ChangeWord change={c.change} /><span class="what">{c.after?.sha256 ? <CertLink sha256={c.after.sha256}>{c.after.subject || 'no name'}</CertLink> : c.before?.subject}</span><span class="when"><When at={c.at} /></span></li>
						))}</ul> : <p class="panel-body muted">Nothing has changed since it was found.</p>}
					</Panel>
				</div>
			</div>
		</>
	);
}

const asFinding = (f: Finding | string): Finding => (typeof f === 'string' ? { finding: f, severity: 'none' } : f);
const currentFindings = (n: EndpointName) => n.chains.filter((c) => c.current).flatMap((c) => (c.findings ?? []).map(asFinding));

const findingsOf = (c: EndpointChain) => (c.findings ?? []).map((f) => asFinding(f).finding).join(', ');

const COLUMNS: Column<EndpointChain>[] = [
	{ id: 'subject', label: 'Certificate', share: 30, cell: (c) => <span class="clip cell"><CertLink sha256={c.sha256}>{c.subject || 'no name'}</CertLink></span> },
	{ id: 'issuer', label: 'Issuer', share: 22, cell: (c) => <span class="clip cell" title={c.issuer}>{c.issuer}</span> },
	{ id: 'not_after', label: 'Expires', cell: (c) => <Expiry notAfter={c.not_after} notBefore={c.not_before} /> },
	{ id: 'seen', label: 'Seen', cell: (c) => <span class="nowrap">{c.first_seen?.slice(0, 10)} – {c.current ? 'now' : c.last_seen?.slice(0, 10)}</span> },
	{ id: 'key', label: 'Key', cell: (c) => <span class="nowrap">{c.key}</span>, empty: (c) => !c.key },
	{ id: 'findings', label: 'Findings', share: 28, cell: (c) => <span class="clip cell" title={findingsOf(c)}>{findingsOf(c)}</span>, empty: (c) => !c.findings?.length },
];

function NamePanel({ name, many }: { name: EndpointName; many: boolean }) {
	const title = name.sni || (many ? 'Without a server name' : 'Certificates');
	const talk = [name.version, name.cipher, name.group, name.alpn].filter(Boolean).join(' · ');
	const worst = currentFindings(name)[0];
	const chains = [...name.chains].sort((a, b) => Number(b.current) - Number(a.current) || (b.last_seen ?? '').localeCompare(a.last_seen ?? ''));
	return (
		<Panel title={title} flush side={<>{worst && worst.severity !== 'none' && <SeverityWord severity={worst.severity} word={findingName(worst.finding)} />}<span class="muted small">{plural(name.chains.length, 'certificate')}</span></>}>
			{name.chains.length === 0 && <p class="panel-body muted">{name.outcome ?? 'No certificate'}</p>}
			{chains.length > 0 && <>
				<div class="lane"><Lifelines chains={chains} /></div>
				<Table label={`Certificates of ${title}`} sparse columns={COLUMNS} rows={chains} keyOf={(c) => c.chain_id} open={(c) => { location.hash = href(['certificate', c.sha256]); }} dim={(c) => !c.current} />
			</>}
			{talk && <div class="table-foot"><span class="clip">{talk}</span></div>}
		</Panel>
	);
}
