// Enough of the search language for the mock: and, or, not, ( ), field:value, comparisons, lists.
import { fields, NOW, rank } from './data.mjs';

const FREE = ['subject', 'SANs', 'issuer', 'hostname', 'sni', 'ip', 'owner', 'tags'];
const UNIT = { d: 86400e3, h: 3600e3, m: 60e3 };
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(\(|\))|(!=|<=|>=|[:=<>])|([^\s()":=<>!]+))/y;

function fail(at, n, message) {
	throw Object.assign(new Error(message), { at, n });
}

function tokens(text) {
	const list = [];
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < text.length) {
		if (/^\s*$/.test(text.slice(TOKEN.lastIndex))) break;
		const from = TOKEN.lastIndex;
		const m = TOKEN.exec(text);
		if (!m) fail(from, 1, text[from] === '"' ? 'this quote is not closed' : `'${text[from]}' was not expected here`);
		const value = m[1] ? m[1].slice(1, -1).replace(/\\(.)/g, '$1') : m[2] ?? m[3] ?? m[4];
		list.push({ kind: m[1] ? 'quoted' : m[2] ? m[2] : m[3] ? 'op' : 'word', value, at: TOKEN.lastIndex - m[0].trimStart().length, n: m[0].trimStart().length });
	}
	return list;
}

export function parse(text) {
	const list = tokens(text);
	let i = 0;
	const peek = () => list[i];
	const isWord = (w) => peek()?.kind === 'word' && peek().value.toLowerCase() === w;
	const end = () => ({ at: text.length, n: 1 });

	function or() {
		const parts = [and()];
		while (isWord('or')) i++, parts.push(and());
		return (r) => parts.some((p) => p(r));
	}
	function and() {
		const parts = [not()];
		while (peek() && peek().kind !== ')' && !isWord('or')) {
			if (isWord('and')) i++;
			parts.push(not());
		}
		return (r) => parts.every((p) => p(r));
	}
	function not() {
		if (isWord('not')) {
			i++;
			const inner = not();
			return (r) => !inner(r);
		}
		if (peek()?.kind === 'word' && peek().value.startsWith('-') && peek().value.length > 1) {
			peek().value = peek().value.slice(1);
			const inner = not();
			return (r) => !inner(r);
		}
		return atom();
	}
	function atom() {
		const t = peek();
		if (!t) fail(end().at, 1, 'a word or a field is expected here');
		i++;
		if (t.kind === '(') {
			const inner = or();
			if (peek()?.kind !== ')') fail(end().at, 1, "a ')' is missing");
			i++;
			return inner;
		}
		if (t.kind === 'op' || t.kind === ')') fail(t.at, t.n, `'${t.value}' was not expected here`);
		if (peek()?.kind === 'op') return comparison(t);
		const low = t.value.toLowerCase();
		return (r) => FREE.some((f) => asList(r[f]).some((v) => v.toLowerCase().includes(low)));
	}
	function comparison(name) {
		const low = name.value.toLowerCase();
		const field = fields.find((f) => f.name.toLowerCase() === low || f.aliases.includes(low));
		if (!field) {
			const near = fields.find((f) => f.name.startsWith(low.slice(0, 3)));
			fail(name.at, name.n, `there is no field '${name.value}'${near ? `; did you mean '${near.name}'?` : ''}`);
		}
		const op = list[i++];
		if (peek()?.kind === '(') {
			i++;
			const tests = [];
			while (peek() && peek().kind !== ')') {
				if (!isWord('or')) tests.push(test(field, op.value, peek()));
				i++;
			}
			i++;
			return (r) => tests.some((t) => t(r));
		}
		const value = peek();
		if (!value || (value.kind !== 'word' && value.kind !== 'quoted')) fail(op.at + op.n, 1, `a value of ${field.name} is expected here`);
		i++;
		return test(field, op.value, value);
	}
	const tree = list.length ? or() : () => true;
	if (peek()) fail(peek().at, peek().n, `'${peek().value}' was not expected here`);
	return tree;
}

const asList = (v) => (Array.isArray(v) ? v : v === null || v === undefined ? [] : [String(v)]);

function moment(text) {
	const m = /^now(?:([+-])(\d+)([dhm]))?$/.exec(text);
	return m ? NOW + (m[1] ? (m[1] === '-' ? -1 : 1) * m[2] * UNIT[m[3]] : 0) : Date.parse(text);
}

function test(field, op, token) {
	const name = field.name, value = token.value, low = value.toLowerCase();
	if (token.kind === 'word' && low === 'none' && name !== 'severity') return (r) => asList(r[name]).length === 0;
	if (value === '*') return (r) => asList(r[name]).length > 0;
	const compare = { '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b, '!=': (a, b) => a !== b }[op] ?? ((a, b) => a === b);
	if (field.type === 'time') {
		const at = moment(value);
		if (Number.isNaN(at)) fail(token.at, token.n, 'a time is expected: 2026-03-01, now+30d');
		return (r) => compare(Date.parse(r[name]), at);
	}
	if (name === 'severity') return (r) => compare(rank(r[name]), rank(low));
	if (field.type === 'number') {
		if (!/^\d+$/.test(value)) fail(token.at, token.n, `a number is expected, ${name}:443`);
		return (r) => compare(r[name], +value);
	}
	if (field.type === 'bool') return (r) => compare(String(r[name]), low);
	if (name === 'ip' && value.includes('/')) {
		const head = value.split('/')[0].split('.').slice(0, Math.floor(value.split('/')[1] / 8)).join('.') + '.';
		return (r) => r.ip.startsWith(head);
	}
	const glob = /[*?]/.test(value) && token.kind === 'word' ? new RegExp('^' + low.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.') + '$') : null;
	const hit = (v) => (glob ? glob.test(v) : op === ':' && field.type !== 'findings' ? v.includes(low) : v === low);
	return (r) => asList(r[name]).some((v) => hit(v.toLowerCase())) !== (op === '!=');
}
