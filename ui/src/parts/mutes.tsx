// Silence, for exactly one thing: acknowledged until it is mended, or muted until a day.
import { useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { refresh, useGet } from '../api/resource.ts';
import type { Finding, Mute, Summary } from '../api/types.ts';
import { now } from '../app/clock.ts';
import { useMay } from '../app/session.ts';
import { href } from '../base/route.ts';
import { findingName, shortHash } from '../base/text.ts';
import { DAY, day } from '../base/time.ts';
import { FormDialog, SelectField, TextField } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { attempt, toast } from './toast.tsx';
import { CertLink, When } from './words.tsx';

export interface Target { readonly thing: Mute['thing']; readonly key: string; readonly label: string }

export function MuteButtons({ targets, findings, tiny }: { targets: readonly Target[]; findings: readonly Finding[]; tiny?: boolean }) {
	const [kind, open] = useState<Mute['kind'] | null>(null);
	if (!useMay('operator')) return null;
	const size = tiny ? 'tiny' : '';
	return (
		<>
			<button class={`button ${size}`} onClick={() => open('ack')} title="Known: silent until it is mended or replaced"><Icon name="check" size={13} />Acknowledge</button>
			<button class={`button ${size}`} onClick={() => open('mute')} title="Silent until a day"><Icon name="mute" size={13} />Mute</button>
			{kind && <MuteDialog kind={kind} targets={targets} findings={findings} close={() => open(null)} />}
		</>
	);
}

const UNTIL: readonly (readonly [string, string])[] = [['7', 'for a week'], ['30', 'for 30 days'], ['90', 'for 90 days'], ['date', 'until a day of your choice'], ['ever', 'for ever']];

function MuteDialog({ kind, targets, findings, close }: { kind: Mute['kind']; targets: readonly Target[]; findings: readonly Finding[]; close: () => void }) {
	const [target, setTarget] = useState('0');
	const [finding, setFinding] = useState(findings.length === 1 ? findings[0]!.finding : '');
	const [span, setSpan] = useState('30');
	const [date, setDate] = useState(day(now() + 30 * DAY));
	const [why, setWhy] = useState('');
	const until = () => (kind === 'ack' || span === 'ever' ? null : span === 'date' ? `${date}T00:00:00Z` : new Date(now() + Number(span) * DAY).toISOString().replace(/\.\d+Z$/, 'Z'));
	const submit = async () => {
		const t = targets[Number(target)]!;
		await api.post('mutes', { kind, thing: t.thing, key: t.key, finding: finding || null, until: until(), why: why.trim() });
		toast(kind === 'ack' ? 'Acknowledged: silent until it is mended' : 'Muted');
		refresh();
	};
	const names = [...new Set(findings.map((f) => f.finding))];
	return (
		<FormDialog title={kind === 'ack' ? 'Acknowledge' : 'Mute'} action={kind === 'ack' ? 'Acknowledge' : 'Mute'} close={close} submit={submit} disabled={!why.trim()}>
			<SelectField label="What" value={target} set={setTarget} options={targets.map((t, i) => [String(i), t.label] as const)}
				hint={kind === 'ack' ? 'It is silent until the finding ends or the certificate is replaced.' : 'Nothing else is silenced.'} />
			<SelectField label="Finding" value={finding} set={setFinding} options={[['', 'every finding'] as const, ...names.map((n) => [n, findingName(n)] as const)]} />
			{kind === 'mute' && <SelectField label="How long" value={span} set={setSpan} options={UNTIL} />}
			{kind === 'mute' && span === 'date' && <TextField label="Until" type="date" value={date} set={setDate} required />}
			<TextField label="Why" value={why} set={setWhy} required autofocus placeholder="replaced with the new load balancer in May" />
		</FormDialog>
	);
}

/** What is silent, where it is not the page's own thing. */
function Thing({ mute: m, subject }: { mute: Mute; subject: string | undefined }) {
	if (m.thing === 'certificate') return <> of <CertLink sha256={m.key}>{subject}</CertLink></>;
	if (m.thing === 'endpoint') return <> at <a class="mono" href={href(['endpoint', m.key.replace(/\/\w+$/, '')], { transport: /\/(\w+)$/.exec(m.key)?.[1] })}>{m.key}</a></>;
	if (m.thing === 'key') return <> of every certificate with the key <a class="mono" href={href(['discover'], { q: `spki_sha256:${m.key}`, by: 'certificate' })}>{shortHash(m.key)}</a></>;
	return <> of everything {m.thing === 'issuer' ? 'issued by' : 'tagged'} <a href={href(['discover'], { f: `${m.thing === 'issuer' ? 'issuer' : 'tags'}:${m.key}` })}>{m.key}</a></>;
}

/** Certificates by name, as many as one question takes. */
const NAMED_MOST = 100;

function useSubjects(mutes: readonly Mute[], wanted: boolean): Map<string, string> {
	const keys = wanted ? mutes.filter((m) => m.thing === 'certificate').map((m) => m.key).slice(0, NAMED_MOST) : [];
	const found = useGet<{ rows: Summary[] }>(keys.length ? url('certificates', { q: `sha256:(${[...new Set(keys)].join(' or ')})`, limit: NAMED_MOST }) : null);
	return new Map(found.data?.rows.map((c) => [c.sha256, c.subject]));
}

/** everywhere: the things are named, too. */
export function MuteList({ mutes, everywhere = false }: { mutes: readonly Mute[]; everywhere?: boolean }) {
	const subjects = useSubjects(mutes, everywhere);
	const may = useMay('operator');
	const end = (m: Mute) => attempt(async () => {
		await api.remove(path('mutes', m.id));
		refresh();
	}, 'It is loud again');
	return (
		<ul class="things">
			{mutes.map((m) => (
				<li key={m.id}>
					<div class="grow">
						<span class="badge warn">{m.kind === 'ack' ? 'Acknowledged' : 'Muted'}</span> {m.finding ? findingName(m.finding) : 'Every finding'} {everywhere ? <Thing mute={m} subject={subjects.get(m.key)} /> : <span class="muted">of this {m.thing}</span>}
						<div class="soft">{m.why}</div>
						<div class="muted small">by {m.by} <When at={m.at} />{m.kind === 'mute' && <>, {m.until ? <>until <When at={m.until} /></> : 'for ever'}</>}</div>
					</div>
					{may && <button class="button plain tiny" onClick={() => end(m)}>End</button>}
				</li>
			))}
		</ul>
	);
}
