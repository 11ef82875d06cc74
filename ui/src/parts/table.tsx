// The table of rows: sortable heads, arrow keys from row to row and into one, Enter opens, cards on
// a phone.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface Column<T> {
	readonly id: string;
	readonly label: string;
	readonly cell: (row: T) => ComponentChildren;
	readonly right?: boolean;
	readonly sort?: boolean;
	readonly title?: string;
	/** takes so many percent and cuts what is longer; without it a column is as wide as its content */
	readonly share?: number;
	/** nothing to show: left out on a phone */
	readonly empty?: (row: T) => boolean;
}

export interface TableProps<T> {
	readonly label: string;
	readonly columns: readonly Column<T>[];
	readonly rows: readonly T[];
	readonly keyOf: (row: T, index: number) => string;
	readonly open?: (row: T) => void;
	readonly sort?: string;
	readonly onSort?: (sort: string) => void;
	readonly dim?: (row: T) => boolean;
	readonly stale?: boolean;
	/** columns without anything in any row are left out */
	readonly sparse?: boolean;
}

export function Table<T>(props: TableProps<T>) {
	const columns = props.sparse ? props.columns.filter((c) => !c.empty || props.rows.some((row) => !c.empty!(row))) : props.columns;
	const body = useRef<HTMLTableSectionElement>(null);
	const keys = (event: KeyboardEvent) => {
		const row = event.target as HTMLElement;
		if (row.tagName !== 'TR') return walkIn(row, event);
		const rows = [...body.current!.rows];
		const at = rows.indexOf(row as HTMLTableRowElement);
		const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1 }[event.key];
		if (event.key === 'ArrowRight') return walkIn(row, event);
		if (event.key === 'Enter') props.open?.(props.rows[at]!);
		else if (to === undefined || event.ctrlKey || event.metaKey) return;
		else rows[to]?.focus();
		event.preventDefault();
	};
	const click = (event: MouseEvent, row: T) => {
		const target = event.target as HTMLElement;
		if (!props.open || target.closest('a, button, input') || getSelection()?.toString()) return;
		props.open(row);
	};
	return (
		<div class={`table-wrap ${props.stale ? 'stale' : ''}`} tabIndex={0} role="group" aria-label={props.label}>
			<table class="table cards" role="table">
				<caption class="sr">{props.label}. Arrow keys go from row to row and into one, Enter opens one.</caption>
				<thead role="rowgroup"><tr role="row">{columns.map((c) => <Head key={c.id} column={c} sort={props.sort} onSort={props.onSort} />)}</tr></thead>
				<tbody ref={body} onKeyDown={keys} role="rowgroup">
					{props.rows.map((row, i) => (
						<tr key={props.keyOf(row, i)} role="row" tabIndex={props.open ? (i === 0 ? 0 : -1) : undefined} class={props.dim?.(row) ? 'dim' : ''} onClick={(event) => click(event, row)}>
							{columns.map((c) => <td key={c.id} role="cell" data-id={c.id} data-label={c.label} data-empty={c.empty?.(row) ? '' : undefined} class={looks(c)}>{c.cell(row)}</td>)}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

/** From thing to thing within a row, and with Escape or past the first one back to the row. */
function walkIn(at: HTMLElement, event: KeyboardEvent): void {
	const row = at.closest('tr')!;
	const step = { ArrowRight: 1, ArrowLeft: -1, Escape: -Infinity }[event.key];
	if (step === undefined || !row.hasAttribute('tabindex')) return;
	const things = [...row.querySelectorAll<HTMLElement>('a, button')].filter((e) => e.checkVisibility?.() ?? true);
	const to = things.indexOf(at) + step;
	(to < 0 ? row : things[Math.min(to, things.length - 1)])?.focus();
	event.preventDefault();
}

const looks = <T,>(c: Column<T>) => `${c.right ? 'right' : ''} ${c.share ? 'flex' : ''}`;

function Head<T>({ column, sort, onSort }: { column: Column<T>; sort?: string | undefined; onSort?: ((sort: string) => void) | undefined }) {
	const up = sort === column.id, down = sort === '-' + column.id;
	const order = up ? 'ascending' : down ? 'descending' : undefined;
	return (
		<th scope="col" role="columnheader" aria-sort={order} class={looks(column)} style={column.share ? { width: `${column.share}%` } : undefined} title={column.title}>
			{column.sort && onSort
				? <button onClick={() => onSort(up ? '-' + column.id : column.id)}>{column.label}{order && <Icon name={up ? 'up' : 'down'} size={11} />}</button>
				: column.label}
		</th>
	);
}
