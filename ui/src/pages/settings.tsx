// Who may come in, what is kept for how long, and whom scans trust.
import { useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { refresh, useGet, usePages } from '../api/resource.ts';
import type { Audit, Role, Settings as Data, Token, Trusted, User } from '../api/types.ts';
import { now } from '../app/clock.ts';
import { useApp, useMay } from '../app/session.ts';
import { href, type Route } from '../base/route.ts';
import { shortHash } from '../base/text.ts';
import { DAY } from '../base/time.ts';
import { Copy, Empty, Failed, Note, PageHead, Panel, Skeleton, Tabs } from '../parts/basics.tsx';
import { Dialog, Field, FormDialog, SelectField, TextField, useConfirm } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { attempt, toast } from '../parts/toast.tsx';
import { When } from '../parts/words.tsx';

const ROLES: readonly (readonly [Role, string])[] = [['viewer', 'Viewer: sees everything'], ['operator', 'Operator: also scans, mutes, notes, rules'], ['admin', 'Admin: also users, channels, settings']];

export function Settings({ route }: { route: Route }) {
	const admin = useMay('admin');
	const tabs = [
		{ id: 'general', label: 'General', to: href(['settings']), show: true },
		{ id: 'users', label: 'Users', to: href(['settings', 'users']), show: admin },
		{ id: 'tokens', label: 'API tokens', to: href(['settings', 'tokens']), show: true },
		{ id: 'trust', label: 'Trusted authorities', to: href(['settings', 'trust']), show: true },
		{ id: 'audit', label: 'Who did what', to: href(['settings', 'audit']), show: admin },
	].filter((t) => t.show);
	const tab = tabs.find((t) => t.id === route.path[1])?.id ?? 'general';
	return (
		<>
			<PageHead title="Settings" />
			<Tabs tabs={tabs} current={tab} />
			{tab === 'general' && <General />}
			{tab === 'users' && <Users />}
			{tab === 'tokens' && <Tokens />}
			{tab === 'trust' && <Trust />}
			{tab === 'audit' && <AuditLog />}
		</>
	);
}

function General() {
	const { data, error, reload } = useGet<Data>(url('settings'));
	if (error && !data) return <Failed error={error} again={reload} />;
	return data ? <GeneralForm data={data} /> : <div class="panel"><Skeleton /></div>;
}

const KEEP: readonly (readonly [keyof Data['retention'], string, string])[] = [
	['gone_days', 'Endpoints that have vanished', 'days until they are forgotten'],
	['history_days', 'History of changes', 'days'],
	['messages_days', 'Messages that were sent', 'days'],
];

const rowsOf = (text: string) => Math.min(10, Math.max(3, text.split('\n').length + 1));

function GeneralForm({ data }: { data: Data }) {
	const admin = useMay('admin');
	const { session } = useApp();
	const [networks, setNetworks] = useState((data.internal_networks ?? []).join('\n'));
	const [hooks, setHooks] = useState((data.allow_webhooks_to ?? []).join('\n'));
	const [address, setAddress] = useState(data.public_url ?? '');
	const [keep, setKeep] = useState(data.retention ?? { gone_days: 0, history_days: 0, messages_days: 0 });
	const list = (text: string) => text.split(/[\s,]+/).filter(Boolean);
	const save = (event: Event) => {
		event.preventDefault();
		void attempt(async () => {
			await api.put('settings', { internal_networks: list(networks), allow_webhooks_to: list(hooks), public_url: address.trim(), retention: keep });
			refresh();
		}, 'Saved');
	};
	return (
		<form class="panel settings-form" onSubmit={save}>
			<fieldset disabled={!admin} class="settings-fields">
				<Field label="Internal networks" hint="A network a line. What is inside counts as internal in reports and rules.">
					{(id, about) => <textarea id={id} aria-describedby={about} class="input mono" rows={rowsOf(networks)} value={networks} onInput={(event) => setNetworks(event.currentTarget.value)} />}
				</Field>
				<TextField label="Address of this page" value={address} set={setAddress} placeholder="https://certs.example" hint="For the links in messages." />
				<fieldset>
					<legend>How long things are kept</legend>
					<div class="columns-2">{KEEP.map(([name, label, hint]) => (
						<TextField key={name} label={label} type="number" value={String(keep[name] ?? '')} set={(t) => setKeep({ ...keep, [name]: Number(t) })} hint={hint} />
					))}</div>
				</fieldset>
				<Field label="Webhooks may also go to" hint="Loopback, link-local and metadata addresses are refused unless a network here holds them.">
					{(id, about) => <textarea id={id} aria-describedby={about} class="input mono" rows={rowsOf(hooks)} value={hooks} onInput={(event) => setHooks(event.currentTarget.value)} />}
				</Field>
				{admin && <div><button class="button primary">Save</button></div>}
			</fieldset>
			<p class="muted small">certscape {session.version}, store {session.store}. <a class="in-text" href="licenses.txt">Licences of what is inside</a>. {!admin && 'Only an admin can change settings.'}</p>
		</form>
	);
}

function Users() {
	const { data, error, reload } = useGet<{ rows: User[] }>(url('users'));
	const [open, setOpen] = useState<User | 'new' | null>(null);
	const [confirm, ask] = useConfirm();
	const { session } = useApp();
	if (error && !data) return <Failed error={error} again={reload} />;
	if (!data) return <div class="panel"><Skeleton /></div>;
	const remove = (u: User) => ask({
		title: 'Remove the user', action: 'Remove', text: <>{u.name} cannot log in any more, and the tokens of {u.name} end.</>,
		then: async () => {
			await api.remove(path('users', u.name));
			refresh();
		},
	});
	return (
		<Panel title="Users" flush side={<button class="button tiny" onClick={() => setOpen('new')}><Icon name="plus" size={12} />User</button>}>
			<ul class="things">{data.rows.map((u) => (
				<li key={u.name}>
					<div class="grow"><h2>{u.name} {u.name === session.user?.name && <span class="muted small">you</span>} {u.disabled && <span class="badge bad">Disabled</span>}</h2>
						<div class="muted small">{u.role}, since <When at={u.created} />, {u.last_login ? <>last here <When at={u.last_login} /></> : 'was never here'}</div></div>
					<div class="actions">
						<button class="button plain tiny icon" aria-label={`Change ${u.name}`} title="Change" onClick={() => setOpen(u)}><Icon name="edit" size={13} /></button>
						{u.name !== session.user?.name && <button class="button plain tiny icon" aria-label={`Remove ${u.name}`} title="Remove" onClick={() => remove(u)}><Icon name="trash" size={13} /></button>}
					</div>
				</li>
			))}</ul>
			{open && <UserDialog user={open === 'new' ? null : open} close={() => setOpen(null)} />}
			{confirm}
		</Panel>
	);
}

function UserDialog({ user, close }: { user: User | null; close: () => void }) {
	const [name, setName] = useState(user?.name ?? '');
	const [role, setRole] = useState<Role>(user?.role ?? 'viewer');
	const [state, setState] = useState<'on' | 'off'>(user?.disabled ? 'off' : 'on');
	const [password, setPassword] = useState('');
	const submit = async () => {
		const body = { role, disabled: state === 'off', ...(password ? { password } : {}) };
		await (user ? api.put(path('users', user.name), body) : api.post('users', { name: name.trim(), ...body }));
		toast('Saved');
		refresh();
	};
	return (
		<FormDialog title={user ? user.name : 'New user'} action="Save" close={close} submit={submit} disabled={!user && (!name.trim() || !password)}>
			{!user && <TextField label="Name" value={name} set={setName} required autofocus />}
			<SelectField label="Role" value={role} set={setRole} options={ROLES} />
			{user && <SelectField label="May log in" value={state} set={setState} options={[['on', 'yes'], ['off', 'no, disabled']]} />}
			<TextField label={user ? 'New password' : 'Password'} type="password" autocomplete="new-password" value={password} set={setPassword} required={!user} hint={user ? 'Empty: it stays' : 'To be changed at the first visit'} />
		</FormDialog>
	);
}

function Tokens() {
	const { data, error, reload } = useGet<{ rows: Token[] }>(url('tokens'));
	const [making, make] = useState(false);
	const [fresh, setFresh] = useState<Token | null>(null);
	const [confirm, ask] = useConfirm();
	if (error && !data) return <Failed error={error} again={reload} />;
	if (!data) return <div class="panel"><Skeleton /></div>;
	const remove = (t: Token) => ask({
		title: 'Remove the token', action: 'Remove', text: <>Whatever uses '{t.name}' is shut out at once.</>,
		then: async () => {
			await api.remove(path('tokens', t.id));
			refresh();
		},
	});
	return (
		<Panel title="API tokens" flush side={<button class="button tiny" onClick={() => make(true)}><Icon name="plus" size={12} />Token</button>}>
			{data.rows.length === 0 && <Empty title="No token yet">For scripts, Prometheus and other programs: <code>curl -H "Authorization: Bearer cst_…" {location.origin}/api/v1/count</code></Empty>}
			<ul class="things">{data.rows.map((t) => (
				<li key={t.id}>
					<div class="grow"><h2>{t.name}</h2><div class="muted small">{t.role}, made <When at={t.created} />, {t.expires ? <>ends <When at={t.expires} /></> : 'does not end'}, {t.last_used ? <>last used <When at={t.last_used} /></> : 'never used'}</div></div>
					<button class="button plain tiny icon" aria-label={`Remove ${t.name}`} title="Remove" onClick={() => remove(t)}><Icon name="trash" size={13} /></button>
				</li>
			))}</ul>
			{making && <TokenDialog close={() => make(false)} done={setFresh} />}
			{fresh && <Dialog title="The new token" close={() => setFresh(null)}>
				<Note kind="good">Copy it now; it is not shown again.</Note>
				<div class="row"><code class="input mono break token">{fresh.token}</code><Copy text={fresh.token ?? ''} label="Copy" /></div>
			</Dialog>}
			{confirm}
		</Panel>
	);
}

function TokenDialog({ close, done }: { close: () => void; done: (token: Token) => void }) {
	const { session } = useApp();
	const [name, setName] = useState('');
	const [role, setRole] = useState<Role>('viewer');
	const [days, setDays] = useState('365');
	const own = ROLES.findIndex(([r]) => r === session.user?.role);
	const submit = async () => {
		const expires = days === '0' ? null : new Date(now() + Number(days) * DAY).toISOString().replace(/\.\d+Z$/, 'Z');
		done(await api.post<Token>('tokens', { name: name.trim(), role, expires }));
		refresh();
	};
	return (
		<FormDialog title="New token" action="Make" close={close} submit={submit} disabled={!name.trim()}>
			<TextField label="Name" value={name} set={setName} required autofocus placeholder="prometheus" />
			<SelectField label="It may do what a … may" value={role} set={setRole} options={ROLES.slice(0, own + 1)} />
			<SelectField label="Until" value={days} set={setDays} options={[['30', '30 days from now'], ['90', '90 days from now'], ['365', 'a year from now'], ['0', 'for ever']]} />
		</FormDialog>
	);
}

function Trust() {
	const admin = useMay('admin');
	const { data, error, reload } = useGet<{ rows: Trusted[] }>(url('trust'));
	const [open, setOpen] = useState(false);
	const [confirm, ask] = useConfirm();
	if (error && !data) return <Failed error={error} again={reload} />;
	if (!data) return <div class="panel"><Skeleton /></div>;
	const remove = (t: Trusted) => ask({
		title: 'Trust it no more', action: 'Remove', text: <>Chains that end in '{t.subject}' count as unknown from the next scan on.</>,
		then: async () => {
			await api.remove(path('trust', t.sha256));
			refresh();
		},
	});
	const add = admin && <button class="button tiny" onClick={() => setOpen(true)}><Icon name="plus" size={12} />Authority</button>;
	return (
		<Panel title="Authorities that are trusted beside the system's" flush side={add}>
			{data.rows.length === 0 && <Empty title="None yet" actions={add}>Add the root of your own authority, and its chains are no longer "unknown issuer".</Empty>}
			<ul class="things">{data.rows.map((t) => (
				<li key={t.sha256}>
					<div class="grow"><h2>{t.subject || 'no name'}</h2><div class="muted small"><span class="mono">{shortHash(t.sha256)}</span>, until {t.not_after.slice(0, 10)}{t.by && <>, by {t.by} <When at={t.at} /></>}</div></div>
					{admin && <button class="button plain tiny icon" aria-label={`Remove ${t.subject}`} title="Remove" onClick={() => remove(t)}><Icon name="trash" size={13} /></button>}
				</li>
			))}</ul>
			{open && <TrustDialog close={() => setOpen(false)} />}
			{confirm}
		</Panel>
	);
}

function TrustDialog({ close }: { close: () => void }) {
	const [pem, setPem] = useState('');
	const submit = async () => {
		await api.post('trust', { pem });
		toast('It is trusted from the next scan on');
		refresh();
	};
	const load = async (event: Event) => {
		const file = (event.currentTarget as HTMLInputElement).files?.[0];
		if (file) setPem(await file.text());
	};
	return (
		<FormDialog title="Trust an authority" action="Trust" close={close} submit={submit} disabled={!pem.includes('BEGIN CERTIFICATE')}>
			<Field label="Certificate (PEM)">
				{(id) => <textarea id={id} class="input mono pem-input" spellcheck={false} placeholder="-----BEGIN CERTIFICATE-----" value={pem} onInput={(event) => setPem(event.currentTarget.value)} />}
			</Field>
			<label class="small muted">Or of a file: <input type="file" accept=".pem,.crt,.cer" onChange={load} /></label>
		</FormDialog>
	);
}

const AUDIT_COLUMNS: Column<Audit>[] = [
	{ id: 'at', label: 'When', cell: (a) => <When at={a.at} /> },
	{ id: 'by', label: 'Who', cell: (a) => a.who },
	{ id: 'what', label: 'What', cell: (a) => a.action },
	{ id: 'detail', label: 'To what', cell: (a) => <span class="clip cell" title={a.detail}>{[a.what, a.detail].filter(Boolean).join(': ')}</span>, empty: (a) => !a.what && !a.detail },
	{ id: 'from', label: 'From', cell: (a) => <span class="mono">{a.from}</span>, empty: (a) => !a.from },
];

function AuditLog() {
	const pages = usePages<Audit>(url('audit', { limit: 50 }));
	return (
		<Panel flush label="Who did what">
			{pages.error && !pages.data && <Failed error={pages.error} again={pages.reload} />}
			{pages.loading && <Skeleton />}
			{pages.data && <Table label="Who did what" columns={AUDIT_COLUMNS} rows={pages.data} keyOf={(a) => String(a.id)} />}
			{pages.more && <div class="table-foot"><span class="grow" /><button class="button tiny" onClick={pages.more}>More</button></div>}
		</Panel>
	);
}
