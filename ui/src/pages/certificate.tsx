// One certificate: what it is, what is wrong with it, where it is, what came before it.
import { Fragment } from 'preact';
import { path, url } from '../api/client.ts';
import { useGet, usePages } from '../api/resource.ts';
import type { Certificate, Extension, Finding, Row, Summary } from '../api/types.ts';
import { now } from '../app/clock.ts';
import { useApp } from '../app/session.ts';
import { explain, lifetime } from '../base/explain.ts';
import { href, type Route } from '../base/route.ts';
import { worse, severityOf } from '../base/severity.ts';
import { count, hostPort, plural } from '../base/text.ts';
import { day, exact, words } from '../base/time.ts';
import { Copy, Empty, Failed, PageHead, Panel, Skeleton } from '../parts/basics.tsx';
import { ChainPicture } from '../parts/chain.tsx';
import { Icon } from '../parts/icon.tsx';
import { MuteButtons, MuteList, type Target } from '../parts/mutes.tsx';
import { NotesPanel } from '../parts/notes.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { CertLink, EndpointLink, Expiry, expiryClass, SeverityWord, Since, When } from '../parts/words.tsx';

type Cert = Certificate & Record<string, unknown> & { not_before: string; not_after: string; subject: string; issuer: string; spki_sha256?: string };

export function CertificatePage({ route }: { route: Route }) {
	const sha256 = route.path[1] ?? '';
	const { data: c, error, reload } = useGet<Cert>(url(path('certificates', sha256)));
	if (error?.status === 404) return <><PageHead title="Certificate" /><Empty title="This certificate is not in the inventory" actions={<a class="button" href="#/discover">To Discover</a>}>It may have been pruned, or the address is not complete.</Empty></>;
	if (error && !c) return <Failed error={error} again={reload} />;
	if (!c) return <div class="panel"><Skeleton lines={14} /></div>;
	document.title = `${c.subject || 'Certificate'} · certscape`;
	return (
		<>
			<Hero c={c} />
			<div class="two">
				<div>
					<FindingsPanel c={c} />
					<ChainPanel c={c} />
					<EndpointsPanel c={c} />
					<Panel title="In plain words"><Facts c={c} /></Panel>
					<ExtensionsPanel extensions={c.extensions ?? []} />
					<PemPanel c={c} />
				</div>
				<div>
					<NotesPanel kind="certificate" id={c.sha256} notes={c} />
					{c.mutes?.length > 0 && <Panel title="Silenced" flush><MuteList mutes={c.mutes} /></Panel>}
					<NamesPanel names={c.names ?? []} />
					<RenewalsPanel c={c} />
					<SameKeyPanel c={c} />
				</div>
			</div>
		</>
	);
}

const holding = (c: Cert) => (c.findings ?? []).filter((f) => f.holds !== false).sort((a, b) => worse(severityOf(a.severity), severityOf(b.severity)));

function targets(c: Cert): Target[] {
	const list: Target[] = [{ thing: 'certificate', key: c.sha256, label: 'this certificate, wherever it is' }];
	if (c.spki_sha256) list.push({ thing: 'key', key: c.spki_sha256, label: 'every certificate of this key' });
	if (c.issuer) list.push({ thing: 'issuer', key: c.issuer, label: `everything issued by ${c.issuer}` });
	for (const tag of c.tags ?? []) list.push({ thing: 'tag', key: tag, label: `everything tagged ${tag}` });
	return list;
}

function Hero({ c }: { c: Cert }) {
	const worst = holding(c)[0]?.severity ?? 'none';
	return (
		<div class="hero">
			<div class="grow">
				<h1>{c.subject || <span class="muted">no name</span>}</h1>
				<div class="row wrap sub">
					<SeverityWord severity={worst} /><span>{c.issuer === c.subject ? 'issued by itself' : <>issued by <a href={href(['discover'], { f: `issuer:${c.issuer}` })}>{c.issuer || 'nobody'}</a></>}</span>
					<span class="muted">·</span><a href={href(['discover'], { q: `sha256:${c.sha256}` })}>{plural(c.endpoints_count, 'endpoint')}</a>
					<span class="muted">·</span><span class="muted">first seen <When at={c.first_seen} /></span>
				</div>
				<Life c={c} />
			</div>
			<div class="actions"><MuteButtons targets={targets(c)} findings={holding(c)} /></div>
		</div>
	);
}

