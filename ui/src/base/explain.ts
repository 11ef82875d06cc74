// A certificate's fields in plain words. What is not known here is still shown, by its own name.
import { DAY, words } from './time.ts';

export interface Explained {
	readonly label: string;
	readonly value: string;
	readonly help?: string;
	readonly mono?: boolean;
}

type Facts = Readonly<Record<string, unknown>>;
type Reader = (value: unknown, facts: Facts) => Omit<Explained, 'label'> | null;

const say = (help?: string): Reader => (value) => ({ value: plain(value), ...(help ? { help } : {}) });
const hex = (help?: string): Reader => (value) => ({ value: String(value), mono: true, ...(help ? { help } : {}) });

function plain(value: unknown): string {
	if (Array.isArray(value)) return value.map(plain).join(', ');
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (typeof value === 'object' && value !== null) return JSON.stringify(value);
	return String(value);
}

const KEYS: readonly (readonly [RegExp, string])[] = [
	[/^RSA (\d+)/i, 'RSA'], [/^P-|^EC|secp|prime256/i, 'elliptic curve'], [/^Ed/i, 'Edwards curve'],
];

function key(value: unknown): Omit<Explained, 'label'> {
	const text = String(value);
	const bits = Number(/(\d{3,5})/.exec(text)?.[1] ?? 0);
	const kind = KEYS.find(([pattern]) => pattern.test(text))?.[1];
	if (kind === 'RSA')
		return { value: text, help: bits < 2048 ? 'too short: it can be broken with effort' : bits < 3072 ? 'enough today; 3072 or an elliptic curve is better for new ones' : 'strong' };
	return kind ? { value: text, help: `${kind}, strong and small` } : { value: text };
}

function signature(value: unknown): Omit<Explained, 'label'> {
	const text = String(value);
	if (/md5|md2|sha1/i.test(text) && !/sha1\d|sha-?1\d/i.test(text)) return { value: text, help: 'a broken digest: who wants to can forge it' };
	return { value: text };
}

const FACTS: readonly (readonly [string, string, Reader])[] = [
	['subject_dn', 'Issued to', say('the whole name of its holder')],
	['issuer_dn', 'Issued by', say('the authority that signed it')],
	['serial', 'Serial number', hex('unique within the authority')],
	['key', 'Public key', key],
	['sig_alg', 'Signed with', signature],
	['is_ca', 'May sign others', (value) => ({ value: value ? 'yes, it is an authority' : 'no' })],
	['self_signed', 'Self-signed', (value) => (value ? { value: 'yes', help: 'nobody else vouches for it' } : null)],
	['sha256', 'SHA-256', hex('of the whole certificate')],
	['spki_sha256', 'Key SHA-256', hex('the same for every certificate of this key')],
];

export function explain(facts: Facts): Explained[] {
	const list: Explained[] = [];
	for (const [name, label, reader] of FACTS) {
		const value = facts[name];
		if (value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length)) continue;
		const read = reader(value, facts);
		if (read) list.push({ label, ...read });
	}
	return list;
}

/** 'for 90 days', and what that means in practice. */
export function lifetime(notBefore: number, notAfter: number): string {
	const days = Math.round((notAfter - notBefore) / DAY);
	if (days <= 0) return 'for no time at all';
	return days < 1000 ? `for ${days} day${days === 1 ? '' : 's'}` : `for ${words(notAfter - notBefore)}`;
}
