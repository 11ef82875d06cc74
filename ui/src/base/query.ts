// What the page knows of the search language: enough to write terms, to complete the word under
// the caret and to put a mark below an error. The server alone parses it.

export interface FieldInfo {
	readonly name: string;
	readonly type: string;
	readonly help: string;
	readonly aliases: readonly string[];
	readonly values?: readonly string[];
	readonly search?: boolean;
	readonly facet?: boolean;
	readonly sort?: boolean;
	readonly default?: boolean;
}

/** A facet's value that was chosen (or shut out); value null: rows that have none. */
export interface Pill {
	readonly field: string;
	readonly value: string | null;
	readonly not: boolean;
}

const BARE = /^[A-Za-z0-9_./-]+$/;
const RESERVED = /^(and|or|not|none)$/i;

export function quote(value: string): string {
	if (BARE.test(value) && !RESERVED.test(value) && !value.startsWith('-')) return value;
	return '"' + value.replace(/["\\]/g, '\\$&') + '"';
}

/** Texts are compared whole (=), everything else by its own kind of equality (:). */
export function term(field: string, value: string | null, type = 'text'): string {
	if (value === null) return `${field}:none`;
	const whole = type === 'text' || type.startsWith('list');
	return field + (whole ? '=' : ':') + quote(value);
}

export function pillText(pill: Pill, type?: string): string {
	return (pill.not ? 'not ' : '') + term(pill.field, pill.value, type);
}

/** In the address: 'issuer:R3', '-port:443', 'owner' for "has no owner". */
export function pillToParam(pill: Pill): string {
	return (pill.not ? '-' : '') + pill.field + (pill.value === null ? '' : ':' + pill.value);
}

export function pillFromParam(text: string): Pill {
	const not = text.startsWith('-');
	const bare = not ? text.slice(1) : text;
	const cut = bare.indexOf(':');
	if (cut < 0) return { field: bare, value: null, not };
	return { field: bare.slice(0, cut), value: bare.slice(cut + 1), not };
}

/** Choosing a value twice takes it away; choosing its opposite replaces it. */
export function togglePill(pills: readonly Pill[], pill: Pill): Pill[] {
	const same = (p: Pill) => p.field === pill.field && p.value === pill.value;
	const rest = pills.filter((p) => !same(p));
	const before = pills.find(same);
	return before && before.not === pill.not ? rest : [...rest, pill];
}

export interface Wanted {
	readonly q: string;
	readonly pills: readonly Pill[];
	/** days, '2026-12-01'; expiry in [from, to) */
	readonly from?: string | null;
	readonly to?: string | null;
}

/**
 * One text of everything that is asked for, the typed part first. Chosen values of one field mean
 * "one of them", as people expect of a list with ticks.
 */
export function combine(wanted: Wanted, typeOf: (field: string) => string | undefined): string {
	const parts: string[] = [];
	const typed = wanted.q.trim();
	const fields = new Map<string, string[]>();
	for (const pill of wanted.pills) {
		const text = term(pill.field, pill.value, typeOf(pill.field));
		if (pill.not) parts.push(`not ${text}`);
		else fields.set(pill.field, [...(fields.get(pill.field) ?? []), text]);
	}
	for (const texts of fields.values())
		parts.push(texts.length > 1 ? `(${texts.join(' or ')})` : texts[0]!);
	if (wanted.from) parts.push(`not_after>=${wanted.from}`);
	if (wanted.to) parts.push(`not_after<${wanted.to}`);
	if (typed === '') return parts.join(' and ');
	return parts.length ? [`(${typed})`, ...parts].join(' and ') : typed;
}

export interface Spot {
	readonly kind: 'field' | 'value';
	readonly field: string | null;
	/** what is replaced by a suggestion */
	readonly start: number;
	readonly end: number;
	readonly prefix: string;
}

const WORD = /[A-Za-z0-9_.*?@/+-]/;

/** What stands under the caret: the name of a field, or a value behind 'field:'. */
export function spotAt(text: string, caret: number): Spot | null {
	const open = openQuote(text, caret);
	let start = caret;
	if (open >= 0) start = open;
	else while (start > 0 && WORD.test(text[start - 1]!)) start--;
	const prefix = text.slice(open >= 0 ? start + 1 : start, caret);
	const before = text.slice(0, start);
	const owner = /([A-Za-z_0-9]+)\s*(?::|!=|<=|>=|=|<|>)\s*(?:\((?:[^()]*\bor\s+|\s*))?$/.exec(before);
	if (owner) return { kind: 'value', field: owner[1]!, start, end: caret, prefix };
	if (open >= 0) return null; /* free text in quotes */
	const lead = prefix.startsWith('-') ? 1 : 0;
	return { kind: 'field', field: null, start: start + lead, end: caret, prefix: prefix.slice(lead) };
}

/** Where the quote begins that the caret stands in; -1: in none. */
function openQuote(text: string, caret: number): number {
	let open = -1;
	for (let i = 0; i < caret; i++) {
		if (text[i] === '\\') i++;
		else if (text[i] === '"') open = open < 0 ? i : -1;
	}
	return open;
}

export interface Suggestion {
	readonly text: string;
	readonly label: string;
	readonly help: string;
}

const TIMES = ['now', 'now+7d', 'now+30d', 'now+90d', 'now-1d', 'now-30d'];

export function fieldByName(fields: readonly FieldInfo[], name: string): FieldInfo | undefined {
	const low = name.toLowerCase();
	return fields.find((f) => f.name.toLowerCase() === low || f.aliases.some((a) => a.toLowerCase() === low));
}

export function suggestFields(fields: readonly FieldInfo[], prefix: string): Suggestion[] {
	const low = prefix.toLowerCase();
	const score = (f: FieldInfo) =>
		f.name.toLowerCase().startsWith(low) ? 0
		: f.aliases.some((a) => a.toLowerCase().startsWith(low)) ? 1
		: low.length > 1 && f.name.toLowerCase().includes(low) ? 2 : 9;
	return fields
		.filter((f) => f.search !== false && score(f) < 9)
		.sort((a, b) => score(a) - score(b))
		.slice(0, 12)
		.map((f) => ({ text: f.name + (f.type === 'time' ? ' < ' : ':'), label: f.name, help: f.help }));
}

export function suggestValues(
	field: FieldInfo,
	found: readonly { value: string; count: number }[],
	prefix: string,
): Suggestion[] {
	const low = prefix.toLowerCase();
	const fits = (value: string) => value.toLowerCase().includes(low);
	const known: Suggestion[] =
		field.type === 'time' ? TIMES.map((t) => ({ text: t, label: t, help: '' }))
		: (field.values ?? []).map((v) => ({ text: v, label: v, help: '' }));
	const counted = found.map((f) => ({
		text: quote(f.value), label: f.value, help: f.count.toLocaleString('en-US'),
	}));
	const seen = new Set(counted.map((c) => c.label));
	return [...counted, ...known.filter((k) => !seen.has(k.label))].filter((s) => fits(s.label)).slice(0, 12);
}

/** The text with the suggestion in place of what was begun, and where the caret goes. */
export function accept(text: string, spot: Spot, chosen: Suggestion): { text: string; caret: number } {
	const gap = spot.kind === 'value' ? ' ' : '';
	const head = text.slice(0, spot.start) + chosen.text + gap;
	return { text: head + text.slice(spot.end).replace(/^[ "]/, ''), caret: head.length };
}
