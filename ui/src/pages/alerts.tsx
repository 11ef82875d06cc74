// Rules and what each would send, channels and their test, what was sent, what is silent.
import { useCallback, useState } from 'preact/hooks';
import { api, path, url } from '../api/client.ts';
import { useMessages } from '../api/events.ts';
import { refresh, useGet, usePages } from '../api/resource.ts';
import type { Channel, Message, Mute, Rule, Silence } from '../api/types.ts';
import { useMay } from '../app/session.ts';
import { href, type Route } from '../base/route.ts';
import { capital, plural } from '../base/text.ts';
import { Empty, Failed, Note, PageHead, Panel, Skeleton, Tabs } from '../parts/basics.tsx';
import { ChannelDialog, useChannelKinds } from '../parts/channels.tsx';
import { useConfirm } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { MuteList } from '../parts/mutes.tsx';
import { asNote, DryRunDialog, OwnRuleDialog, YamlDialog } from '../parts/rules.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { attempt } from '../parts/toast.tsx';
import { SeverityWord, State, When } from '../parts/words.tsx';

const TABS = [
	{ id: 'rules', label: 'Rules', to: href(['alerts']) },
	{ id: 'channels', label: 'Channels', to: href(['alerts', 'channels']) },
	{ id: 'messages', label: 'Messages', to: href(['alerts', 'messages']) },
	{ id: 'silences', label: 'Silences', to: href(['alerts', 'silences']) },
];

export function Alerts({ route }: { route: Route }) {
	const tab = TABS.some((t) => t.id === route.path[1]) ? route.path[1]! : 'rules';
	return (
		<>
			<PageHead title="Alerts">One message per certificate, in time for its lifetime; rules in ElastAlert2's format run beside our own.</PageHead>
			<Tabs tabs={TABS} current={tab} />
			{(tab === 'rules' || tab === 'channels') && <Unheard />}
			{tab === 'rules' && <Rules />}
			{tab === 'channels' && <Channels />}
			{tab === 'messages' && <Messages state={route.params.get('state') ?? ''} />}
			{tab === 'silences' && <Silences />}
		</>
	);
}

/** Rules that nobody hears of, and the way out in one step. */
function Unheard() {
	const may = useMay('operator');
	const rules = useGet<{ rows: Rule[] }>(url('rules')).data?.rows;
	const channels = useGet<{ rows: Channel[] }>(may ? url('channels') : null).data?.rows;
	const own = rules?.filter((r) => r.kind === 'own') ?? [];
	if (!rules || !channels || own.some((r) => r.channels.length)) return null;
	if (!channels.length) return <Note kind="warn">No channel is set up, so nobody is told. <a class="in-text" href={href(['alerts', 'channels'])}>Make one</a></Note>;
	const send = (c: Channel) => attempt(async () => {
		for (const rule of own) await api.put(path('rules', rule.id), { channels: [c.id] });
		refresh();
	}, `Own rules send to '${c.name}'`);
	return (
		<Note kind="warn"><div class="row wrap"><span class="grow">The own rules send to no channel yet, so nobody is told.</span>
			{channels.slice(0, 3).map((c) => <button key={c.id} class="button tiny" onClick={() => send(c)}>Send all to {c.name}</button>)}</div></Note>
	);
}

type Open = { what: 'dry' | 'edit'; rule: Rule } | { what: 'new' } | null;

function Rules() {
	const rules = useGet<{ rows: Rule[] }>(url('rules'));
	const channels = useGet<{ rows: Channel[] }>(url('channels')).data?.rows ?? [];
	const may = useMay('operator');
	const [open, setOpen] = useState<Open>(null);
	const [confirm, ask] = useConfirm();
	if (rules.error && !rules.data) return <Failed error={rules.error} again={rules.reload} />;
	if (!rules.data) return <div class="panel"><Skeleton /></div>;
	const flip = (rule: Rule) => attempt(async () => {
		await api.put(path('rules', rule.id), { enabled: !rule.enabled });
		refresh();
	}, rule.enabled ? `'${rule.name}' is off` : `'${rule.name}' is on`);
	const remove = (rule: Rule) => ask({
		title: 'Remove the rule', action: 'Remove', text: <>'{rule.name}' and what it remembers are removed.</>,
		then: async () => {
			await api.remove(path('rules', rule.id));
			refresh();
		},
	});
	const list = (kind: Rule['kind'], title: string, side: preact.ComponentChildren, empty: preact.ComponentChildren) => {
		const rows = rules.data!.rows.filter((r) => r.kind === kind);
		return (
			<Panel title={title} flush side={side} class="rule-panel">
				{rows.length === 0 && empty}
				<ul class="things">{rows.map((r) => <RuleLine key={r.id} rule={r} channels={channels} open={setOpen} flip={flip} remove={remove} />)}</ul>
			</Panel>
		);
	};
	const add = may && <button class="button tiny" onClick={() => setOpen({ what: 'new' })}><Icon name="plus" size={12} />Rule</button>;
	return (
		<>
			{list('own', 'Own rules', null, <Empty title="No rules" />)}
			{list('elastalert', "Rules in ElastAlert2's format", add, <Empty title="None yet" actions={add}>A rule file of ElastAlert2 runs here unchanged: paste or open it.</Empty>)}
			{open?.what === 'dry' && <DryRunDialog rule={open.rule} close={() => setOpen(null)} />}
			{open?.what === 'new' && <YamlDialog rule={null} channels={channels} readOnly={!may} close={() => setOpen(null)} />}
			{open?.what === 'edit' && (open.rule.kind === 'elastalert'
				? <YamlDialog rule={open.rule} channels={channels} readOnly={!may} close={() => setOpen(null)} />
				: <OwnRuleDialog rule={open.rule} channels={channels} close={() => setOpen(null)} />)}
			{confirm}
		</>
	);
}

