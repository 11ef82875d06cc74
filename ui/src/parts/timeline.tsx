// When certificates end: bars over time. Drag over it (mouse, finger) or use the arrow keys and
// Enter to choose a range. Red is over, amber is within 30 days.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TimelineData } from '../api/types.ts';
import { now } from '../app/clock.ts';
import { layers, nudge, snap, toTime, toX, type Range } from '../base/timeline.ts';
import { count, numberTicks, plural } from '../base/text.ts';
import { day, tickText, timeTicks } from '../base/time.ts';
import type { ChartTable } from './charttable.tsx';

const LEFT = 34;
const BELOW = 18;

export function timelineTable(data: TimelineData): ChartTable {
	return {
		head: ['Expires from', 'Certificates', 'Expired', 'Endpoints'],
		rows: data.buckets.filter((b) => b.endpoints > 0).map((b) => [b.start.slice(0, 10), count(b.certificates), count(b.expired), count(b.endpoints)]),
	};
}

function useWidth(): [preact.RefObject<HTMLDivElement>, number] {
	const ref = useRef<HTMLDivElement>(null);
	const [width, setWidth] = useState(0);
	useEffect(() => {
		const watch = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
		watch.observe(ref.current!);
		return () => watch.disconnect();
	}, []);
	return [ref, width];
}

export function Timeline({ data, height = 130, chosen, choose }: { data: TimelineData; height?: number; chosen?: Range | null; choose: (range: Range | null) => void }) {
	const [box, width] = useWidth();
	const [draft, setDraft] = useState<Range | null>(null);
	const [hover, setHover] = useState<number | null>(null);
	const anchor = useRef<number | null>(null);

	const all = { from: Date.parse(data.from), to: Date.parse(data.to) };
	const step = data.bucket_s * 1000;
	const scale = { ...all, width: Math.max(1, width - LEFT) };
	const start = data.buckets.length ? Date.parse(data.buckets[0]!.start) : all.from;
	const shown = draft ?? chosen ?? null;

	const timeOf = (event: PointerEvent) => toTime(scale, event.clientX - box.current!.getBoundingClientRect().left - LEFT);
	const down = (event: PointerEvent) => {
		if (event.button !== 0) return;
		anchor.current = timeOf(event);
		(event.currentTarget as Element).setPointerCapture(event.pointerId);
	};
	const move = (event: PointerEvent) => {
		const at = timeOf(event);
		setHover(Math.floor((at - start) / step));
		if (anchor.current !== null) setDraft(snap(anchor.current, at, start, step));
	};
	const up = (event: PointerEvent) => {
		if (anchor.current === null) return;
		const range = snap(anchor.current, timeOf(event), start, step);
		anchor.current = null;
		setDraft(null);
		choose(range);
	};
	const cancel = () => {
		anchor.current = null;
		setDraft(null);
	};
	const key = (event: KeyboardEvent) => {
		if (event.key === 'Escape') {
			if (draft) cancel();
			else if (chosen) choose(null);
			else return;
		} else if (event.key === 'Enter' && draft) {
			choose(draft);
			setDraft(null);
		} else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
			setDraft(shown ? nudge(shown, event.key, event.shiftKey, step, all) : snap(now(), now(), start, step));
		} else return;
		event.preventDefault();
	};

	const at = hover !== null ? data.buckets[hover] : undefined;
	return (
		<div class="chart-box" ref={box} tabIndex={0} role="group" onKeyDown={key}
			aria-label={`Expiry timeline from ${day(all.from)} to ${day(all.to)}. Arrow keys choose a range, with shift they widen it, Enter applies, Escape clears.`}>
			<svg class="chart" height={height} width={width} aria-hidden="true" onPointerDown={down} onPointerMove={move}
				onPointerUp={up} onPointerCancel={cancel} onPointerLeave={() => setHover(null)}>
				{width > 0 && <Bars data={data} scale={scale} height={height} shown={shown} hover={hover} />}
			</svg>
			{at && !draft && <Tip x={LEFT + toX(scale, Date.parse(at.start) + step / 2)} width={width}
				text={`${day(Date.parse(at.start))} – ${day(Date.parse(at.start) + step - 1)}: ${plural(at.certificates, 'certificate')}${at.expired && at.expired < at.certificates ? ` (${count(at.expired)} expired)` : ''}, ${plural(at.endpoints, 'endpoint')}`} />}
			<span class="sr" aria-live="polite">{draft && !anchor.current ? `${day(draft.from)} to ${day(draft.to)}` : ''}</span>
		</div>
	);
}

