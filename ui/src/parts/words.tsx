// Small pieces with one meaning each: severities, times, tags, states.
import type { ComponentChildren } from 'preact';
import { severityOf, type Severity } from '../base/severity.ts';
import { capital, hostPort, shortHash } from '../base/text.ts';
import { day, exact, relative, span, DAY } from '../base/time.ts';
import { href } from '../base/route.ts';
import type { Finding } from '../api/types.ts';
import { now } from '../app/clock.ts';

const SHAPES: Record<Severity, string> = {
	critical: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z' /* octagon */,
	high: 'M8 1.5 15 14H1z' /* triangle */,
	medium: 'M8 1l7 7-7 7-7-7z' /* diamond */,
	low: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z' /* disc */,
	info: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z' /* ring */,
	none: 'M2.2 8.6 6.4 13 14 4l-1.8-1.5-5.9 7.1-2.5-2.6z' /* tick */,
};

export function Shape({ severity, size = 11 }: { severity: string; size?: number }) {
	const s = severityOf(severity);
	return (
		<svg class={`sev-${s}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
			<path d={SHAPES[s]} fill="currentColor" fill-rule="evenodd" />
		</svg>
	);
}

export function SeverityWord({ severity, word }: { severity: unknown; word?: string }) {
	const s = severityOf(severity);
	return (
		<span class={`severity sev-${s}`}>
			<Shape severity={s} />
			{word ?? (s === 'none' ? 'Fine' : capital(s))}
		</span>
	);
}

/** A time as people say it; the exact one is its title. */
export function When({ at, empty = '–' }: { at: string | null | undefined; empty?: string }) {
	const ms = at ? Date.parse(at) : NaN;
	if (Number.isNaN(ms)) return <span class="muted">{empty}</span>;
	return <time dateTime={at!} title={exact(ms)} class="nowrap">{relative(ms, now())}</time>;
}

/** The day since which a finding holds; that of "expired" is said by the certificate's end. */
export function Since({ finding: f }: { finding: Finding }) {
	if (!f.since || f.finding === 'expired') return null;
	return <span class="muted nowrap" title={exact(Date.parse(f.since))}>{f.evidence ? ', ' : ''}since {f.since.slice(0, 10)}</span>;
}

/** As the judge sees a certificate's end, by its own lifetime: a third is notice, a tenth is urgent. */
export function expiryClass(notBefore: string | undefined, notAfter: string): Severity {
	const end = Date.parse(notAfter);
	const begin = notBefore ? Date.parse(notBefore) : NaN;
	const left = end - now();
	const life = Number.isNaN(begin) ? 398 * DAY : end - begin;
	if (left < 0) return 'critical';
	if (left < Math.min(life / 10, 7 * DAY)) return 'critical';
	return left < Math.min(life / 3, 30 * DAY) ? 'medium' : 'none';
}

export function Expiry({ notAfter, notBefore }: { notAfter: string | null | undefined; notBefore?: string | undefined }) {
	if (!notAfter) return <span class="muted">–</span>;
	const end = Date.parse(notAfter);
	const s = expiryClass(notBefore, notAfter);
	const text = end < now() ? `expired ${span(now() - end)} ago` : `in ${span(end - now())}`;
	return (
		<time dateTime={notAfter} title={exact(end)} class="expiry">
			<span class={s === 'none' ? '' : `severity sev-${s}`}>{s !== 'none' && <Shape severity={s} />}{text}</span> {end >= now() && <span class="muted day">{day(end)}</span>}
		</time>
	);
}

export function Tags({ tags }: { tags: readonly string[] | null | undefined }) {
	if (!tags?.length) return <span class="muted">–</span>;
	return <span class="tags">{tags.map((tag) => <span class="tag" key={tag}>{tag}</span>)}</span>;
}

const STATES: Record<string, string> = {
	done: 'good', completed: 'good', sent: 'good', active: 'good', enabled: 'good', running: 'busy', waiting: 'busy', stopping: 'busy', paused: 'warn', starting: 'busy', queued: 'busy',
	failed: 'bad', dead: 'bad', error: 'bad', stopped: 'warn', interrupted: 'warn', vanished: 'warn',
};

export function State({ word }: { word: string }) {
	return <span class={`badge ${STATES[word] ?? ''}`}>{capital(word)}</span>;
}

export function CertLink({ sha256, children }: { sha256: string; children?: ComponentChildren }) {
	return (
		<a href={href(['certificate', sha256])} class={children ? '' : 'mono'}>{children ?? shortHash(sha256)}</a>
	);
}

export function endpointHref(ip: string, port: number, transport?: string | null): string {
	return href(['endpoint', hostPort(ip, port)], { transport: transport && transport !== 'tcp' ? transport : null });
}

export function EndpointLink({ ip, port, transport }: { ip: string; port: number; transport?: string | null | undefined }) {
	return <a href={endpointHref(ip, port, transport)} class="mono">{hostPort(ip, port)}</a>;
}
