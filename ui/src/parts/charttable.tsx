// Every chart has its numbers as a table, a button away: for screen readers and for the exact value.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { Panel } from './basics.tsx';

export interface ChartTable {
	readonly head: readonly string[];
	readonly rows: readonly (readonly (string | number)[])[];
}

export function ChartPanel(props: { title: string; table: ChartTable; children: ComponentChildren; side?: ComponentChildren; class?: string }) {
	const [shown, show] = useState(false);
	return (
		<Panel title={props.title} class={props.class ?? ''} side={<>
			{props.side}
			<button class="button plain tiny icon" aria-pressed={shown} title="Numbers as a table" aria-label={`${props.title}: numbers as a table`} onClick={() => show(!shown)}>
				<Icon name="table" size={14} />
			</button>
		</>}>
			{shown ? <Numbers table={props.table} caption={props.title} /> : props.children}
		</Panel>
	);
}

export function Numbers({ table, caption }: { table: ChartTable; caption: string }) {
	return (
		<div class="table-wrap chart-numbers" tabIndex={0} role="group" aria-label={caption}>
			<table class="table">
				<caption class="sr">{caption}</caption>
				<thead><tr>{table.head.map((h, i) => <th key={h} scope="col" class={i ? 'right' : ''}>{h}</th>)}</tr></thead>
				<tbody>{table.rows.map((row, r) => <tr key={r}>{row.map((c, i) => i ? <td key={i} class="right">{c}</td> : <th key={i} scope="row">{c}</th>)}</tr>)}</tbody>
			</table>
		</div>
	);
}
