import { readFileSync, existsSync } from 'node:fs';
import { NOW, KINDS, bySha, certificates, changes, endpointId, fields, iso, rank, rows, rowsOf, sha, summary, titleOf } from './data.mjs';
import { parse } from './query.mjs';

const DAY = 86400_000;
export const state = { user: process.env.MOCK_ROLE ? { name: 'ada', role: process.env.MOCK_ROLE } : null };
export const routes = [];
const on = (line, fn) => {
	const [method, path] = line.split(' ');
	routes.push({ method, path: path.split('/'), fn });
};
const fail = (status, code, message) => {
	throw Object.assign(new Error(message), { status, code });
};

const session = () => ({ user: state.user, csrf: 'mock', setup: process.env.MOCK_SETUP === '1' && !state.user, version: '0.1.0', store: 'certscape.db', now: iso(Date.now()) });
on('GET session', session);
on('POST login', ({ body }) => {
	if (!['viewer', 'operator', 'admin'].includes(body.password)) fail(401, 'unauthenticated', 'The name or the password is wrong.');
	state.user = { name: body.name, role: body.password };
	return session();
});
on('POST setup', ({ body }) => {
	state.user = { name: body.name, role: 'admin' };
	return session();
});
on('POST logout', () => ((state.user = null), null));
on('PUT account/password', () => null);
on('GET fields', () => ({ rows: fields }));
on('GET findings/kinds', () => ({ rows: KINDS }));

const found = (query) => rows.filter(parse(query.get('q') ?? ''));
function page(list, query) {
	const at = Number(query.get('cursor') ?? 0), n = Number(query.get('limit') ?? 50);
	return { rows: list.slice(at, at + n), next: at + n < list.length ? String(at + n) : null };
}
function sorted(list, sort) {
	if (!sort) return list;
	const down = sort.startsWith('-') ? -1 : 1, name = sort.replace(/^-/, '');
	const key = (r) => (name === 'severity' ? rank(r.severity) : r[name] ?? '');
	return [...list].sort((a, b) => (key(a) < key(b) ? -down : key(a) > key(b) ? down : 0));
}
const clean = (r) => Object.fromEntries(Object.entries(r).filter(([k]) => !k.startsWith('_')));
on('GET query', ({ query }) => (parse(query.get('q') ?? ''), { ok: true, canonical: query.get('q') }));
on('GET rows', ({ query }) => {
	const p = page(sorted(found(query), query.get('sort')), query);
	const want = query.get('fields')?.split(',');
	const keep = new Set(['ip', 'port', 'sni', 'transport', 'sha256', ...(want ?? [])]);
	return { rows: p.rows.map((r) => Object.fromEntries(Object.entries(clean(r)).filter(([k]) => !want || keep.has(k)))), next: p.next };
});
const fates = (shas) => {
	const left = shas.map((s) => Date.parse(bySha.get(s).not_after) - NOW);
	return { expired: left.filter((ms) => ms < 0).length, soon: left.filter((ms) => ms >= 0 && ms < 30 * 86400_000).length };
};
const counts = (list) => ({ endpoints: list.length, certificates: new Set(list.map((r) => r.sha256)).size });
on('GET count', ({ query }) => ({ ...counts(found(query)), exact: true }));
function facet(list, field, top) {
	const tally = new Map();
	let missing = 0;
	for (const r of list) {
		const values = Array.isArray(r[field]) ? r[field] : r[field] === null || r[field] === undefined ? [] : [r[field]];
		if (!values.length) missing++;
		values.forEach((v) => tally.set(v, (tally.get(v) ?? 0) + 1));
	}
	const all = [...tally].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
	return { field, values: all.slice(0, top), other: all.slice(top).reduce((s, v) => s + v.count, 0), missing };
}
on('GET facets', ({ query }) => {
	const list = found(query);
	return { total: list.length, facets: query.get('fields').split(',').map((f) => facet(list, f, Number(query.get('top') ?? 10))) };
});
function timeline(list, query) {
	const ends = list.map((r) => Date.parse(r.not_after)).sort((a, b) => a - b);
	const from = Date.parse(query?.get('from') ?? '') || Math.min(ends[Math.floor(ends.length * 0.01)] ?? NOW, NOW - 30 * DAY);
	const to = Date.parse(query?.get('to') ?? '') || (ends[Math.floor(ends.length * 0.95)] ?? NOW + 365 * DAY);
	const n = Number(query?.get('buckets') ?? 60), size = Math.max(DAY, Math.ceil((to - from) / n / DAY) * DAY), start = Math.floor(from / DAY) * DAY;
	const buckets = Array.from({ length: Math.ceil((to - start) / size) }, (_, i) => ({ start: iso(start + i * size), endpoints: 0, seen: new Set() }));
	const out = { before: [], after: [] };
	for (const r of list) {
		const i = Math.floor((Date.parse(r.not_after) - start) / size);
		if (i < 0) out.before.push(r);
		else if (i >= buckets.length) out.after.push(r);
		else buckets[i].endpoints++, buckets[i].seen.add(r.sha256);
	}
	return { from: iso(start), to: iso(start + buckets.length * size), bucket_s: size / 1000, buckets: buckets.map(({ start, endpoints, seen }) => ({ start, endpoints, certificates: seen.size, ...fates([...seen]) })), before: counts(out.before), after: counts(out.after) };
}
on('GET timeline', ({ query }) => timeline(found(query), query));
on('GET export', ({ query, response }) => {
	const list = sorted(found(query), query.get('sort')), csv = query.get('format') === 'csv';
	response.writeHead(200, { 'Content-Type': csv ? 'text/csv' : 'application/x-ndjson', 'Content-Disposition': `attachment; filename="certscape.${csv ? 'csv' : 'ndjson'}"` });
	const names = query.get('fields')?.split(',') ?? ['ip', 'port'];
	response.end(csv ? [names.join(), ...list.map((r) => names.map((n) => JSON.stringify(r[n] ?? '')).join())].join('\n') : list.map((r) => JSON.stringify(clean(r))).join('\n'));
});

