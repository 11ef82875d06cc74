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
	readonly kind?: 'list' | 'number' | 'secret' | 'yes';
	readonly hint?: string;
	readonly need?: boolean;
}

const KINDS: Record<string, { label: string; settings: readonly Setting[] }> = {
	email: { label: 'Mail', settings: [
		{ name: 'to', label: 'To', kind: 'list', need: true, hint: 'Addresses, commas between' }, { name: 'from', label: 'From', need: true },
		{ name: 'reply_to', label: 'Reply to' }, { name: 'smtp_host', label: 'SMTP server', need: true }, { name: 'smtp_port', label: 'Port', kind: 'number', hint: '25, 587 or 465' },
		{ name: 'username', label: 'User name' }, { name: 'password', label: 'Password', kind: 'secret' },
	] },
	slack: { label: 'Slack, Mattermost, Rocket.Chat', settings: [
		{ name: 'webhook_url', label: 'Webhook address', kind: 'secret', need: true }, { name: 'channel', label: 'Channel' }, { name: 'username', label: 'Shown as' },
	] },
	teams: { label: 'Teams (workflow)', settings: [{ name: 'webhook_url', label: 'Workflow address', kind: 'secret', need: true }] },
	post: { label: 'HTTP POST', settings: [{ name: 'url', label: 'Address', need: true }, { name: 'authorization', label: 'Authorization header', kind: 'secret' }] },
	post2: { label: 'HTTP POST, own body', settings: [{ name: 'url', label: 'Address', need: true }, { name: 'body', label: 'Body (JSON)' }, { name: 'authorization', label: 'Authorization header', kind: 'secret' }] },
	command: { label: 'Command', settings: [{ name: 'command', label: 'Program and arguments', kind: 'list', need: true, hint: 'Commas between; no shell. The message comes as JSON on its input.' }] },
	syslog: { label: 'Syslog', settings: [{ name: 'host', label: 'Server', hint: 'Empty: the local one' }, { name: 'port', label: 'Port', kind: 'number' }] },
};
const HIDDEN = '***';

export const channelKind = (type: string): string => KINDS[type]?.label ?? type;

/** Fields of a kind, and whatever else this one has from elsewhere. */
function settingsOf(type: string, config: Record<string, unknown>): readonly Setting[] {
	const known = KINDS[type]?.settings ?? [];
	const extra = Object.keys(config).filter((name) => !known.some((s) => s.name === name)).map((name): Setting => {
		const value = config[name];
		const kind = Array.isArray(value) ? 'list' as const : typeof value === 'number' ? 'number' as const : typeof value === 'boolean' ? 'yes' as const : value === HIDDEN ? 'secret' as const : undefined;
		return { name, label: name.replace(/_/g, ' '), ...(kind ? { kind } : {}) };
	});
	return [...known, ...extra];
}

function textOf(value: unknown): string {
	return Array.isArray(value) ? value.join(', ') : value === undefined || value === null ? '' : String(value);
}

function valueOf(text: string, kind: Setting['kind']): unknown {
	if (kind === 'list') return text.split(',').map((t) => t.trim()).filter(Boolean);
	return kind === 'number' ? Number(text) : text;
}

export function ChannelDialog({ channel, close }: { channel: Channel | null; close: () => void }) {
	const [name, setName] = useState(channel?.name ?? '');
	const [type, setType] = useState(channel?.type ?? 'email');
	const [config, setConfig] = useState<Record<string, unknown>>(channel?.config ?? {});
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
		const kept = f.kind === 'secret' && config[f.name] === HIDDEN;
		return <TextField key={f.name} label={f.label} type={f.kind === 'secret' ? 'password' : f.kind === 'number' ? 'number' : 'text'} autocomplete={f.kind === 'secret' ? 'new-password' : 'off'}
			value={kept ? '' : textOf(config[f.name])} set={(t) => put(f.name, kept && t === '' ? HIDDEN : valueOf(t, f.kind))}
			placeholder={kept ? 'kept as it is' : ''} hint={f.hint} />;
	};
	return (
		<FormDialog title={channel ? 'Change the channel' : 'New channel'} action="Save" close={close} submit={submit} disabled={!ready}>
			<TextField label="Name" value={name} set={setName} required autofocus placeholder="Operations mail" />
			<SelectField label="Kind" value={type} set={(t) => { setType(t); setConfig({}); }} options={Object.entries(KINDS).map(([id, k]) => [id, k.label] as const)} />
			{fields.map(input)}
		</FormDialog>
	);
}
