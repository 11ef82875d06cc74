// What is wrong, a certificate a row: told once, however many endpoints serve it.
import { url } from '../api/client.ts';
import { usePages } from '../api/resource.ts';
import type { FindingGroup } from '../api/types.ts';
import { go } from '../app/router.ts';
import { useApp, useMay } from '../app/session.ts';
import type { Route } from '../base/route.ts';
import { SEVERITIES } from '../base/severity.ts';
import { capital, findingName, plural } from '../base/text.ts';
import { Empty, Failed, PageHead, Panel, Skeleton } from '../parts/basics.tsx';
import { MuteButtons } from '../parts/mutes.tsx';
import { CertLink, Expiry, SeverityWord, Shape, Since, Tags } from '../parts/words.tsx';

export function Findings({ route }: { route: Route }) {
	const severity = route.params.get('severity') ?? '';
	const q = route.params.get('q') ?? '';
	const { kinds } = useApp();
	const pages = usePages<FindingGroup>(url('findings', { q, severity, limit: 50 }));
	const set = (change: Record<string, string>) => go(['findings'], { q, severity, ...change });
	const kind = /^findings?:([\w-]+)$/.exec(q)?.[1] ?? '';
	return (
		<>
			<PageHead title="Findings" actions={<a class="button" href={`#/discover?by=certificate&q=${encodeURIComponent(q || 'findings:*')}`}>In Discover</a>}>
				Each certificate once, with all that is wrong with it and how many endpoints serve it.
			</PageHead>
			<div class="row wrap finding-filters">
				<div class="segments" role="group" aria-label="Severity">
					<button aria-pressed={severity === ''} onClick={() => set({ severity: '' })}>All</button>
					{SEVERITIES.filter((s) => s !== 'none').map((s) => (
						<button key={s} aria-pressed={severity === s} onClick={() => set({ severity: s })}><span class="row"><Shape severity={s} />{capital(s)}</span></button>
					))}
				</div>
				<select class="input finding-kind" aria-label="Kind of finding" value={kind} onChange={(event) => set({ q: event.currentTarget.value ? `finding:${event.currentTarget.value}` : '' })}>
					<option value="">Every kind</option>
					{kinds.map((k) => <option key={k.id} value={k.id} selected={k.id === kind}>{findingName(k.id)}</option>)}
				</select>
				<button class="button plain" aria-pressed={q.includes('owner:none')} onClick={() => set({ q: q.includes('owner:none') ? '' : [q, 'owner:none'].filter(Boolean).join(' and ') })}>Without an owner</button>
				{q && !kind && <span class="muted mono small">{q}</span>}
			</div>
			<Panel flush label="Findings">
				{pages.error && !pages.data && <Failed error={pages.error} again={pages.reload} />}
				{pages.loading && <Skeleton lines={12} />}
				{pages.data?.length === 0 && <Empty title="Nothing is wrong here">{severity || q ? 'No certificate has such a finding.' : 'No finding holds at the moment.'}</Empty>}
				{pages.data && pages.data.length > 0 && <ul class={`things ${pages.stale ? 'stale' : ''}`}>{pages.data.map((g) => <Group key={g.sha256} group={g} />)}</ul>}
				{pages.more && <div class="table-foot"><span class="grow">{plural(pages.data!.length, 'certificate')} shown</span><button class="button tiny" disabled={pages.loadingMore} onClick={pages.more}>More</button></div>}
			</Panel>
		</>
	);
}

function Group({ group: g }: { group: FindingGroup }) {
	const { kinds } = useApp();
	const may = useMay('operator');
	return (
		<li class={g.muted ? 'silent' : ''}>
			<div class="finding-mark"><SeverityWord severity={g.severity} /></div>
			<div class="grow">
				<h2 class="finding-name"><CertLink sha256={g.sha256}>{g.subject || 'no name'}</CertLink> <span class="muted">{g.issuer === g.subject ? 'signed by itself' : g.issuer}</span></h2>
				<ul class="finding-lines">{g.findings.map((f) => (
					<li key={f.finding + f.evidence}>
						<Shape severity={f.severity} size={9} /><span>{f.title ?? kinds.find((k) => k.id === f.finding)?.title ?? f.finding}{f.evidence && <span class="muted">: {f.evidence}</span>}<Since finding={f} />
							{f.muted && <> <span class="badge">silenced</span></>}</span>
					</li>
				))}</ul>
				<div class="row wrap small muted finding-under">
					<span>{plural(g.endpoints, 'endpoint')}{g.first_endpoint && <>, <span class="mono">{g.first_endpoint}</span></>}</span>
					<span>{g.owner ? `owner ${g.owner}` : 'no owner'}</span>{g.tags && g.tags.length > 0 && <Tags tags={g.tags} />}
				</div>
			</div>
			<div class="finding-end"><Expiry notAfter={g.not_after} notBefore={g.not_before} /></div>
			{may && <div class="actions">
				<MuteButtons tiny findings={g.findings} targets={[
					{ thing: 'certificate', key: g.sha256, label: 'this certificate, wherever it is' },
					...(g.issuer ? [{ thing: 'issuer' as const, key: g.issuer, label: `everything issued by ${g.issuer}` }] : []),
				]} />
			</div>}
		</li>
	);
}
