// How each field of a row is shown in a table. What is not named here is shown as text.
import type { ComponentChildren } from 'preact';
import type { FieldInfo, Row, Summary } from '../api/types.ts';
import { capital, count, hostPort, shortHash } from '../base/text.ts';
import { Icon } from './icon.tsx';
import type { Column } from './table.tsx';
import { CertLink, endpointHref, Expiry, SeverityWord, Shape, Tags, When } from './words.tsx';

type Pick = (field: string, value: string, not: boolean) => void;

/** How people call a field; the search knows it by its name. */
const LABELS: Record<string, string> = {
	severity: 'Severity', not_after: 'Expires', subject: 'Subject', issuer: 'Issuer', ip: 'Address', port: 'Port', sni: 'Server name',
	owner: 'Owner', tags: 'Tags', findings: 'Findings', version: 'Version', service: 'Service', hostname: 'Host', key: 'Key', SANs: 'Names',
	last_seen: 'Last seen', first_seen: 'First seen', not_before: 'Valid from', sha256: 'SHA-256', sig_alg: 'Signature', alpn: 'ALPN', spki_sha256: 'Key SHA-256',
};

export const labelOf = (field: string): string => LABELS[field] ?? capital(field.replace(/_/g, ' '));

/** Percent of the table for texts that may be long. */
const SHARES: Record<string, number> = { subject: 26, issuer: 17, sni: 17, hostname: 17, owner: 11, findings: 20, SANs: 22, names: 22, tags: 14, note: 20, subject_dn: 22, issuer_dn: 22, cipher: 20 };

const text = (value: unknown): string =>
	value === null || value === undefined ? '' : Array.isArray(value) ? value.map(nameOf).join(', ') : typeof value === 'object' ? nameOf(value) : String(value);

function nameOf(value: unknown): string {
	if (typeof value !== 'object' || value === null) return String(value);
	const o = value as Record<string, unknown>;
	return String(o.finding ?? o.id ?? o.name ?? JSON.stringify(value));
}

export const findingNames = (value: unknown): string[] => (Array.isArray(value) ? value.map(nameOf) : []);

export const cellOf = {
	endpoint: (row: Row) => hostPort(row.ip, row.port),
};

const SPECIAL: Record<string, (row: Row) => ComponentChildren> = {
	severity: (r) => <SeverityWord severity={r.severity} />,
	not_after: (r) => <Expiry notAfter={r.not_after as string} notBefore={r.not_before as string | undefined} />,
	notvalidafter: (r) => <Expiry notAfter={r.notvalidafter as string} notBefore={r.not_before as string | undefined} />,
	subject: (r) => r.sha256 ? <CertLink sha256={r.sha256}>{text(r.subject) || 'no name'}</CertLink> : text(r.subject),
	ip: (r) => <a class="mono" href={endpointHref(r.ip, r.port, r.transport)}>{r.ip}</a>,
	tags: (r) => (r.tags as string[] | null)?.length ? <Tags tags={r.tags as string[]} /> : '',
	sha256: (r) => r.sha256 ? <CertLink sha256={r.sha256} /> : '',
};
const HASHES = new Set(['spki_sha256', 'chain_id', 'serial', 'inferred']);
const PICKED = new Set(['subject', 'issuer', 'ip', 'port', 'sni', 'owner', 'version', 'service', 'hostname', 'key', 'severity', 'cipher', 'group', 'alpn', 'sig_alg', 'source', 'starttls', 'transport', 'outcome']);

export function rowColumns(names: readonly string[], fields: readonly FieldInfo[], pick: Pick): Column<Row>[] {
	return names.map((name) => {
		const field = fields.find((f) => f.name === name);
		return {
			id: name, label: labelOf(name), sort: field?.sort !== false, right: field?.type === 'number' && name !== 'port',
			...(field ? { title: field.help } : {}), ...(SHARES[name] ? { share: SHARES[name] } : {}),
			empty: (row) => text(row[name]) === '' && name !== 'severity',
			cell: (row) => cell(row, name, field, pick),
		};
	});
}

function cell(row: Row, name: string, field: FieldInfo | undefined, pick: Pick): ComponentChildren {
	const value = text(row[name]);
	const shown = SPECIAL[name]?.(row)
		?? (field?.type === 'time' ? <When at={value} empty="" />
		: field?.type === 'number' && name !== 'port' ? (value && count(Number(value)))
		: HASHES.has(name) ? <span class="mono" title={value}>{shortHash(value)}</span> : value);
	if (!PICKED.has(name) || value === '') return <span class="clip cell" title={value}>{shown}</span>;
	return (
		<span class="cell">
			<span class="clip" title={value}>{shown}</span>
			<span class="cell-tools">
				<button tabIndex={-1} title={`Only ${name} ${value}`} aria-label={`Only ${name} ${value}`} onClick={() => pick(name, value, false)}><Icon name="plus" size={11} /></button>
				<button tabIndex={-1} title={`Not ${name} ${value}`} aria-label={`Not ${name} ${value}`} onClick={() => pick(name, value, true)}><Icon name="minus" size={11} /></button>
			</span>
		</span>
	);
}

/** The worst one's sign and all names: one column for both. */
function FindingsCell({ of }: { of: Summary }) {
	const names = findingNames(of.findings).join(', ') || 'fine';
	return <span class="cell" title={names}><Shape severity={of.severity ?? 'none'} /><span class="clip">{names}</span></span>;
}

export const certificateColumns: Column<Summary>[] = [
	{ id: 'not_after', label: 'Expires', sort: true, cell: (c) => <Expiry notAfter={c.not_after} notBefore={c.not_before} /> },
	{ id: 'subject', label: 'Subject', sort: true, share: 30, cell: (c) => <span class="clip cell"><CertLink sha256={c.sha256}>{c.subject || 'no name'}</CertLink></span> },
	{ id: 'issuer', label: 'Issuer', sort: true, share: 17, cell: (c) => <span class="clip cell" title={c.issuer}>{c.issuer}</span> },
	{ id: 'endpoints', label: 'Endpoints', right: true, cell: (c) => count(c.endpoints ?? 0) },
	{ id: 'severity', label: 'Findings', sort: true, share: 26, cell: (c) => <FindingsCell of={c} /> },
	{ id: 'owner', label: 'Owner', sort: true, share: 11, cell: (c) => <span class="clip cell" title={c.owner ?? ''}>{c.owner}</span>, empty: (c) => !c.owner },
	{ id: 'tags', label: 'Tags', share: 13, cell: (c) => <span class="clip cell" title={c.tags?.join(' ')}>{c.tags?.join(' ')}</span>, empty: (c) => !c.tags?.length },
];
