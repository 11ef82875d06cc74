// Values of a field with their counts. Click: only these; Alt-click or the minus: all but these.
import { useState } from 'preact/hooks';
import { url } from '../api/client.ts';
import { useGet } from '../api/resource.ts';
import type { Facet, Facets } from '../api/types.ts';
import { useApp } from '../app/session.ts';
import type { Pill } from '../base/query.ts';
import { severityOf, worse } from '../base/severity.ts';
import { brief, count } from '../base/text.ts';
import { Icon } from './icon.tsx';
import { labelOf } from './columns.tsx';
import { Shape } from './words.tsx';
import { Skeleton } from './basics.tsx';

const OPEN_KEY = 'certscape-facets';
/* The rest is below "More". */
const ORDER = ['severity', 'findings', 'issuer', 'port', 'service', 'owner', 'tags', 'version', 'key'];
/* Those without a value are a choice, too. */
const NONE: Record<string, string> = { severity: 'fine', owner: 'none', tags: 'none' };
const OPEN_FIRST = ['severity', 'findings', 'issuer', 'port', 'owner'];

function useOpen(): [Set<string>, (field: string, open: boolean) => void] {
	const [open, setOpen] = useState(() => new Set((localStorage.getItem(OPEN_KEY) ?? OPEN_FIRST.join()).split(',')));
	const set = (field: string, on: boolean) => {
		const next = new Set(open);
		if (on) next.add(field);
		else next.delete(field);
		localStorage.setItem(OPEN_KEY, [...next].join());
		setOpen(next);
	};
	return [open, set];
}

export function FacetList({ q, pills, toggle, shown }: { q: string; pills: readonly Pill[]; toggle: (pill: Pill) => void; shown: boolean }) {
	const { fields } = useApp();
	const [open, setOpen] = useOpen();
	const [all, showAll] = useState(false);
	const known = fields.filter((f) => f.facet).map((f) => f.name);
	const first = ORDER.filter((n) => known.includes(n));
	const rest = known.filter((n) => !ORDER.includes(n));
	const names = [...first, ...(all ? rest : rest.filter((n) => open.has(n) || pills.some((p) => p.field === n)))];
	const wanted = names.filter((n) => open.has(n));
	const answer = useGet<Facets>(wanted.length ? url('facets', { q, fields: wanted.join(), top: 8 }) : null);
	return (
		<section class={`panel facets ${shown ? 'shown' : ''}`} aria-label="Filters">
			{answer.loading && names.length === 0 && <Skeleton lines={9} />}
			{names.map((name) => (
				<details class="facet" key={name} open={open.has(name)} onToggle={(event) => setOpenOnce(event, name, open, setOpen)}>
					<summary title={`${name}: in the search`}><Icon name="right" size={11} />{labelOf(name)}</summary>
					{open.has(name) && (answer.data || !answer.error) && <Values facet={answer.data?.facets.find((f) => f.field === name)} name={name} pills={pills} toggle={toggle} />}
				</details>
			))}
			{!all && names.length < known.length && <button class="button plain tiny facet-more" onClick={() => showAll(true)}>More fields</button>}
		</section>
	);
}

function setOpenOnce(event: Event, name: string, open: Set<string>, set: (field: string, open: boolean) => void): void {
	const now = (event.currentTarget as HTMLDetailsElement).open;
	if (now !== open.has(name)) set(name, now);
}

function Values({ facet, name, pills, toggle }: { facet: Facet | undefined; name: string; pills: readonly Pill[]; toggle: (pill: Pill) => void }) {
	if (!facet) return <Skeleton lines={3} />;
	const most = Math.max(...facet.values.map((v) => v.count), facet.missing, 1);
	const rows: { value: string | null; n: number }[] = facet.values.map((v) => ({ value: String(v.value), n: v.count }));
	if (name === 'severity') rows.sort((a, b) => worse(severityOf(a.value), severityOf(b.value)));
	if (facet.missing > 0 && NONE[name]) rows.push({ value: null, n: facet.missing });
	if (!rows.length) return <p class="muted small facet-none">no value</p>;
	return (
		<ul>
			{rows.map(({ value, n }) => {
				const pill = pills.find((p) => p.field === name && p.value === value);
				const label = value ?? NONE[name] ?? 'none';
				return (
					<li class="facet-row" key={label} data-state={pill ? (pill.not ? 'out' : 'in') : undefined}>
						<button class="facet-pick" aria-pressed={!!pill && !pill.not} title={`${label}: ${count(n)}`}
							onClick={(event) => toggle({ field: name, value, not: event.altKey })}>
							{name === 'severity' && <Shape severity={value ?? 'none'} size={10} />}
							<span class={`clip ${value === null ? 'muted' : ''}`}>{label}</span><span class="n">{brief(n)}</span>
						</button>
						<button class="facet-not" aria-label={`Exclude ${name} ${label}`} title="Exclude" onClick={() => toggle({ field: name, value, not: true })}><Icon name="minus" size={12} /></button>
						<span class="share" style={{ width: `${(100 * n) / most}%` }} />
					</li>
				);
			})}
			{facet.other > 0 && <li class="facet-row"><span class="facet-pick muted"><span class="clip">others</span><span class="n">{brief(facet.other)}</span></span></li>}
		</ul>
	);
}