function Life({ c }: { c: Cert }) {
	const from = Date.parse(c.not_before), to = Date.parse(c.not_after);
	const share = Math.min(1, Math.max(0, (now() - from) / (to - from)));
	const s = expiryClass(c.not_before, c.not_after);
	const kind = s === 'critical' || s === 'high' ? 'bad' : s === 'medium' ? 'warn' : '';
	const left = to < now() ? `expired ${words(now() - to)} ago` : from > now() ? `begins in ${words(from - now())}` : `${words(to - now())} left`;
	return (
		<div class="life">
			<div class="life-track" aria-hidden="true"><span class={kind} style={{ width: `${100 * share}%` }} /></div>
			<div class="life-words">
				<span title={exact(from)}>{day(from)}</span>
				<span><SeverityWord severity={s} word={left} />, valid {lifetime(from, to)}</span>
				<span title={exact(to)}>{day(to)}</span>
			</div>
		</div>
	);
}

function FindingsPanel({ c }: { c: Cert }) {
	const holds = holding(c);
	const later = (c.findings ?? []).filter((f) => f.holds === false && f.since && Date.parse(f.since) > now());
	return (
		<Panel title={holds.length ? `Findings (${holds.length})` : 'Findings'} flush>
			{holds.length === 0 && <div class="panel-body"><SeverityWord severity="none" word="Nothing is wrong with it." /></div>}
			{holds.map((f) => <Verdict key={f.finding + f.evidence} f={f} />)}
			{later.length > 0 && <div class="verdict muted small">To come: {later.map((f) => `${f.finding}${f.finding === 'expiring' ? ` (${f.severity})` : ''} from ${f.since!.slice(0, 10)}`).join(', ')}</div>}
		</Panel>
	);
}

function Verdict({ f }: { f: Finding }) {
	const { kinds } = useApp();
	const known = kinds.find((k) => k.id === f.finding);
	const names = [['Chrome', f.chrome ?? known?.chrome], ['Firefox', f.firefox ?? known?.firefox], ['OpenSSL', f.openssl ?? known?.openssl]].filter(([, v]) => v);
	return (
		<div class="verdict">
			<h3><SeverityWord severity={f.severity} /><span>{f.title ?? known?.title ?? f.finding}</span><a class="muted small" href={href(['findings'], { q: `finding:${f.finding}` })}>{f.finding}</a>{f.muted && <span class="badge">silenced</span>}</h3>
			<div class="soft">{f.evidence}<Since finding={f} /></div>
			{names.length > 0 && <div class="says">{names.map(([who, what]) => <span key={who}>{who} <code>{what}</code></span>)}</div>}
		</div>
	);
}

function ChainPanel({ c }: { c: Cert }) {
	const chains = c.chains?.length ? c.chains : [{ chain_id: '', certificates: c.chain ?? [] }];
	return (
		<Panel title={chains.length > 1 ? `Chains (${chains.length})` : 'Chain'} flush>
			{chains.map((chain) => <ChainPicture key={chain.chain_id} links={chain.certificates} known={c.issuer_known !== false} self={c.sha256} />)}
		</Panel>
	);
}

const ENDPOINT_COLUMNS: Column<Row>[] = [
	{ id: 'ip', label: 'Endpoint', cell: (r) => <EndpointLink ip={r.ip} port={r.port} transport={r.transport} /> },
	{ id: 'sni', label: 'Server name', share: 34, cell: (r) => <span class="clip cell">{r.sni || ''}</span>, empty: (r) => !r.sni },
	{ id: 'service', label: 'Service', cell: (r) => String(r.service ?? ''), empty: (r) => !r.service },
	{ id: 'version', label: 'Version', cell: (r) => String(r.version ?? ''), empty: (r) => !r.version },
	{ id: 'severity', label: 'Severity', cell: (r) => <SeverityWord severity={r.severity} /> },
	{ id: 'last_seen', label: 'Last seen', cell: (r) => <When at={r.last_seen as string} /> },
];

function EndpointsPanel({ c }: { c: Cert }) {
	const pages = usePages<Row>(url(path('certificates', c.sha256, 'rows'), { fields: 'sni,service,version,severity,last_seen', limit: 25 }));
	return (
		<Panel title={`Served by ${plural(c.endpoints_count, 'endpoint')}`} flush side={<a class="small" href={href(['discover'], { q: `sha256:${c.sha256}` })}>In Discover</a>}>
			{pages.data?.length === 0 && <Empty title="No endpoint serves it now">It was seen before; its history is kept.</Empty>}
			{pages.data && pages.data.length > 0 && <Table label="Endpoints that serve this certificate" sparse columns={ENDPOINT_COLUMNS} rows={pages.data}
				keyOf={(r, i) => `${r.ip} ${r.port} ${r.sni ?? ''} ${i}`} open={(r) => { location.hash = href(['endpoint', hostPort(r.ip, r.port)], { transport: r.transport === 'tcp' ? null : r.transport }); }} />}
			{!pages.data && <Skeleton lines={4} />}
			{pages.more && <div class="table-foot"><span class="grow">{count(pages.data!.length)} of {count(c.endpoints_count)}</span><button class="button tiny" onClick={pages.more} disabled={pages.loadingMore}>More</button></div>}
		</Panel>
	);
}

