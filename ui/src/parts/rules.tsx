// A rule: what it would send at this moment, its settings, or its text in ElastAlert2's format.
import { useEffect, useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { refresh, useGet } from '../api/resource.ts';
import type { Channel, DryRun, Rule, RuleNote } from '../api/types.ts';
import { plural } from '../base/text.ts';
import { Empty, Note, Skeleton } from './basics.tsx';
import { Check, Dialog, FormDialog, TextField } from './dialog.tsx';
import { Editor, type Problems } from './editor.tsx';
import { toast } from './toast.tsx';

const CHECK_MS = 400;

export function DryRunDialog({ rule, close }: { rule: Rule; close: () => void }) {
	const [answer, setAnswer] = useState<DryRun | null>(null);
	const [error, setError] = useState<string | null>(null);
	const [fresh, setFresh] = useState(false);
	useEffect(() => {
		let wanted = true;
		setAnswer(null);
		setError(null);
		api.post<DryRun>(path('rules', rule.id, 'dry-run') + (fresh ? '?fresh=1' : '')).then((a) => { if (wanted) setAnswer(a); }, (e: Error) => { if (wanted) setError(e.message); });
		return () => { wanted = false; };
	}, [rule.id, fresh]);
	return (
		<Dialog title={`What '${rule.name}' would send now`} close={close} wide>
			<Check label="As if it had told nothing yet" value={fresh} set={setFresh} />
			{error && <Note kind="bad">{error}</Note>}
			{!answer && !error && <Skeleton lines={5} />}
			{answer?.error && <Note kind="warn">{answer.error}</Note>}
			{answer && <>
				<p class="soft">{plural(answer.matches, 'match', 'matches')}, {plural(answer.messages.length, 'message')}{answer.suppressed.length ? `, ${answer.suppressed.length} held back` : ''}. Nothing was sent.</p>
				{answer.messages.length === 0 && <Empty title="It would send nothing">{answer.matches ? 'Everything that matches is silenced, or was told a short while ago.' : rule.kind === 'elastalert' ? 'Nothing new matches; what it has looked at before is not told twice.' : 'Nothing in the inventory matches.'}</Empty>}
				<div>{answer.messages.map((m, i) => (
					<article class="letter" key={i}>
						<header>
							{m.subject && <div><b>{m.subject}</b></div>}
							<span class="muted">{[m.channel, Array.isArray(m.to) ? m.to.join(', ') : m.to].filter(Boolean).join(', to ')}</span>
						</header>
						<pre>{m.body}</pre>
					</article>
				))}</div>
				{answer.suppressed.length > 0 && <div><h3>Held back</h3><ul class="held">{answer.suppressed.map((s, i) => <li key={i}>{s.what} <span class="muted">{s.why}</span></li>)}</ul></div>}
			</>}
		</Dialog>
	);
}

/** What the server says of a rule's text, a moment after the last key. */
function useCheck(yaml: string): Problems & { ok: boolean } {
	const [answer, setAnswer] = useState<{ ok: boolean; errors: RuleNote[]; warnings: RuleNote[] }>({ ok: false, errors: [], warnings: [] });
	useEffect(() => {
		const timer = setTimeout(() => {
			api.post<typeof answer>('rules/check', { yaml }).then(
				(a) => setAnswer({ ok: a.ok, errors: a.errors ?? [], warnings: (a.warnings ?? []).map(asNote) }),
				(e: Error) => setAnswer({ ok: false, errors: [{ message: e.message }], warnings: [] }),
			);
		}, CHECK_MS);
		return () => clearTimeout(timer);
	}, [yaml]);
	return answer;
}

export const asNote = (w: string | RuleNote): RuleNote => (typeof w === 'string' ? { message: w } : w);

export const FIRST_YAML = `# A rule in ElastAlert2's format. Types: any, blacklist, whitelist,
# change, frequency, flatline.
name: "Certificates that end within 30 days"
type: any
timestamp_field: timestamp
filter:
- range:
    notvalidafter:
      gte: now
      lte: now+30d
query_key: [ip, port]
realert:
  days: 1
include: [hostname, ip, port, subject, issuer, notvalidafter]
alert: [email]
email: ["ops@example.com"]
`;

/** Also for a new rule: rule is null then. */
export function YamlDialog(props: { rule: Rule | null; channels: readonly Channel[]; readOnly: boolean; close: () => void }) {
	const whole = useGet<Rule>(props.rule && props.rule.yaml === undefined ? url(path('rules', props.rule.id)) : null);
	if (props.rule && props.rule.yaml === undefined) return whole.data ? <YamlForm {...props} rule={whole.data} /> : null;
	return <YamlForm {...props} />;
}

function YamlForm({ rule, channels, readOnly, close }: { rule: Rule | null; channels: readonly Channel[]; readOnly: boolean; close: () => void }) {
	const [yaml, setYaml] = useState(rule?.yaml ?? FIRST_YAML);
	const [chosen, choose] = useState<(string | number)[]>(rule?.channels ?? []);
	const [enabled, enable] = useState(rule?.enabled ?? true);
	const check = useCheck(yaml);
	const submit = async () => {
		await (rule ? api.put(path('rules', rule.id), { yaml, enabled, channels: chosen }) : api.post('rules', { yaml, enabled, channels: chosen }));
		toast('The rule is saved');
		refresh();
	};
	const load = async (event: Event) => {
		const file = (event.currentTarget as HTMLInputElement).files?.[0];
		if (file) setYaml(await file.text());
	};
	return (
		<FormDialog wide title={rule ? rule.name : 'New rule'} action="Save" close={close} submit={submit} disabled={!check.ok || readOnly}>
			<Editor label="Rule in YAML" value={yaml} set={setYaml} problems={check} readOnly={readOnly} />
			<ChannelChoice channels={channels} chosen={chosen} choose={choose} hint="Beside what the rule itself names" />
			<Check label="In force: it runs as soon as it is saved" value={enabled} set={enable} />
			{!readOnly && <label class="small muted">Take the text of a file: <input type="file" accept=".yaml,.yml,text/yaml" onChange={load} /></label>}
		</FormDialog>
	);
}

export function ChannelChoice({ channels, chosen, choose, hint }: { channels: readonly Channel[]; chosen: readonly (string | number)[]; choose: (ids: (string | number)[]) => void; hint?: string }) {
	return (
		<fieldset>
			<legend>Channels {hint && <span class="muted small">{hint}</span>}</legend>
			{channels.length === 0 && <span class="muted small">No channel yet: an admin makes one under Alerts, Channels.</span>}
			<div class="row wrap">{channels.map((c) => (
				<Check key={c.id} label={c.name} value={chosen.includes(c.id)} set={(on) => choose(on ? [...chosen, c.id] : chosen.filter((id) => id !== c.id))} />
			))}</div>
		</fieldset>
	);
}

/** A rule of our own: its numbers and words, and where its messages go. */
export function OwnRuleDialog({ rule, channels, close }: { rule: Rule; channels: readonly Channel[]; close: () => void }) {
	const [settings, setSettings] = useState<Record<string, unknown>>(rule.settings ?? {});
	const [chosen, choose] = useState(rule.channels);
	const submit = async () => {
		await api.put(path('rules', rule.id), { enabled: rule.enabled, settings, channels: chosen });
		toast('The rule is saved');
		refresh();
	};
	const field = (name: string, value: unknown) => {
		const set = (to: unknown) => setSettings({ ...settings, [name]: to });
		const label = name.replace(/_/g, ' ');
		if (typeof value === 'boolean') return <Check key={name} label={label} value={value} set={set} />;
		if (Array.isArray(value)) return <TextField key={name} label={label} value={value.join(', ')} set={(t) => set(t.split(',').map((w) => w.trim()))} hint="Words, commas between" />;
		if (typeof value === 'number') return <TextField key={name} label={label} type="number" value={String(value)} set={(t) => set(Number(t))} />;
		return <TextField key={name} label={label} value={String(value ?? '')} set={set} />;
	};
	return (
		<FormDialog title={rule.name} action="Save" close={close} submit={submit}>
			{rule.help && <p class="soft">{rule.help}</p>}
			{Object.entries(settings).map(([name, value]) => field(name, value))}
			<ChannelChoice channels={channels} chosen={chosen} choose={choose} />
		</FormDialog>
	);
}