on('GET overview', () => {
	const worst = (s) => counts(rows.filter((r) => r.severity === s));
	const issuers = facet(rows, 'issuer', 7), ports = facet(rows, 'port', 10);
	const live = certificates.filter((c) => Date.parse(c.not_after) > NOW).sort((a, b) => (a.not_after < b.not_after ? -1 : 1));
	return {
		...counts(rows), expired: counts(rows.filter((r) => Date.parse(r.not_after) < NOW)),
		expiring: [7, 14, 30, 60, 90].map((days) => ({ days, ...counts(rows.filter((r) => Date.parse(r.not_after) > NOW && Date.parse(r.not_after) < NOW + days * DAY)) })),
		issuers: { values: issuers.values, other: issuers.other }, ports: { values: ports.values, other: ports.other },
		severities: ['critical', 'high', 'medium', 'low', 'info'].map((severity) => ({ severity, ...worst(severity) })),
		findings: KINDS.map((k) => ({ finding: k.id, severity: k.severity, ...counts(rows.filter((r) => r.findings.includes(k.id))) })).filter((f) => f.certificates),
		next: live.slice(0, 8).map((c) => ({ ...summary(c), days_left: Math.floor((Date.parse(c.not_after) - NOW) / DAY) })),
		changes: changes.slice(0, 8), last_run: runs.find((r) => r.state === 'completed'), timeline: timeline(rows),
	};
});
on('GET certificates', ({ query }) => {
	const shas = [...new Set(found(query).map((r) => r.sha256))];
	return page(sorted(shas.map((s) => summary(bySha.get(s))), query.get('sort')), query);
});
const PEM = (c) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(c.sha256.repeat(12)).toString('base64').match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
const mutes = [];
on('GET certificates/:sha', ({ names }) => {
	const c = bySha.get(names.sha) ?? fail(404, 'not-found', 'No certificate of this SHA-256 is in the store.');
	const own = rowsOf(c.sha256), first = own[0];
	const { _issuer, _wild, _cut, ...facts } = c;
	const all = new Map(own.flatMap((r) => r._findings).map((f) => [f.finding, f]));
	const chain = first._chain.map(({ _issuer: a, _wild: b, _cut: d, ...f }, i, list) => f);
	const link = (x) => ({ sha256: x.sha256, subject_cn: x.subject, issuer_cn: x.issuer, not_after: x.not_after, is_ca: !!x.is_ca, self_signed: !!x.self_signed });
	const root = { sha256: sha('root' + _issuer.root), subject: _issuer.root, issuer: _issuer.root, not_after: iso(NOW + 4000 * DAY), is_ca: true, self_signed: true };
	const age = Date.parse(c.not_before);
	return {
		...facts, version: 3, names: c.SANs, chain, issuer_known: !_issuer.unknown && !_cut, chains: [{ chain_id: first.chain_id, certificates: [...first._chain.map(link), ...(c.self_signed || _issuer.unknown || _cut ? [] : [link(root)])] }],
		findings: [...all.values()].map((f) => ({ ...f, ...titleOf(f.finding), id: undefined, severity: f.severity })), severity: first.severity, endpoints_count: own.length,
		same_key: certificates.filter((x) => x !== c && x.spki_sha256 === c.spki_sha256).map(summary),
		renewals: { before: c.self_signed ? [] : [1, 2].map((n) => ({ ...summary(c), sha256: sha(c.sha256 + n), not_before: iso(age - n * 60 * DAY), not_after: iso(Date.parse(c.not_after) - n * 60 * DAY) })), after: [] },
		extensions: [['2.5.29.15', 'Key usage', true, ['digital signature', 'key encipherment']], ['2.5.29.37', 'Extended key usage', false, ['server authentication']], ['1.3.6.1.5.5.7.1.1', 'Addresses of the issuer', false, ['OCSP: http://ocsp.example/']], ['1.3.6.1.4.1.99999.1', null, false, ['0500']]].map(([oid, name, critical, values]) => ({ oid, name, critical, partial: false, values })),
		mutes: mutes.filter((m) => m.key === c.sha256), first_seen: first.first_seen, last_seen: first.last_seen, pem: PEM(c),
	};
});
on('GET certificates/:sha/rows', ({ names, query }) => page(rowsOf(names.sha).map(clean), query));
on('GET certificates/:sha/pem', ({ names, response }) => void response.writeHead(200, { 'Content-Type': 'application/x-pem-file' }).end(PEM(bySha.get(names.sha))));
on('GET endpoints/:id', ({ names }) => {
	const own = rows.filter((r) => endpointId(r) === names.id);
	if (!own.length) fail(404, 'not-found', 'No endpoint of this address is in the store.');
	const chain = (r, n) => {
		const life = Date.parse(r.not_after) - Date.parse(r.not_before), end = Date.parse(r.not_after) - n * life * 0.66;
		const from = Math.max(end - life, NOW - 420 * DAY);
		return { chain_id: sha(r.chain_id + n), sha256: n ? sha(r.sha256 + n) : r.sha256, subject: r.subject, issuer: r.issuer, not_before: iso(end - life), not_after: iso(end), first_seen: iso(from), last_seen: n ? iso(Math.min(end - life * 0.33, NOW)) : r.last_seen, current: n === 0, key: r.key, count: 12, findings: n ? [] : r._findings };
	};
	const r = own[0];
	return {
		ip: r.ip, port: r.port, transport: 'tcp', hostname: r.hostname, service: r.service, first_seen: r.first_seen, last_seen: r.last_seen, state: 'active', owner: null, tags: [], note: null, mutes: [],
		names: own.map((x) => ({ sni: x.sni, outcome: 'certificate', version: x.version, cipher: x.cipher, group: x.group, alpn: x.alpn, chains: x.self_signed ? [chain(x, 0)] : [0, 1, 2, 3].map((n) => chain(x, n)).filter((c) => c.first_seen < c.last_seen) })),
		changes: changes.filter((c) => c.ip === r.ip && c.port === r.port),
	};
});
on('GET findings', ({ query }) => {
	const list = found(query).filter((r) => r.findings.length && (!query.get('severity') || r.severity === query.get('severity')));
	const shas = [...new Set(list.map((r) => r.sha256))];
	const groups = shas.map((s) => ({ ...summary(bySha.get(s)), muted: mutes.some((m) => m.key === s), findings: [...new Map(rowsOf(s).flatMap((r) => r._findings).map((f) => [f.finding, { ...f, title: titleOf(f.finding).title, muted: mutes.some((m) => m.key === s) }])).values()] }));
	return page(groups.sort((a, b) => rank(b.severity) - rank(a.severity)), query);
});
on('PUT notes/certificate/:sha', ({ names, body }) => {
	const c = bySha.get(names.sha);
	for (const r of [c, ...rowsOf(c.sha256)]) Object.assign(r, body);
	return { owner: c.owner, tags: c.tags, note: c.note };
});
on('PUT notes/endpoint/:id', ({ body }) => ({ owner: null, tags: [], note: null, ...body }));
on('GET owners', () => ({ rows: facet(rows, 'owner', 50).values }));
on('GET tags', () => ({ rows: facet(rows, 'tags', 50).values }));
on('GET changes', ({ query }) => page(changes, query));