function Facts({ c }: { c: Cert }) {
	return (
		<dl class="facts">
			<dt>Valid</dt><dd>{exact(Date.parse(c.not_before))} – {exact(Date.parse(c.not_after))}</dd>
			{explain(c).map((e) => <>
				<dt key={e.label}>{e.label}</dt>
				<dd>{e.mono ? <span class="mono break">{e.value} <Copy text={e.value} label={`Copy ${e.label}`} small /></span> : e.value}{e.help && <div class="help">{e.help}</div>}</dd>
			</>)}
		</dl>
	);
}

/** Keys' ids, and what has no name: bytes as they stand. */
const BYTES = /^[0-9a-f]{4,}(\.\.\.|$)/;

function ExtensionsPanel({ extensions }: { extensions: readonly Extension[] }) {
	if (!extensions.length) return null;
	return (
		<Panel title={`Extensions (${extensions.length})`}>
			<dl class="facts">
				{extensions.map((e, i) => <Fragment key={i}>
					<dt title={e.oid}>{e.name ?? <span class="mono break">{e.oid}</span>}{e.critical && <div class="help">critical</div>}</dt>
					<dd>{e.values.map((v, k) => <div key={k} class={`break${BYTES.test(v) ? ' mono' : ''}`}>{v}</div>)}{e.partial && <div class="help">cannot be read further</div>}</dd>
				</Fragment>)}
			</dl>
		</Panel>
	);
}

function PemPanel({ c }: { c: Cert }) {
	const file = url(path('certificates', c.sha256, 'pem'));
	return (
		<Panel title="PEM" flush side={<>
			<Copy text={c.pem ?? ''} label="Copy" />
			<a class="button plain tiny" href={file} download={`${c.sha256.slice(0, 16)}.pem`}><Icon name="download" size={13} />Certificate</a>
			<a class="button plain tiny" href={`${file}?chain=1`} download={`${c.sha256.slice(0, 16)}-chain.pem`}><Icon name="download" size={13} />Chain</a>
		</>}>
			<pre class="pem" tabIndex={0} aria-label="PEM">{c.pem}</pre>
		</Panel>
	);
}

function NamesPanel({ names }: { names: readonly string[] }) {
	return (
		<Panel title={`Names (${names.length})`}>
			{names.length ? <ul class="names">{names.map((n) => <li key={n}><a href={href(['discover'], { q: `names:"${n}"` })}>{n}</a></li>)}</ul> : <span class="muted">It names no host that a client may compare.</span>}
		</Panel>
	);
}

function RenewalsPanel({ c }: { c: Cert }) {
	const before = c.renewals?.before ?? [], after = c.renewals?.after ?? [];
	if (!before.length && !after.length) return null;
	const line = (s: Summary, word: string) => (
		<li key={s.sha256}><span class="what"><CertLink sha256={s.sha256}>{s.not_before ? `${s.not_before.slice(0, 10)} – ` : ''}{s.not_after?.slice(0, 10)}</CertLink> <span class="muted">{word}</span></span></li>
	);
	return (
		<Panel title="Renewals" flush>
			<ul class="feed">
				{after.map((s) => line(s, 'came after'))}
				<li><span class="what"><b>{c.not_before.slice(0, 10)} – {c.not_after.slice(0, 10)}</b> <span class="muted">this one</span></span></li>
				{before.map((s) => line(s, 'came before'))}
			</ul>
		</Panel>
	);
}

function SameKeyPanel({ c }: { c: Cert }) {
	if (!c.same_key?.length) return null;
	return (
		<Panel title={`Same key (${c.same_key.length})`} flush side={c.spki_sha256 && <a class="small" href={href(['discover'], { q: `spki_sha256:${c.spki_sha256}`, by: 'certificate' })}>All</a>}>
			<ul class="feed">{c.same_key.slice(0, 12).map((s) => (
				<li key={s.sha256}><span class="what"><CertLink sha256={s.sha256}>{s.subject || 'no name'}</CertLink></span><span class="when"><Expiry notAfter={s.not_after} notBefore={s.not_before} /></span></li>
			))}</ul>
		</Panel>
	);
}