function RuleLine({ rule: r, channels, open, flip, remove }: { rule: Rule; channels: readonly Channel[]; open: (what: Open) => void; flip: (rule: Rule) => void; remove: (rule: Rule) => void }) {
	const may = useMay('operator');
	const to = r.channels.map((id) => channels.find((c) => c.id === id)?.name ?? String(id)).join(', ');
	const last = r.last_run;
	return (
		<li>
			<div class="grow">
				<h2>{r.name} <span class="muted small">{r.type}</span> {!r.enabled && <span class="badge">Off</span>}</h2>
				{r.help && <div class="soft">{capital(r.help)}.</div>}
				<div class="muted small">{to ? `to ${to}` : r.kind === 'elastalert' ? 'to whom the rule names' : 'to nobody yet'}
					{last?.at && <>, ran <When at={last.at} />{last.matches !== undefined && `, ${plural(last.matches, 'match', 'matches')}`}{last.messages ? `, ${plural(last.messages, 'message')}` : ''}</>}</div>
				{last?.error && <div class="sev-critical small">{last.error}</div>}
				{(r.warnings ?? []).map(asNote).map((w) => <div key={w.message} class="sev-medium small">{w.line ? `line ${w.line}: ` : ''}{w.message}</div>)}
			</div>
			<div class="actions">
				{may && <button class="button tiny" onClick={() => open({ what: 'dry', rule: r })}><Icon name="send" size={12} />Dry run</button>}
				{may && <button class="button tiny" aria-pressed={r.enabled} onClick={() => flip(r)}>{r.enabled ? 'On' : 'Off'}</button>}
				{(may || r.kind === 'elastalert') && <button class="button plain tiny icon" aria-label={`${may ? 'Change' : 'Show'} ${r.name}`} title={may ? 'Change' : 'Show'} onClick={() => open({ what: 'edit', rule: r })}><Icon name="edit" size={13} /></button>}
				{may && r.kind === 'elastalert' && <button class="button plain tiny icon" aria-label={`Remove ${r.name}`} title="Remove" onClick={() => remove(r)}><Icon name="trash" size={13} /></button>}
			</div>
		</li>
	);
}

function Channels() {
	const admin = useMay('admin'), operator = useMay('operator');
	const { data, error, reload } = useGet<{ rows: Channel[] }>(operator ? url('channels') : null);
	const kinds = useChannelKinds(operator);
	const [open, setOpen] = useState<Channel | 'new' | null>(null);
	const [confirm, ask] = useConfirm();
	if (!operator) return <Panel flush><Empty title="Channels are shown to operators and admins" /></Panel>;
	if (error && !data) return <Failed error={error} again={reload} />;
	if (!data) return <div class="panel"><Skeleton /></div>;
	const remove = (c: Channel) => ask({
		title: 'Remove the channel', action: 'Remove', text: <>Nothing is sent to '{c.name}' any more.</>,
		then: async () => {
			await api.remove(path('channels', c.id));
			refresh();
		},
	});
	const add = admin && <button class="button tiny" onClick={() => setOpen('new')}><Icon name="plus" size={12} />Channel</button>;
	return (
		<Panel title="Channels" flush side={add}>
			{data.rows.length === 0 && <Empty title="No channel yet" actions={add}>Mail, Slack, Teams, a webhook, a command or syslog: where should messages go?</Empty>}
			<ul class="things">{data.rows.map((c) => (
				<li key={c.id}>
					<div class="grow"><h2>{c.name}</h2><div class="muted small">{kinds.find((k) => k.type === c.type)?.title ?? c.type}{summaryOf(c)}</div></div>
					{admin && <div class="actions">
						<TestButton channel={c} />
						<button class="button plain tiny icon" aria-label={`Change ${c.name}`} title="Change" onClick={() => setOpen(c)}><Icon name="edit" size={13} /></button>
						<button class="button plain tiny icon" aria-label={`Remove ${c.name}`} title="Remove" onClick={() => remove(c)}><Icon name="trash" size={13} /></button>
					</div>}
				</li>
			))}</ul>
			{open && <ChannelDialog channel={open === 'new' ? null : open} close={() => setOpen(null)} />}
			{confirm}
		</Panel>
	);
}