const crud = (name, list, make = (b) => b) => {
	on(`GET ${name}`, () => ({ rows: list, next: null }));
	on(`POST ${name}`, ({ body }) => {
		const one = { id: list.reduce((m, x) => Math.max(m, Number(x.id) || 0), 0) + 1, by: state.user.name, at: iso(Date.now()), ...make(body) };
		list.unshift(one);
		return one;
	});
	on(`PUT ${name}/:id`, ({ names, body }) => Object.assign(list.find((x) => String(x.id ?? x.name) === names.id) ?? fail(404, 'not-found', 'gone'), body));
	on(`DELETE ${name}/:id`, ({ names }) => {
		const i = list.findIndex((x) => String(x.id ?? x.key ?? x.sha256 ?? x.name) === names.id || x.name === names.id);
		if (i >= 0) list.splice(i, 1);
		return null;
	});
};
crud('mutes', mutes);
crud('views', [{ id: 1, name: 'Expiring, nobody owns it', state: 'q=not_after%20%3C%20now%2B60d%20and%20owner%3Anone&sort=not_after', shared: true, by: 'ada' }, { id: 2, name: 'RDP, self-signed', state: 'f=port%3A3389&f=findings%3Aself-signed', shared: false, by: 'ada' }]);

const progress = (tried) => ({ total: 65280, tried, open: 911, refused: 40211, timeout: Math.max(0, tried - 41122 - 300), unreachable: 300, pending: 120, rate: 2000, eta_s: Math.round((65280 - tried) / 2000) });
const runs = [
	...[0, 1, 2, 3, 4, 5].map((n) => ({ id: 40 - n, source: n === 3 ? 'command line' : 'schedule', state: n === 4 ? 'stopped' : 'completed', started: iso(NOW - (n * 24 + 5) * 3600_000), ended: iso(NOW - (n * 24 + 5) * 3600_000 + 412_000), schedule: n === 3 ? null : 1, spec: '10.20.0.0/16 port 443, 8443, 636', progress: progress(n === 4 ? 30000 : 65280), result: { endpoints: 911 - n, certificates: 500 - n, new: n, changes: 2 * n, findings: [{ finding: 'expired', severity: 'critical', endpoints: 31 }, { finding: 'unknown-issuer', severity: 'high', endpoints: 94 }] } })),
];
const schedules = [
	{ id: 1, name: 'Data centre, every night', enabled: true, targets: '10.20.0.0/16 10.21.0.0/16', known: false, ports: 'top:1000', exclude: '10.20.9.0/24', rate: 2000, when: { cron: '0 3 * * *' }, window: { from: '22:00', to: '06:00' }, timezone: 'Europe/Berlin', next: iso(NOW + 9 * 3600_000), state: 'done', message: '', last: runs[0] },
	{ id: 2, name: 'What is known, every six hours', enabled: true, targets: '', known: true, ports: '', exclude: '', rate: 500, when: { every_s: 21600 }, window: null, timezone: 'UTC', next: iso(NOW + 2 * 3600_000), state: 'done', message: '', last: runs[1] },
	{ id: 3, name: 'Branch offices', enabled: false, targets: '10.24.0.0/16', known: false, ports: '443,3389,8443', exclude: '', rate: 300, when: { manual: true }, window: null, timezone: 'UTC', next: null, state: 'none', message: '', last: null },
];
crud('schedules', schedules, (b) => ({ next: iso(NOW + 3600_000), state: 'none', message: '', last: null, ...b }));
const listeners = new Set();
const tell = (event, data) => listeners.forEach((r) => r.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
function start(spec, schedule) {
	const run = { id: runs.reduce((m, r) => Math.max(m, r.id), 0) + 1, source: schedule ? 'schedule' : 'page', state: 'running', started: iso(Date.now()), ended: null, schedule, spec, progress: progress(0), result: null };
	runs.unshift(run);
	let tried = 0;
	const timer = setInterval(() => {
		tried = Math.min(65280, tried + 6200);
		run.progress = progress(tried);
		if (run.state === 'running' && tried === 65280) Object.assign(run, { state: 'completed', result: runs[1].result });
		if (run.state !== 'running') clearInterval(timer), (run.ended = iso(Date.now()));
		tell('run', run);
	}, 700);
	tell('run', run);
	return run;
}
on('POST schedules/:id/run', ({ names }) => start(schedules.find((s) => String(s.id) === names.id).targets, Number(names.id)));
on('POST scan', ({ body }) => start(body.targets, null));
on('POST runs/:id/stop', ({ names }) => ((runs.find((r) => String(r.id) === names.id).state = 'stopped'), null));
on('GET runs', ({ query }) => page(runs, query));
on('GET runs/:id', ({ names }) => runs.find((r) => String(r.id) === names.id) ?? fail(404, 'not-found', 'No such run.'));
on('GET events', ({ response, request }) => {
	response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
	response.write('event: hello\ndata: {}\n\n');
	listeners.add(response);
	request.on('close', () => listeners.delete(response));
	if (process.env.MOCK_RUN === '1' && !runs.some((r) => r.state === 'running')) start('10.20.0.0/16 port 443, 8443, 636', 1);
});

const seed = new URL('../../../shared/data/seed/certexpire.yaml', import.meta.url);
const yaml = existsSync(seed) ? readFileSync(seed, 'utf8') : 'name: "Certificate expiry check"\ntype: any\nindex: certscape\nfilter:\n- range:\n    notvalidafter:\n      from: now\n      to: now+60d\nalert:\n  - "email"\nemail:\n  - "test@example.com"\n';
const own = (id, name, type, help, settings = {}) => ({ id, name, kind: 'own', type, enabled: true, help, settings, channels: [1], last_run: { at: iso(NOW - 180_000), matches: id % 4, messages: id % 2 }, warnings: [] });
crud('rules', [
	own(1, 'Expiry', 'expiry', 'one message per certificate, in time for its lifetime', { notice_share: 0.33, urgent_share: 0.1 }), own(2, 'Issuer changed', 'issuer-changed', 'an endpoint has a certificate of another authority'),
	own(3, 'New self-signed certificate', 'self-signed', 'on an endpoint that had none'), own(4, 'Clients refuse it', 'client-rejected', 'the sensor saw alerts of clients'),
	{ id: 5, name: 'Certificate expiry check', kind: 'elastalert', type: 'any', enabled: true, yaml, channels: [], last_run: { at: iso(NOW - 60_000), matches: 12, messages: 0 }, warnings: [{ line: 25, message: "'allow_future_timeranges' does nothing in ElastAlert2 either" }] },
]);
on('GET rules/:id', ({ names }) => routes.find((r) => r.path[0] === 'rules' && r.path.length === 1 && r.method === 'GET').fn({}).rows.find((x) => String(x.id) === names.id));
on('POST rules/check', ({ body }) => {
	const errors = [];
	body.yaml.split('\n').forEach((line, i) => {
		if (line.includes('\t')) errors.push({ line: i + 1, column: line.indexOf('\t') + 1, message: 'a tab cannot indent YAML' });
		const m = /^type:\s*(\S+)/.exec(line);
		if (m && !['any', 'blacklist', 'whitelist', 'change', 'frequency', 'flatline'].includes(m[1])) errors.push({ line: i + 1, column: 7, message: `there is no rule type '${m[1]}': any, blacklist, whitelist, change, frequency or flatline` });
	});
	return { ok: !errors.length, errors, warnings: [{ line: 25, column: 1, message: "'allow_future_timeranges' does nothing in ElastAlert2 either" }] };
});
on('POST rules/:id/dry-run', () => {
	const c = certificates.find((x) => Date.parse(x.not_after) > NOW && Date.parse(x.not_after) < NOW + 20 * DAY);
	const list = rowsOf(c.sha256).map((r) => `  ${endpointId(r)}  ${r.sni ?? ''}`).join('\n');
	return { matches: 3, messages: [{ channel: 'Operations mail', to: ['ops@meridian.example'], subject: `${c.subject} expires in 12 days`, body: `The certificate ${c.subject}, issued by ${c.issuer},\nexpires on ${c.not_after} (in 12 days of 90).\n\nIt is served by\n${list}\n\nNobody owns it.\n`, headers: {} }], suppressed: [{ why: 'acknowledged by ada', what: 'www.freight.example' }, { why: 'told 6 h ago, next after 1 day', what: '*.meridian.example' }] };
});
crud('channels', [{ id: 1, name: 'Operations mail', type: 'email', config: { to: ['ops@meridian.example'], from: 'certscape@meridian.example', host: 'mail.meridian.example', port: 587, tls: 'required', user: 'certscape', password: '***' } }, { id: 2, name: '#certificates', type: 'slack', config: { url: '***' } }]);
const option = (key, kind, help, more = {}) => ({ key, kind, needed: false, secret: false, help, words: [], ...more });
on('GET channels/types', () => ({ rows: [
	{ type: 'email', title: 'Mail', help: 'a mail by SMTP, as plain text and HTML', options: [
		option('to', 'texts', 'who gets it', { needed: true }), option('from', 'text', 'the sender'), option('host', 'text', 'the mail server'), option('port', 'number', '25, or 465 with tls implicit'),
		option('tls', 'word', 'STARTTLS if it is offered', { words: ['offered', 'required', 'implicit', 'never'] }), option('verify', 'bool', "whether the server's certificate must be good"), option('user', 'text', 'to log in with'), option('password', 'text', 'to log in with', { secret: true }),
	] },
	{ type: 'slack', title: 'Slack', help: 'an incoming webhook of Slack', options: [option('url', 'urls', 'the webhook', { needed: true, secret: true }), option('channel', 'text', "another channel than the webhook's own")] },
] }));
on('POST channels/:id/test', ({ names }) => (names.id === '1' ? { ok: true, detail: '250 2.0.0 Ok: queued as 4F2A1' } : { ok: false, detail: 'connect to 127.0.0.1: loopback addresses are not allowed; Settings can allow them' }));
on('GET messages', ({ query }) => page(Array.from({ length: 14 }, (_, i) => ({ id: 80 - i, rule: i % 3 ? 1 : 2, channel: i % 2 ? 1 : 2, severity: i % 3 ? 'medium' : 'low', sent: null, next_try: null, subject: `${certificates[i * 3].subject} ${i % 3 ? 'expires in ' + (i + 3) + ' days' : 'has another issuer'}`, text: 'The certificate …', state: i === 1 ? 'queued' : i === 4 ? 'failed' : 'sent', attempts: i === 4 ? 3 : 1, created: iso(NOW - i * 5 * 3600_000), last_error: i === 4 ? 'connection refused by 10.20.1.9:25' : null })).filter((m) => !query.get('state') || m.state === query.get('state')), query));
crud('silences', [{ key: 'Certificate expiry check.10.20.3.77, 443', rule: 5, until: iso(NOW + 7 * 3600_000), by: 'realert' }]);
crud('users', [{ name: 'ada', role: 'admin', disabled: false, created: iso(NOW - 300 * DAY), last_login: iso(NOW - 600_000) }, { name: 'grace', role: 'operator', disabled: false, created: iso(NOW - 120 * DAY), last_login: iso(NOW - 3 * DAY) }, { name: 'audit', role: 'viewer', disabled: true, created: iso(NOW - 90 * DAY), last_login: null }], (b) => ({ disabled: false, created: iso(NOW), last_login: null, ...b, password: undefined }));
crud('tokens', [{ id: 1, name: 'prometheus', role: 'viewer', expires: iso(NOW + 200 * DAY), created: iso(NOW - 40 * DAY), last_used: iso(NOW - 15_000) }], (b) => ({ ...b, created: iso(NOW), last_used: null, token: 'cst_' + sha('token').slice(0, 40) }));
const settings = { internal_networks: ['10.0.0.0/8', '2001:db8::/32'], retention: { gone_days: 90, history_days: 730, messages_days: 180 }, public_url: 'https://certs.meridian.example', allow_webhooks_to: [] };
on('GET settings', () => settings);
on('PUT settings', ({ body }) => Object.assign(settings, body));
crud('trust', [{ sha256: sha('meridian root'), subject: 'Meridian Root CA', not_after: iso(NOW + 3000 * DAY), at: iso(NOW - 100 * DAY), by: 'ada' }]);
on('GET audit', ({ query }) => page(Array.from({ length: 12 }, (_, i) => ({ id: 90 - i, at: iso(NOW - i * 7000_000), who: i % 3 ? 'ada' : 'grace', action: ['login', 'mute', 'schedule', 'token'][i % 4], what: ['', 'www.freight.example', 'Data centre', 'prometheus'][i % 4], detail: '', from: '10.20.0.5' })), query));
