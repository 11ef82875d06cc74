// The chains of one server name on a line of time: pale is when the certificate is valid, full is
// when it was seen. One line a certificate, the newest on top.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EndpointChain } from '../api/types.ts';
import { now } from '../app/clock.ts';
import { href } from '../base/route.ts';
import { toX } from '../base/timeline.ts';
import { day, DAY, tickText, timeTicks } from '../base/time.ts';

/** What has no time is of now. */
const seenAt = (time: string | null) => (time ? Date.parse(time) : now());

const ROW = 24, BELOW = 18, LABEL = 168;

export function Lifelines({ chains }: { chains: readonly EndpointChain[] }) {
	const box = useRef<HTMLDivElement>(null);
	const [width, setWidth] = useState(0);
	useEffect(() => {
		const watch = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
		watch.observe(box.current!);
		return () => watch.disconnect();
	}, []);
	const label = width < 560 ? 0 : LABEL;
	const seen = chains.flatMap((c) => [seenAt(c.first_seen), seenAt(c.last_seen), now()]);
	const soon = Math.min(Math.max(...chains.map((c) => Date.parse(c.not_after))), now() + 400 * DAY);
	const from = Math.min(...seen) - 10 * DAY, to = Math.max(...seen, soon) + 10 * DAY;
	const scale = { from, to, width: Math.max(1, width - label) };
	const x = (at: number) => label + Math.min(scale.width, Math.max(0, toX(scale, at)));
	const times = timeTicks(from, to, Math.max(2, Math.floor(scale.width / 84)));
	const high = chains.length * ROW;
	return (
		<div ref={box}>
			<svg class="chart" width={width} height={high + BELOW} aria-hidden="true" focusable="false">
				{times.map((t) => <g key={t}><line class="rule" x1={x(t)} x2={x(t)} y1={0} y2={high} /><text x={x(t)} y={high + 14} text-anchor="middle">{tickText(t, times)}</text></g>)}
				{chains.map((c, i) => <Line key={c.chain_id} chain={c} y={i * ROW} x={x} label={label > 0} />)}
				<line class="now" x1={x(now())} x2={x(now())} y1={0} y2={high} />
			</svg>
		</div>
	);
}

function Line({ chain, y, x, label }: { chain: EndpointChain; y: number; x: (at: number) => number; label: boolean }) {
	const bar = (from: string | null, to: string | null, kind: string, tall: number) => {
		const a = x(seenAt(from)), b = x(seenAt(to));
		return <rect class={kind} x={a} width={Math.max(3, b - a)} y={y + (ROW - tall) / 2} height={tall} rx="3" />;
	};
	const over = Date.parse(chain.not_after) < seenAt(chain.last_seen);
	return (
		<a href={href(['certificate', chain.sha256])} tabindex={-1}>
			<title>{`${chain.subject}, ${chain.issuer}: valid ${chain.not_before.slice(0, 10)} – ${chain.not_after.slice(0, 10)}, seen ${day(seenAt(chain.first_seen))} – ${day(seenAt(chain.last_seen))}`}</title>
			{label && <text x={0} y={y + ROW / 2 + 4}>{chain.issuer.length > 25 ? chain.issuer.slice(0, 24) + '…' : chain.issuer}</text>}
			{bar(chain.not_before, chain.not_after, 'valid', 6)}
			{bar(chain.first_seen, chain.last_seen, `seen ${over ? 'past' : ''}`, 12)}
		</a>
	);
}
