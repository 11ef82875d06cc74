// Five hundred certificates of an invented company, the same at every start: enough to look at each
// page without a network, a store or a build of the program.
import { createHash } from 'node:crypto';

export const NOW = Date.now();
const DAY = 86400_000;

function random(seed) {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
const rnd = random(4711);
const int = (n) => Math.floor(rnd() * n);
const pick = (list) => list[int(list.length)];
const weighted = (rows) => {
	let at = rnd() * rows.reduce((sum, [w]) => sum + w, 0);
	for (const [w, value] of rows) if ((at -= w) < 0) return value;
	return rows[0][1];
};
export const sha = (text) => createHash('sha256').update(text).digest('hex');
export const iso = (ms) => new Date(ms).toISOString().replace(/\.\d+Z/, 'Z');

export const KINDS = [
	['expired', 'critical', 'The certificate has expired', 'NET::ERR_CERT_DATE_INVALID', 'SEC_ERROR_EXPIRED_CERTIFICATE', '10 certificate has expired'],
	['not-yet-valid', 'high', 'The certificate is not valid yet', 'NET::ERR_CERT_DATE_INVALID', 'MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE', '9 certificate is not yet valid'],
	['expiring', 'medium', 'The certificate expires soon', '', '', ''],
	['self-signed', 'high', 'The certificate is signed with its own key', 'NET::ERR_CERT_AUTHORITY_INVALID', 'MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT', '18 self-signed certificate'],
	['unknown-issuer', 'high', 'The chain leads to no trusted root', 'NET::ERR_CERT_AUTHORITY_INVALID', 'SEC_ERROR_UNKNOWN_ISSUER', '20 unable to get local issuer certificate'],
	['incomplete-chain', 'high', 'The server does not send an intermediate certificate', 'NET::ERR_CERT_AUTHORITY_INVALID', 'SEC_ERROR_UNKNOWN_ISSUER', '21 unable to verify the first certificate'],
	['name-mismatch', 'high', 'The certificate is for other names', 'NET::ERR_CERT_COMMON_NAME_INVALID', 'SSL_ERROR_BAD_CERT_DOMAIN', '62 hostname mismatch'],
	['weak-key', 'high', 'The key is too weak', 'NET::ERR_CERT_WEAK_KEY', 'MOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE', '66 EE certificate key too weak'],
	['weak-signature', 'high', "The signature's digest is broken", 'NET::ERR_CERT_WEAK_SIGNATURE_ALGORITHM', 'SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED', '68 CA signature digest algorithm too weak'],
	['old-protocol', 'high', 'A version of the protocol that is not allowed any more', 'ERR_SSL_VERSION_OR_CIPHER_MISMATCH', 'SSL_ERROR_UNSUPPORTED_VERSION', 'unsupported protocol'],
].map(([id, severity, title, chrome, firefox, openssl]) => ({ id, severity, title, chrome, firefox, openssl }));
const kind = (id) => KINDS.find((k) => k.id === id);
const RANK = ['none', 'info', 'low', 'medium', 'high', 'critical'];

const ISSUERS = [
	[40, { cn: 'R11', dn: "CN=R11, O=Let's Encrypt, C=US", root: 'ISRG Root X1', days: 90 }],
	[14, { cn: 'E6', dn: "CN=E6, O=Let's Encrypt, C=US", root: 'ISRG Root X1', days: 90 }],
	[16, { cn: 'DigiCert TLS RSA SHA256 2020 CA1', dn: 'CN=DigiCert TLS RSA SHA256 2020 CA1, O=DigiCert Inc, C=US', root: 'DigiCert Global Root CA', days: 398 }],
	[9, { cn: 'Sectigo RSA Domain Validation Secure Server CA', dn: 'CN=Sectigo RSA Domain Validation Secure Server CA, O=Sectigo Limited, C=GB', root: 'USERTrust RSA Certification Authority', days: 398 }],
	[22, { cn: 'Meridian Issuing CA 2', dn: 'CN=Meridian Issuing CA 2, O=Meridian Freight, C=DE', root: 'Meridian Root CA', days: 730, own: true }],
	[6, { cn: 'WE1', dn: 'CN=WE1, O=Google Trust Services, C=US', root: 'GTS Root R4', days: 90 }],
	[10, { self: true, days: 3650 }],
	[3, { cn: 'MERIDIAN-DC01-CA', dn: 'CN=MERIDIAN-DC01-CA, DC=corp, DC=meridian', root: 'MERIDIAN-DC01-CA', days: 730, unknown: true }],
];
const SERVICES = [
	[52, [443, 'https', null]], [7, [8443, 'https', null]], [6, [25, 'smtp', 'smtp']], [5, [993, 'imaps', null]], [6, [3389, 'rdp', 'rdp']],
	[6, [636, 'ldaps', null]], [3, [389, 'ldap', 'ldap']], [3, [5432, 'postgresql', 'postgres']], [2, [465, 'smtps', null]], [2, [9443, 'https', null]],
	[1, [5671, 'amqps', null]], [1, [6443, 'kubernetes', null]], [1, [853, 'dns-over-tls', null]],
];
const HOSTS = ['www', 'shop', 'api', 'mail', 'vpn', 'git', 'wiki', 'grafana', 'ldap', 'db', 'k8s', 'track', 'portal', 'sso', 'cdn', 'files', 'ci', 'print', 'wms', 'edi', 'crm', 'jira', 'mqtt', 'backup'];
const ZONES = ['meridian.example', 'freight.example', 'corp.meridian.example', 'shop-meridian.example', 'lab.meridian.example'];
const OWNERS = ['platform', 'web team', 'mail', 'datacentre', 'logistics apps', null, null, null];
const TAGS = ['prod', 'prod', 'stage', 'pci', 'legacy', 'dmz', 'k8s'];

function dayOfEnd(issuer) {
	if (issuer.self) return weighted([[3, -400 - int(900)], [2, 900 + int(6000)]]);
	if (rnd() < 0.045) return -1 - int(90);
	if (rnd() < 0.01) return 2 + int(5);
	return 1 + int(issuer.days - (issuer.days > 100 ? 30 : 0));
}

function makeCertificate(i) {
	const issuer = weighted(ISSUERS);
	const zone = pick(ZONES);
	const host = `${pick(HOSTS)}${int(4) ? '' : int(9)}.${zone}`;
	const wild = !issuer.self && rnd() < 0.05;
	const cn = issuer.self ? weighted([[3, `WIN-${sha('w' + i).slice(0, 8).toUpperCase()}`], [2, 'localhost.localdomain'], [2, `idrac-${100 + int(80)}`]]) : wild ? `*.${zone}` : host;
	const notAfter = NOW + dayOfEnd(issuer) * DAY + int(86400) * 1000;
	const key = issuer.self ? weighted([[3, 'RSA 2048'], [1, 'RSA 1024']]) : weighted([[5, 'RSA 2048'], [4, 'P-256'], [2, 'RSA 4096'], [1, 'P-384']]);
	const sigAlg = issuer.self && rnd() < 0.3 ? 'sha1WithRSAEncryption' : issuer.cn === 'E6' || issuer.cn === 'WE1' ? 'ecdsa-with-SHA384' : 'sha256WithRSAEncryption';
	return {
		sha256: sha('cert' + i), serial: sha('serial' + i).slice(0, 36), subject: cn, subject_dn: issuer.self ? `CN=${cn}` : `CN=${cn}`,
		issuer: issuer.self ? cn : issuer.cn, issuer_dn: issuer.self ? `CN=${cn}` : issuer.dn,
		SANs: issuer.self ? [] : wild ? [cn, zone] : rnd() < 0.3 ? [host, `www.${host}`, zone] : [host],
		not_before: iso(notAfter - issuer.days * DAY), not_after: iso(notAfter), key, key_bits: +(/\d{3,}/.exec(key) ?? [256])[0],
		sig_alg: sigAlg, spki_sha256: sha('key' + (rnd() < 0.04 ? i % 7 : i)), is_ca: false, self_signed: !!issuer.self, _issuer: issuer, _wild: wild,
		owner: pick(OWNERS), tags: rnd() < 0.4 ? [...new Set([pick(TAGS), pick(TAGS)])] : [], note: null,
	};
}

function chainOf(c) {
	if (c._issuer.self) return [c];
	const middle = { sha256: sha('ca' + c._issuer.cn), subject: c._issuer.cn, subject_dn: c._issuer.dn, issuer: c._issuer.root, issuer_dn: `CN=${c._issuer.root}`, not_before: iso(NOW - 1500 * DAY), not_after: iso(NOW + 1400 * DAY), key: 'RSA 2048', sig_alg: 'sha256WithRSAEncryption', is_ca: true, self_signed: false };
	if (c._issuer.unknown) return [c];
	return c._cut ? [c] : [c, middle];
}

function judge(c, e) {
	const found = [];
	const end = Date.parse(c.not_after);
	const life = end - Date.parse(c.not_before);
	const notice = Math.min(life / 3, 30 * DAY);
	const add = (id, since, evidence, severity) => found.push({ finding: id, severity: severity ?? kind(id).severity, since: since ? iso(since) : c.not_before, until: null, evidence, holds: true });
	if (end < NOW) add('expired', end, `since ${iso(end)}`);
	else if (end - NOW < notice) add('expiring', end - notice, `${Math.floor((end - NOW) / DAY)} days of ${Math.round(life / DAY)} are left`, end - NOW < Math.min(life / 10, 7 * DAY) ? 'high' : 'medium');
	if (c.self_signed) add('self-signed', 0, 'issuer is the subject');
	if (c._issuer.unknown) add('unknown-issuer', 0, c.issuer);
	if (c._cut) add('incomplete-chain', 0, `${c.issuer} is not sent`);
	if (c.key === 'RSA 1024') add('weak-key', 0, 'RSA 1024');
	if (c.sig_alg.startsWith('sha1')) add('weak-signature', 0, c.sig_alg);
	if (e.version === 'TLS 1.0') add('old-protocol', NOW - 40 * DAY, 'TLS 1.0');
	if (e._stranger) add('name-mismatch', NOW - 12 * DAY, `${e.sni} is none of its ${Math.max(1, c.SANs.length)} names`);
	return found;
}

export const certificates = Array.from({ length: 500 }, (_, i) => makeCertificate(i));
export const rows = [];
for (const [i, c] of certificates.entries()) {
	c._cut = !c._issuer.self && !c._issuer.unknown && rnd() < 0.03;
	const n = c._wild ? 6 + int(30) : rnd() < 0.2 ? 2 + int(3) : 1;
	for (let k = 0; k < n; k++) {
		const [port, service, starttls] = c._issuer.self ? weighted([[5, [3389, 'rdp', 'rdp']], [3, [443, 'https', null]], [1, [8443, 'https', null]]]) : weighted(SERVICES);
		const name = c._wild ? c.subject.replace('*', pick(HOSTS) + k) : c.SANs[0] ?? null;
		const e = {
			ip: rnd() < 0.04 ? `2001:db8:${(i % 9) + 1}::${(k + 16 + i).toString(16)}` : `10.${20 + (i % 5)}.${int(12)}.${10 + int(240)}`, port, transport: 'tcp',
			hostname: name, sni: c._issuer.self ? null : name, service, starttls, source: rnd() < 0.85 ? 'scan' : 'sensor', outcome: 'certificate',
			version: c._issuer.self ? weighted([[3, 'TLS 1.2'], [1, 'TLS 1.0']]) : weighted([[6, 'TLS 1.3'], [3, 'TLS 1.2'], [0.2, 'TLS 1.0']]),
			group: weighted([[5, 'x25519'], [2, 'X25519MLKEM768'], [2, 'secp256r1']]), alpn: service === 'https' ? weighted([[3, 'h2'], [1, 'http/1.1']]) : null,
			first_seen: iso(NOW - (20 + int(400)) * DAY), last_seen: iso(NOW - int(30) * 3600_000), connections: 1 + int(40), clients: int(20),
			_stranger: !c._issuer.self && rnd() < 0.015,
		};
		e.cipher = e.version === 'TLS 1.3' ? 'TLS_AES_256_GCM_SHA384' : 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
		if (e._stranger) e.sni = 'intranet.' + pick(ZONES);
		const findings = judge(c, e);
		const worst = findings.reduce((w, f) => (RANK.indexOf(f.severity) > RANK.indexOf(w) ? f.severity : w), 'none');
		const chain = chainOf(c);
		const { _issuer, _wild, _cut, ...facts } = c;
		const { _stranger, ...seen } = e;
		rows.push({ ...seen, timestamp: e.last_seen, ...facts, notvalidafter: c.not_after, severity: worst, findings: findings.map((f) => f.finding), _findings: findings, chain_id: sha(chain.map((x) => x.sha256).join()), _chain: chain, muted: false });
	}
}
export const bySha = new Map(certificates.map((c) => [c.sha256, c]));
export const rowsOf = (sha256) => rows.filter((r) => r.sha256 === sha256);
export const summary = (c) => {
	const own = rowsOf(c.sha256);
	const first = own[0];
	return { sha256: c.sha256, subject: c.subject, issuer: c.issuer, not_before: c.not_before, not_after: c.not_after, key: c.key, severity: first.severity, findings: first.findings, owner: c.owner, tags: c.tags, endpoints: own.length, first_endpoint: endpointId(first) };
};
export const endpointId = (r) => (r.ip.includes(':') ? `[${r.ip}]:${r.port}` : `${r.ip}:${r.port}`);
export const rank = (s) => RANK.indexOf(s);
export const titleOf = (id) => kind(id);

const CHANGES = ['new', 'renewed-new-key', 'renewed-same-key', 'issuer-changed', 'vanished', 'returned'];
export const changes = Array.from({ length: 60 }, (_, i) => {
	const r = pick(rows), other = pick(certificates), what = weighted([[3, CHANGES[0]], [5, CHANGES[1]], [2, CHANGES[2]], [1, CHANGES[3]], [1, CHANGES[4]], [1, CHANGES[5]]]);
	const side = (c) => ({ sha256: c.sha256, subject: c.subject, issuer: c.issuer, not_after: c.not_after });
	return { sequence: 900 - i, at: iso(NOW - i * 47 * 60_000 - int(1800) * 1000), change: what, ip: r.ip, port: r.port, sni: r.sni, before: what === 'new' ? null : side(what === 'issuer-changed' ? other : { ...other, subject: r.subject, issuer: r.issuer }), after: what === 'vanished' ? null : side(r) };
});

const TYPES = { port: 'number', key_bits: 'number', connections: 'number', clients: 'number', ip: 'address', SANs: 'list', tags: 'list', findings: 'findings', not_after: 'time', not_before: 'time', first_seen: 'time', last_seen: 'time', timestamp: 'time', is_ca: 'bool', self_signed: 'bool' };
const FIELDS = [
	['ip', 'address of the endpoint', ['cidr']], ['port', 'port of the endpoint'], ['hostname', 'what the target was called, or its reverse name'], ['sni', 'server name that was sent'],
	['subject', 'common name of the subject', ['cn']], ['issuer', 'common name of the issuer'], ['SANs', 'subject alternative names', ['names']], ['not_after', 'valid until', ['expires']], ['not_before', 'valid from'],
	['severity', 'of the worst finding that holds now'], ['findings', 'what is wrong', ['finding']], ['owner', 'who looks after it'], ['tags', 'words of your own', ['tag']],
	['service', 'service behind the port: https, smtp'], ['version', 'protocol version: TLS 1.3'], ['cipher', 'cipher suite by its IANA name'], ['group', 'group of the key agreement: x25519'], ['alpn', 'application protocol that was agreed on'],
	['starttls', 'protocol that TLS was begun from'], ['key', 'kind and size of the public key'], ['key_bits', 'size of the public key in bits'], ['sig_alg', 'signature algorithm'], ['source', 'how it is known: scan, sensor, import, check'],
	['transport', 'tcp, udp or quic'], ['sha256', 'SHA-256 of the certificate'], ['serial', 'serial number in hexadecimal'], ['spki_sha256', 'SHA-256 of the public key'], ['subject_dn', 'whole distinguished name of the subject'], ['issuer_dn', 'whole distinguished name of the issuer'],
	['self_signed', 'it is signed with its own key'], ['is_ca', 'it is the certificate of an authority'], ['first_seen', 'this chain at this endpoint, first'], ['last_seen', 'this chain at this endpoint, last'], ['clients', 'clients that the sensor counted'],
];
const DEFAULT = ['severity', 'not_after', 'subject', 'issuer', 'ip', 'port', 'sni', 'version', 'owner'];
const FACETS = ['severity', 'findings', 'issuer', 'port', 'service', 'owner', 'tags', 'version', 'key', 'sig_alg', 'source', 'group'];
export const fields = FIELDS.map(([name, help, aliases = []]) => ({ name, type: TYPES[name] ?? 'text', help, aliases, search: true, facet: FACETS.includes(name), sort: true, default: DEFAULT.includes(name), ...(name === 'findings' ? { values: KINDS.map((k) => k.id) } : name === 'severity' ? { values: RANK.slice(1).reverse() } : {}) }));
