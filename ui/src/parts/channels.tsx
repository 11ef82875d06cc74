// Where messages go. The fields of each kind are one table; secrets are written, never read.
import { useState } from 'preact/hooks';
import { api, path } from '../api/client.ts';
import { refresh } from '../api/resource.ts';
import type { Channel } from '../api/types.ts';
import { Check, FormDialog, SelectField, TextField } from './dialog.tsx';
import { toast } from './toast.tsx';

interface Setting {
	readonly name: string;
	readonly label: string;
	readonly kind?: 'list' | 'number' | 'secret' | 'yes' | 'map' | 'word' | 'json';
	/** of a word: what it may be; the first is the usual */
	readonly words?: readonly string[];
	readonly hint?: string;
	readonly need?: boolean;
}

const URL_SECRET: Setting = { name: 'url', label: 'Address', kind: 'secret', need: true, hint: 'It mostly holds a secret, so it is not shown again' };
const CHECKED: Setting = { name: 'verify', label: "The server's certificate must be good", kind: 'yes' };
const HTTP: readonly Setting[] = [
	URL_SECRET, { name: 'method', label: 'Method', kind: 'word', words: ['POST', 'PUT'] },
	{ name: 'headers', label: 'More headers', kind: 'map', hint: 'Authorization: Bearer …; X-Team: web' },
	{ name: 'user', label: 'User name' }, { name: 'password', label: 'Password', kind: 'secret' }, { name: 'proxy', label: 'Proxy' },
];

const KINDS: Record<string, { label: string; settings: readonly Setting[] }> = {
	email: { label: 'Mail', settings: [
		{ name: 'to', label: 'To', kind: 'list', need: true, hint: 'Addresses, commas between' }, { name: 'from', label: 'From' },
		{ name: 'reply_to', label: 'Reply to' }, { name: 'host', label: 'Mail server', hint: 'localhost unless it is said' }, { name: 'port', label: 'Port', kind: 'number', hint: '25, or 465 with TLS from the first byte' },
		{ name: 'tls', label: 'TLS', kind: 'word', words: ['offered', 'required', 'implicit', 'never'] },
		{ name: 'user', label: 'User name' }, { name: 'password', label: 'Password', kind: 'secret' },
		{ name: 'format', label: 'Text', kind: 'word', words: ['both', 'text', 'html'] },
	] },
	slack: { label: 'Slack, Mattermost, Rocket.Chat', settings: [URL_SECRET, { name: 'channel', label: 'Channel' }, { name: 'username', label: 'Shown as' }, CHECKED] },
	teams: { label: 'Teams (workflow)', settings: [URL_SECRET] },
	post: { label: 'HTTP POST', settings: [...HTTP, { name: 'payload', label: 'It carries', kind: 'word', words: ['message', 'detail'] }] },
	post2: { label: 'HTTP POST, own body', settings: [...HTTP, { name: 'payload', label: 'Body (JSON)', kind: 'json', need: true, hint: 'Texts in it may hold {{subject}} and the like' }] },
	command: { label: 'Command', settings: [
		{ name: 'argv', label: 'Program and arguments', kind: 'list', need: true, hint: 'The whole path first, commas between; no shell. {{subject}} and the like are replaced.' },
		{ name: 'stdin', label: 'It reads', kind: 'word', words: ['message', 'detail', 'none'] },
	] },
	syslog: { label: 'Syslog', settings: [
		{ name: 'to', label: 'To', hint: 'local, udp://host:514 or tcp://host:514' },
		{ name: 'facility', label: 'Facility', kind: 'word', words: ['daemon', 'user', 'auth', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] },
	] },
};
const HIDDEN = '***';

export const channelKind = (type: string): string => KINDS[type]?.label ?? type;

