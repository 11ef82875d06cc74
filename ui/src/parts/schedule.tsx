// What is scanned, how, and when: one form for schedules and, without the when, for a single scan.
import { useState } from 'preact/hooks';
import { api, path } from '../api/client.ts';
import { refresh } from '../api/resource.ts';
import type { Schedule } from '../api/types.ts';
import { cronWords } from '../base/cron.ts';
import { Check, Field, FormDialog, SelectField, TextField } from './dialog.tsx';
import { toast } from './toast.tsx';

const DEFAULT_RATE = 1000;

interface What { targets: string; known: boolean; ports: string; exclude: string; rate: string }

function whatOf(s?: Schedule): What {
	return { targets: s?.targets ?? '', known: s?.known ?? false, ports: s?.ports ?? '', exclude: s?.exclude ?? '', rate: String(s?.rate || DEFAULT_RATE) };
}

const whatBody = (w: What) => ({ targets: w.targets.trim(), known: w.known, ports: w.ports.trim(), exclude: w.exclude.trim(), rate: Number(w.rate) || DEFAULT_RATE });

function WhatFields({ what, set }: { what: What; set: (what: What) => void }) {
	const field = (name: 'targets' | 'ports' | 'exclude' | 'rate') => ({ value: what[name], set: (value: string) => set({ ...what, [name]: value }) });
	return (
		<>
			<Field label="Networks, addresses or names" hint="With spaces or a line each: 10.0.0.0/24  web.example  [2001:db8::1]:8443">
				{(id, about) => <textarea id={id} class="input mono" aria-describedby={about} required={!what.known} spellcheck={false} value={what.targets}
					onInput={(event) => set({ ...what, targets: event.currentTarget.value.replace(/\s*\n\s*/g, ' ') })} />}
			</Field>
			<Check label={<>The endpoints that the inventory knows already{what.targets.trim() && what.known ? ', too' : ''}</>} value={what.known} set={(known) => set({ ...what, known })} />
			<div class="columns-2">
				<TextField label="Ports" mono {...field('ports')} placeholder="443,8443 or top:1000" hint="Empty: the usual TLS ports" />
				<TextField label="Packets a second" type="number" {...field('rate')} hint="At most; new connections, where packets cannot be sent" />
			</div>
			<TextField label="Leave out" mono {...field('exclude')} placeholder="10.0.9.0/24" />
		</>
	);
}

export function ScanDialog({ close }: { close: () => void }) {
	const [what, setWhat] = useState(whatOf());
	const submit = async () => {
		await api.post('scan', whatBody(what));
		toast('The scan begins');
		refresh();
	};
	return (
		<FormDialog title="Scan now" action="Scan" close={close} submit={submit} disabled={!what.known && !what.targets.trim()}>
			<WhatFields what={what} set={setWhat} />
		</FormDialog>
	);
}

type Kind = 'cron' | 'every' | 'manual';
const UNITS: readonly (readonly [string, string])[] = [['3600', 'hours'], ['86400', 'days'], ['604800', 'weeks']];
const EXAMPLES: readonly (readonly [string, string])[] = [['0 3 * * *', 'every night'], ['30 22 * * 1-5', 'weekday evenings'], ['0 */6 * * *', 'every six hours'], ['0 4 * * 0', 'on Sundays'], ['0 2 1 * *', 'monthly']];

function kindOf(s?: Schedule): Kind {
	return s?.when.every_s ? 'every' : s?.when.manual ? 'manual' : 'cron';
}

function unitOf(every: number): string {
	return [...UNITS].reverse().find(([unit]) => every % Number(unit) === 0)?.[0] ?? '3600';
}

export function ScheduleDialog({ schedule: s, close }: { schedule?: Schedule | undefined; close: () => void }) {
	const [name, setName] = useState(s?.name ?? '');
	const [what, setWhat] = useState(whatOf(s));
	const [kind, setKind] = useState<Kind>(kindOf(s));
	const [cron, setCron] = useState(s?.when.cron ?? '0 3 * * *');
	const [unit, setUnit] = useState(unitOf(s?.when.every_s ?? 86400));
	const [every, setEvery] = useState(String((s?.when.every_s ?? 86400) / Number(unit)));
	const [windowed, setWindowed] = useState(!!s?.window);
	const [from, setFrom] = useState(s?.window?.from ?? '22:00');
	const [to, setTo] = useState(s?.window?.to ?? '06:00');
	const [zone, setZone] = useState(s?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC');
	const [enabled, enable] = useState(s?.enabled ?? true);
	const said = cronWords(cron);

	const when = () => (kind === 'cron' ? { cron: cron.trim() } : kind === 'every' ? { every_s: Math.round(Number(every) * Number(unit)) } : { manual: true });
	const submit = async () => {
		const body = { name: name.trim(), enabled, ...whatBody(what), when: when(), window: windowed ? { from, to } : null, timezone: zone };
		await (s ? api.put(path('schedules', s.id), body) : api.post('schedules', body));
		toast('The schedule is saved');
		refresh();
	};
	const ready = name.trim() && (what.known || what.targets.trim()) && (kind !== 'cron' || said.ok) && (kind !== 'every' || Number(every) > 0);
	return (
		<FormDialog title={s ? 'Change the schedule' : 'New schedule'} action="Save" close={close} submit={submit} disabled={!ready}>
			<TextField label="Name" value={name} set={setName} required autofocus placeholder="Data centre, every night" />
			<WhatFields what={what} set={setWhat} />
			<SelectField label="When" value={kind} set={setKind} options={[['cron', 'At times (cron)'], ['every', 'Every so often'], ['manual', 'Only when asked']]} />
			{kind === 'cron' && <>
				<TextField label="Cron line" mono value={cron} set={setCron} bad={said.ok ? null : said.message} hint={said.ok ? <>That is <b>{said.words}</b> ({zone})</> : undefined} />
				<div class="row wrap">{EXAMPLES.map(([line, words]) => <button key={line} type="button" class="button tiny" onClick={() => setCron(line)}>{words}</button>)}</div>
			</>}
			{kind === 'every' && <div class="columns-2">
				<TextField label="Every" type="number" value={every} set={setEvery} required />
				<SelectField label="Unit" value={unit} set={setUnit} options={UNITS} />
			</div>}
			{kind !== 'manual' && <>
				<Check label="Only in a window of the day; it pauses outside" value={windowed} set={setWindowed} />
				{windowed && <div class="columns-2"><TextField label="From" type="time" value={from} set={setFrom} /><TextField label="To" type="time" value={to} set={setTo} /></div>}
				<TextField label="Time zone" value={zone} set={setZone} hint="UTC, Europe/Berlin" />
			</>}
			<Check label="In force" value={enabled} set={enable} />
		</FormDialog>
	);
}
