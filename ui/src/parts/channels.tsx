// Where messages go. What each kind must be told comes from the server (channels/types); here are
// only the words for it. Secrets are written, never read.
import { useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { refresh, useGet } from '../api/resource.ts';
import type { Channel, ChannelKind, ChannelOption } from '../api/types.ts';
import { capital } from '../base/text.ts';
import { Skeleton } from './basics.tsx';
import { FormDialog, SelectField, TextField } from './dialog.tsx';
import { toast } from './toast.tsx';

const HIDDEN = '***';

const LABELS: Record<string, string> = {
	url: 'Address', host: 'Mail server', tls: 'TLS', user: 'User name', reply_to: 'Reply to', format: 'Text', argv: 'Program and arguments', stdin: 'It reads',
	ca_file: 'File of CAs', verify: 'Good certificate needed', username: 'Shown as', timeout_s: 'Patience in seconds', cc: 'Copy to', bcc: 'Hidden copy to',
};
const labelOf = (key: string) => LABELS[key] ?? capital(key.replace(/_/g, ' '));

/** Asked for at once; the rest is folded away until somebody needs it. */
const FIRST = new Set(['from', 'host', 'port', 'tls', 'user', 'password', 'channel', 'payload', 'stdin', 'to', 'facility']);
const isFirst = (o: ChannelOption, config: Config) => o.needed || FIRST.has(o.key) || config[o.key] !== undefined;

export function useChannelKinds(wanted = true): readonly ChannelKind[] {
	return useGet<{ rows: ChannelKind[] }>(wanted ? url('channels/types') : null).data?.rows ?? [];
}

type Config = Record<string, unknown>;
type Kind = ChannelOption['kind'];

function textOf(value: unknown, kind: Kind): string {
	if (value === undefined || value === null || value === '') return '';
	if (kind === 'json') return typeof value === 'string' ? value : JSON.stringify(value);
	if (Array.isArray(value)) return value.join(', ');
	return typeof value === 'object' ? Object.entries(value).map(([k, v]) => `${k}: ${v}`).join('; ') : String(value);
}

const READERS: Partial<Record<Kind, (text: string) => unknown>> = {
	texts: (text) => text.split(',').map((t) => t.trim()).filter(Boolean),
	urls: (text) => text.split(/[\s,]+/).filter(Boolean),
	map: (text) => Object.fromEntries(text.split(';').map((t) => t.split(/:(.*)/)).filter(([k]) => k!.trim()).map(([k, v]) => [k!.trim(), (v ?? '').trim()])),
	number: (text) => (text === '' ? '' : Number(text)),
	bool: (text) => (text === '' ? '' : text === 'true'),
	json: jsonOf,
};
const valueOf = (text: string, kind: Kind): unknown => READERS[kind]?.(text) ?? text;

/** Half-written JSON is kept as a text; the server says what is wrong with it. */
function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

const SHAPES: Partial<Record<Kind, string>> = { texts: 'commas between', urls: 'commas between', map: 'as name: value; name: value', json: 'JSON' };
const hintOf = (o: ChannelOption) => [capital(o.help), SHAPES[o.kind]].filter(Boolean).join('; ');

function OptionField({ option: o, config, put }: { option: ChannelOption; config: Config; put: (value: unknown) => void }) {
	const value = config[o.key];
	const [typed, setTyped] = useState(() => textOf(value, o.kind)); /* lists and maps, as they are written */
	const kept = value === HIDDEN || (Array.isArray(value) && value.includes(HIDDEN));
	const [before] = useState(kept ? value : undefined);
	const label = labelOf(o.key), hint = hintOf(o);
	const choices = o.kind === 'bool' ? ['true', 'false'] : o.kind === 'word' ? o.words : null;
	if (choices) {
		const word = (w: string) => [w, o.kind === 'bool' ? (w === 'true' ? 'yes' : 'no') : w] as const;
		return <SelectField label={label} value={value === undefined ? '' : String(value)} set={(w) => put(valueOf(w, o.kind))} options={[['', 'as usual'], ...choices.map(word)]} hint={hint} />;
	}
	const set = (text: string) => {
		setTyped(text);
		put(text === '' && before !== undefined ? before : valueOf(text, o.kind));
	};
	const type = o.kind === 'number' ? 'number' : o.secret && o.kind === 'text' ? 'password' : 'text';
	return <TextField label={label} type={type} autocomplete={type === 'password' ? 'new-password' : 'off'} mono={o.kind === 'json'} value={kept ? '' : typed} set={set} placeholder={kept ? 'kept as it is' : ''} hint={hint} />;
}

const isSaid = (value: unknown) => value !== undefined && value !== '' && !(Array.isArray(value) && !value.length);

export function ChannelDialog({ channel, close }: { channel: Channel | null; close: () => void }) {
	const kinds = useChannelKinds();
	const [name, setName] = useState(channel?.name ?? '');
	const [type, setType] = useState(channel?.type ?? 'email');
	const [config, setConfig] = useState<Config>(channel?.config ?? {});
	const [first] = useState(config);
	const options = kinds.find((k) => k.type === type)?.options ?? [];
	const submit = async () => {
		const body = { name, type, config: Object.fromEntries(Object.entries(config).filter(([, v]) => isSaid(v))) };
		await (channel ? api.put(path('channels', channel.id), body) : api.post('channels', body));
		toast('The channel is saved');
		refresh();
	};
	const field = (o: ChannelOption) => <OptionField key={`${type} ${o.key}`} option={o} config={config} put={(value) => setConfig({ ...config, [o.key]: value })} />;
	const rest = options.filter((o) => !isFirst(o, first));
	return (
		<FormDialog title={channel ? 'Change the channel' : 'New channel'} action="Save" close={close} submit={submit} disabled={!name.trim() || !options.length || !options.every((o) => !o.needed || isSaid(config[o.key]))}>
			<TextField label="Name" value={name} set={setName} required autofocus placeholder="Operations mail" />
			{kinds.length > 0 && <SelectField label="Kind" value={type} set={(t) => { setType(t); setConfig({}); }} options={kinds.map((k) => [k.type, k.title] as const)} hint={capital(kinds.find((k) => k.type === type)?.help ?? '')} />}
			{kinds.length === 0 && <Skeleton lines={5} />}
			{options.filter((o) => isFirst(o, first)).map(field)}
			{rest.length > 0 && <details class="more"><summary>More settings</summary><div class="stack">{rest.map(field)}</div></details>}
		</FormDialog>
	);
}