/** Fields of a kind, and whatever else this one has from elsewhere. */
function settingsOf(type: string, config: Record<string, unknown>): readonly Setting[] {
	const known = KINDS[type]?.settings ?? [];
	const extra = Object.keys(config).filter((name) => !known.some((s) => s.name === name)).map((name): Setting => {
		const value = config[name];
		const kind = Array.isArray(value) ? 'list' as const : typeof value === 'number' ? 'number' as const : typeof value === 'boolean' ? 'yes' as const : typeof value === 'object' && value !== null ? 'map' as const : value === HIDDEN ? 'secret' as const : undefined;
		return { name, label: name.replace(/_/g, ' '), ...(kind ? { kind } : {}) };
	});
	return [...known, ...extra];
}

function textOf(value: unknown, kind?: Setting['kind']): string {
	if (kind === 'json') return value === undefined ? '' : JSON.stringify(value);
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value).map(([k, v]) => `${k}: ${v}`).join('; ');
	return Array.isArray(value) ? value.join(', ') : value === undefined || value === null ? '' : String(value);
}

function valueOf(text: string, kind: Setting['kind']): unknown {
	if (kind === 'list') return text.split(',').map((t) => t.trim()).filter(Boolean);
	if (kind === 'json') return jsonOf(text);
	if (kind === 'map') return Object.fromEntries(text.split(';').map((t) => t.split(/:(.*)/)).filter(([k]) => k!.trim()).map(([k, v]) => [k!.trim(), (v ?? '').trim()]));
	return kind === 'number' ? (text === '' ? '' : Number(text)) : text;
}

/** Half-written JSON is kept as a text; the server says what is wrong with it. */
function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

export function ChannelDialog({ channel, close }: { channel: Channel | null; close: () => void }) {
	const [name, setName] = useState(channel?.name ?? '');
	const [type, setType] = useState(channel?.type ?? 'email');
	const [config, setConfig] = useState<Record<string, unknown>>(channel?.config ?? {});
	const [typed, setTyped] = useState<Record<string, string>>({}); /* maps and lists, as they are written */
	const fields = settingsOf(type, config);
	const put = (field: string, value: unknown) => setConfig({ ...config, [field]: value });
	const submit = async () => {
		const filled = Object.fromEntries(Object.entries(config).filter(([, v]) => v !== '' && !(Array.isArray(v) && !v.length)));
		await (channel ? api.put(path('channels', channel.id), { name, type, config: filled }) : api.post('channels', { name, type, config: filled }));
		toast('The channel is saved');
		refresh();
	};
	const ready = name.trim() && fields.every((f) => !f.need || textOf(config[f.name]) !== '');
	const input = (f: Setting) => {
		if (f.kind === 'yes') return <Check key={f.name} label={f.label} value={config[f.name] === true} set={(v) => put(f.name, v)} />;
		if (f.kind === 'word') return <SelectField key={f.name} label={f.label} value={textOf(config[f.name]) || f.words![0]!} set={(v) => put(f.name, v)} options={f.words!.map((w) => [w, w] as const)} />;
		const kept = f.kind === 'secret' && config[f.name] === HIDDEN;
		return <TextField key={f.name} label={f.label} type={f.kind === 'secret' ? 'password' : f.kind === 'number' ? 'number' : 'text'} autocomplete={f.kind === 'secret' ? 'new-password' : 'off'}
			value={kept ? '' : (typed[f.name] ?? textOf(config[f.name], f.kind))} set={(t) => { setTyped({ ...typed, [f.name]: t }); put(f.name, kept && t === '' ? HIDDEN : valueOf(t, f.kind)); }}
			placeholder={kept ? 'kept as it is' : ''} hint={f.hint} />;
	};
	return (
		<FormDialog title={channel ? 'Change the channel' : 'New channel'} action="Save" close={close} submit={submit} disabled={!ready}>
			<TextField label="Name" value={name} set={setName} required autofocus placeholder="Operations mail" />
			<SelectField label="Kind" value={type} set={(t) => { setType(t); setConfig({}); setTyped({}); }} options={Object.entries(KINDS).map(([id, k]) => [id, k.label] as const)} />
			{fields.map(input)}
		</FormDialog>
	);
}
