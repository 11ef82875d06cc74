// The chain as a picture: who vouches for whom, from the server's certificate up to the root.
// A broken line is a signature that nobody could follow. The list below says the same in words.
import type { Link } from '../api/types.ts';
import { now } from '../app/clock.ts';
import { href } from '../base/route.ts';
import { day } from '../base/time.ts';

const W = 224, H = 62, GAP = 42;

interface Node {
	readonly sha256: string | null;
	readonly name: string;
	readonly role: string;
	readonly until: string | undefined;
	readonly over: boolean;
	readonly absent: boolean;
	/** nobody knows who signed it */
	readonly broken: boolean;
}

const nameOf = (l: Link) => l.subject_cn || l.subject || 'no name';
const issuerOf = (l: Link) => l.issuer_cn || l.issuer || 'nobody';

/** What the server sent, and at the end what it did not: the root that is known, or the gap. */
export function chainNodes(links: readonly Link[], known: boolean): Node[] {
	const nodes = links.map((l, i): Node => {
		const role = l.self_signed ? (i === 0 ? 'self-signed' : 'root') : i === 0 ? 'server' : 'authority';
		const last = i === links.length - 1;
		return { sha256: l.sha256, name: nameOf(l), role, until: l.not_after, over: !!l.not_after && Date.parse(l.not_after) < now(), absent: false, broken: last && !l.self_signed && !known };
	});
	const end = links[links.length - 1];
	if (end && !end.self_signed)
		nodes.push({ sha256: null, name: issuerOf(end), role: nodes[nodes.length - 1]!.broken ? 'not sent, not known' : 'not sent, in the trust store', until: undefined, over: false, absent: true, broken: false });
	return nodes;
}

export function ChainPicture({ links, known, self }: { links: readonly Link[]; known: boolean; self: string }) {
	const nodes = chainNodes(links, known);
	const width = nodes.length * W + (nodes.length - 1) * GAP;
	return (
		<>
			<div class="chain-box" tabIndex={0} role="group" aria-label="Chain, as a picture">
				<svg class="chain-svg" width={width + 4} height={H + 4} viewBox={`-2 -2 ${width + 4} ${H + 4}`} aria-hidden="true" focusable="false">
					{nodes.map((node, i) => <g key={i} transform={`translate(${i * (W + GAP)} 0)`}>
						{i > 0 && <Wire broken={nodes[i - 1]!.broken} />}
						<Card node={node} self={node.sha256 === self} />
					</g>)}
				</svg>
			</div>
			<ol class="sr">
				{nodes.map((n, i) => <li key={i}>{n.name}, {n.role}{n.until ? `, until ${day(Date.parse(n.until))}` : ''}{n.over ? ', expired' : ''}{n.broken ? ', its issuer is not known' : ''}</li>)}
			</ol>
		</>
	);
}

function Wire({ broken }: { broken: boolean }) {
	return (
		<g>
			<path class={`wire ${broken ? 'broken' : ''}`} d={`M${-GAP} ${H / 2}H-3`} />
			{!broken && <path class="wire" d={`M${-GAP + 9} ${H / 2 - 5}L${-GAP + 2} ${H / 2}l7 5`} />}
			<text x={-GAP / 2} y={H / 2 - 8} text-anchor="middle">{broken ? '?' : 'signs'}</text>
		</g>
	);
}

function Card({ node, self }: { node: Node; self: boolean }) {
	const cut = (text: string, n: number) => (text.length > n ? text.slice(0, n - 1) + '…' : text);
	const inside = (
		<>
			<title>{node.name}</title>
			<rect class={`card ${self ? 'self' : ''} ${node.absent ? 'absent' : ''} ${node.over ? 'bad' : ''}`} width={W} height={H} rx="7" />
			<text class="name" x="13" y="25">{cut(node.name, 24)}</text>
			<text x="13" y="45">{node.role}{node.until ? ` · ${node.over ? 'expired' : 'until'} ${day(Date.parse(node.until))}` : ''}</text>
		</>
	);
	return node.sha256 && !self && node.role === 'server' ? <a href={href(['certificate', node.sha256])} tabindex={-1}>{inside}</a> : inside;
}
