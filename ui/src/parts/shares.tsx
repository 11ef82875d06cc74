// Shares of a whole: a ring with a list beside it, and bars. Each row is a link to what it counts.
import type { Counted } from '../api/types.ts';
import { ringPaths } from '../base/timeline.ts';
import { brief, count } from '../base/text.ts';

export interface Share { readonly label: string; readonly n: number; readonly to: string | null }

/** The biggest ones, each with a colour of its own; the rest is one. */
const MOST = 8;

export function shares({ values, other }: { values: readonly Counted[]; other: number }, to: (value: string) => string): Share[] {
	const list: Share[] = values.slice(0, MOST).map((v) => ({ label: String(v.value ?? 'none'), n: v.count, to: to(String(v.value)) }));
	const rest = values.slice(MOST).reduce((sum, v) => sum + v.count, other);
	return rest > 0 ? [...list, { label: 'Other', n: rest, to: null }] : list;
}

export function Donut({ list, word }: { list: readonly Share[]; word: string }) {
	const paths = ringPaths(list.map((s) => s.n), 62, 41);
	const total = list.reduce((sum, s) => sum + s.n, 0);
	const hue = (s: Share, i: number) => (s.to === null ? 'hue-other' : `hue-${i}`);
	return (
		<div class="donut">
			<svg width="138" height="138" viewBox="-66 -66 132 132" aria-hidden="true" focusable="false">
				{list.map((s, i) => <path key={s.label} class={`slice ${hue(s, i)}`} d={paths[i]!} onClick={() => s.to && (location.hash = s.to)}>
					<title>{`${s.label}: ${count(s.n)}`}</title>
				</path>)}
				<text class="donut-total" text-anchor="middle" y="3">{brief(total)}</text>
				<text class="donut-word" text-anchor="middle" y="19">{word}</text>
			</svg>
			<ul>
				{list.map((s, i) => {
					const inside = <><i class={hue(s, i)} /><span class="clip" title={s.label}>{s.label}</span><span class="right">{count(s.n)}</span></>;
					return <li key={s.label}>{s.to ? <a class="key" href={s.to}>{inside}</a> : <span class="key">{inside}</span>}</li>;
				})}
			</ul>
		</div>
	);
}

export function HBars({ list }: { list: readonly Share[] }) {
	const most = Math.max(...list.map((s) => s.n), 1);
	return (
		<ul class="hbars">
			{list.map((s) => {
				const inside = <>
					<span class="mono clip">{s.label}</span>
					<span class="meter"><span style={{ width: `${Math.max(1, (100 * s.n) / most)}%` }} /></span>
					<span class="right">{count(s.n)}</span>
				</>;
				return <li key={s.label}>{s.to ? <a class="hbar" href={s.to}>{inside}</a> : <span class="hbar">{inside}</span>}</li>;
			})}
		</ul>
	);
}