function Tip({ x, width, text }: { x: number; width: number; text: string }) {
	const half = Math.min(150, width / 2);
	return <div class="chart-tip" style={{ left: `${Math.min(width - half, Math.max(half, x))}px` }}>{text}</div>;
}

function Bars(props: { data: TimelineData; scale: { from: number; to: number; width: number }; height: number; shown: Range | null; hover: number | null }) {
	const { data, scale, shown } = props;
	const step = data.bucket_s * 1000;
	const high = props.height - BELOW;
	const ticks = numberTicks(Math.max(...data.buckets.map((b) => b.certificates), 1), high < 90 ? 2 : 3);
	const top = ticks[ticks.length - 1] || 1;
	const y = (n: number) => high - (n / top) * (high - 6);
	const times = timeTicks(scale.from, scale.to, Math.max(2, Math.floor(scale.width / 78)));
	const x = (ms: number) => LEFT + toX(scale, ms);
	const barWidth = Math.max(1, toX(scale, scale.from + step) - 1.5);
	const rightNow = now();
	return (
		<>
			{ticks.map((n) => <g key={n}>
				<line class={n ? 'rule' : 'axis'} x1={LEFT} x2={LEFT + scale.width} y1={y(n) + 0.5} y2={y(n) + 0.5} />
				<text x={LEFT - 7} y={y(n) + 4} text-anchor="end">{count(n)}</text>
			</g>)}
			{times.map((ms) => <text key={ms} x={x(ms)} y={props.height - 3} text-anchor={x(ms) > LEFT + scale.width - 20 ? 'end' : 'middle'}>{tickText(ms, times)}</text>)}
			{data.buckets.map((b, i) => {
				const from = Date.parse(b.start);
				if (b.certificates === 0) return null;
				const out = shown && (from < shown.from || from >= shown.to);
				const tall = Math.max(2, high - y(b.certificates));
				return <g key={b.start} opacity={props.hover === i ? 0.75 : undefined}>{layers(b, tall).map((l) => (
					<rect key={l.kind} class={`bar ${l.kind} ${out ? 'out' : ''}`} x={x(from) + 0.75} y={high - l.to} width={barWidth} height={l.to - l.from} rx={Math.min(1.5, barWidth / 3)} />
				))}</g>;
			})}
			{rightNow > scale.from && rightNow < scale.to && <line class="now" x1={x(rightNow)} x2={x(rightNow)} y1={0} y2={high} />}
			{shown && <Brush from={Math.max(LEFT, x(shown.from))} to={Math.min(LEFT + scale.width, x(shown.to))} high={high} />}
		</>
	);
}

function Brush({ from, to, high }: { from: number; to: number; high: number }) {
	if (to <= from) return null;
	return (
		<g>
			<rect class="brush" x={from} y={0} width={to - from} height={high} />
			<line class="edge" x1={from} x2={from} y1={0} y2={high} />
			<line class="edge" x1={to} x2={to} y1={0} y2={high} />
		</g>
	);
}

export function TimelineLegend({ data }: { data: TimelineData }) {
	const out = [
		data.before?.certificates ? `${count(data.before.certificates)} before` : '',
		data.after?.certificates ? `${count(data.after.certificates)} after` : '',
	].filter(Boolean).join(', ');
	return (
		<div class="legend">
			<span><i class="past" />Expired</span><span><i class="soon" />Within 30 days</span><span><i />Later</span>
			{out && <span>{out} this range</span>}
		</div>
	);
}