function summaryOf(c: Channel): string {
	const first = c.config.to ?? c.config.email ?? c.config.url ?? c.config.argv ?? c.config.channel;
	return first ? `: ${Array.isArray(first) ? first.join(', ') : String(first)}` : '';
}

function TestButton({ channel }: { channel: Channel }) {
	const [said, say] = useState<{ ok: boolean; detail: string } | null>(null);
	const [busy, setBusy] = useState(false);
	const test = async () => {
		setBusy(true);
		await attempt(async () => say(await api.post(path('channels', channel.id, 'test'))));
		setBusy(false);
	};
	return (
		<>
			<span class="small test-said" role="status">{said && <span class={said.ok ? 'sev-none' : 'sev-critical'}>{said.ok ? 'Sent: ' : 'Failed: '}{said.detail}</span>}</span>
			<button class="button tiny" disabled={busy} onClick={test}><Icon name="send" size={12} />Test</button>
		</>
	);
}

const messageColumns = (nameOf: Names): Column<Message>[] => [
	{ id: 'severity', label: 'Severity', cell: (m) => <SeverityWord severity={m.severity} /> },
	{ id: 'at', label: 'When', cell: (m) => <When at={m.created} /> },
	{ id: 'state', label: 'State', cell: (m) => <State word={m.state} /> },
	{ id: 'subject', label: 'Message', cell: (m) => <span class="clip cell" title={m.text}>{m.subject || m.text.slice(0, 80)}</span> },
	{ id: 'rule', label: 'Rule', cell: (m) => nameOf('rules', m.rule) },
	{ id: 'channel', label: 'Channel', cell: (m) => nameOf('channels', m.channel) },
	{ id: 'attempts', label: 'Tries', right: true, cell: (m) => String(m.attempts) },
	{ id: 'error', label: 'Trouble', cell: (m) => <span class="clip cell sev-critical" title={m.last_error ?? ''}>{m.last_error}</span>, empty: (m) => !m.last_error },
];
type Names = (of: 'rules' | 'channels', id: number | null) => string;

/** Names of rules and channels, which messages know by number. */
function useNames(): Names {
	const rules = useGet<{ rows: Rule[] }>(url('rules')).data?.rows ?? [];
	const channels = useGet<{ rows: Channel[] }>(useMay('operator') ? url('channels') : null).data?.rows ?? [];
	return (of, id) => (id === null ? '' : ((of === 'rules' ? rules : channels).find((x) => x.id === id)?.name ?? String(id)));
}

const MESSAGE_STATES = ['', 'queued', 'sent', 'failed', 'dead'];

function Messages({ state }: { state: string }) {
	const pages = usePages<Message>(url('messages', { state, limit: 50 }));
	const columns = messageColumns(useNames());
	useMessages(useCallback(() => pages.reload(), [pages.reload]));
	return (
		<Panel flush label="Messages">
			<div class="toolbar">
				<div class="segments" role="group" aria-label="State">{MESSAGE_STATES.map((s) => (
					<a key={s} class="segment" aria-current={s === state ? 'true' : undefined} href={href(['alerts', 'messages'], { state: s })}>{s === '' ? 'All' : capital(s)}</a>
				))}</div>
			</div>
			{pages.error && !pages.data && <Failed error={pages.error} again={pages.reload} />}
			{pages.loading && <Skeleton />}
			{pages.data?.length === 0 && <Empty title={state ? `No message is ${state}` : 'No message yet'}>A dry run of a rule shows what it would send now.</Empty>}
			{pages.data && pages.data.length > 0 && <Table label="Messages" columns={columns} rows={pages.data} keyOf={(m) => String(m.id)} />}
			{pages.more && <div class="table-foot"><span class="grow" /><button class="button tiny" onClick={pages.more}>More</button></div>}
		</Panel>
	);
}

function Silences() {
	const silences = useGet<{ rows: Silence[] }>(url('silences'));
	const mutes = useGet<{ rows: Mute[] }>(url('mutes'));
	const nameOf = useNames();
	const may = useMay('operator');
	const end = (s: Silence) => attempt(async () => {
		await api.remove(`${path('silences', s.key)}?rule=${s.rule}`);
		refresh();
	}, 'It may alert again');
	return (
		<div class="stack">
			<Panel title="Acknowledged and muted" flush>
				{mutes.data?.rows.length === 0 && <Empty title="Nothing is silenced">Acknowledge or mute a finding on its certificate's page or under Findings.</Empty>}
				{mutes.data && <MuteList mutes={mutes.data.rows} everywhere />}
			</Panel>
			<Panel title="Rules that wait before they tell again" flush>
				{silences.data?.rows.length === 0 && <Empty title="No rule waits" />}
				<ul class="things">{silences.data?.rows.map((s) => (
					<li key={`${s.rule} ${s.key}`}>
						<div class="grow"><h2>{nameOf('rules', s.rule)}</h2><div class="muted small"><span class="mono">{s.key}</span>, until <When at={s.until} empty="it is ended" />{s.by && `, by ${s.by}`}</div></div>
						{may && <button class="button plain tiny" onClick={() => end(s)}>End</button>}
					</li>
				))}</ul>
			</Panel>
		</div>
	);
}
