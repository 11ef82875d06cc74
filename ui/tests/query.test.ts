import { test } from 'node:test';
import { deepEqual, equal } from 'node:assert/strict';
import { accept, combine, pillFromParam, pillToParam, quote, spotAt, suggestFields, suggestValues, term, togglePill, type FieldInfo, type Pill } from '../src/base/query.ts';

const pill = (field: string, value: string | null, not = false): Pill => ({ field, value, not });
const types: Record<string, string> = { port: 'number', findings: 'findings', ip: 'address', tags: 'list' };
const typeOf = (field: string) => types[field];
const field = (name: string, type = 'text', aliases: string[] = [], values?: string[]): FieldInfo =>
	({ name, type, help: '', aliases, ...(values ? { values } : {}) });
const fields = [field('issuer'), field('issuer_dn'), field('not_after', 'time', ['expires']), field('port', 'number'), field('findings', 'findings', ['finding'], ['expired', 'expiring'])];

test('a value is quoted when the language would read it as something else', () => {
	equal(quote('R3'), 'R3');
	equal(quote('RSA 2048'), '"RSA 2048"');
	equal(quote('or'), '"or"');
	equal(quote('none'), '"none"');
	equal(quote('-x'), '"-x"');
	equal(quote('*.example'), '"*.example"');
	equal(quote('say "hi" \\'), '"say \\"hi\\" \\\\"');
	equal(quote('2001:db8::1'), '"2001:db8::1"');
});

test('texts are compared whole, the rest by its own equality', () => {
	equal(term('issuer', 'R3'), 'issuer=R3');
	equal(term('port', '443', 'number'), 'port:443');
	equal(term('findings', 'expired', 'findings'), 'findings:expired');
	equal(term('owner', null), 'owner:none');
});

test('pills go to the address and come back', () => {
	for (const p of [pill('issuer', 'R3'), pill('issuer', 'a: b', true), pill('owner', null), pill('owner', null, true), pill('ip', '2001:db8::1')])
		deepEqual(pillFromParam(pillToParam(p)), p);
});

test('a value that is chosen twice is taken away; its opposite replaces it', () => {
	const one = togglePill([], pill('port', '443'));
	deepEqual(one, [pill('port', '443')]);
	deepEqual(togglePill(one, pill('port', '443')), []);
	deepEqual(togglePill(one, pill('port', '443', true)), [pill('port', '443', true)]);
});

test('values of one field are alternatives, fields and exclusions come together', () => {
	const pills = [pill('port', '443'), pill('port', '8443'), pill('issuer', 'R3', true), pill('owner', null)];
	equal(combine({ q: 'a or b', pills, from: '2026-12-01', to: '2027-01-01' }, typeOf),
		'(a or b) and not issuer=R3 and (port:443 or port:8443) and owner:none and not_after>=2026-12-01 and not_after<2027-01-01');
	equal(combine({ q: ' port:25 ', pills: [] }, typeOf), 'port:25');
	equal(combine({ q: '', pills: [] }, typeOf), '');
});

test('the caret stands in a field, a value, or nowhere in particular', () => {
	deepEqual(spotAt('iss', 3), { kind: 'field', field: null, start: 0, end: 3, prefix: 'iss' });
	deepEqual(spotAt('port:443 and -is', 16), { kind: 'field', field: null, start: 14, end: 16, prefix: 'is' });
	deepEqual(spotAt('issuer:R', 8), { kind: 'value', field: 'issuer', start: 7, end: 8, prefix: 'R' });
	deepEqual(spotAt('issuer:"Let\'s E', 15), { kind: 'value', field: 'issuer', start: 7, end: 15, prefix: "Let's E" });
	deepEqual(spotAt('port:(443 or 8', 14), { kind: 'value', field: 'port', start: 13, end: 14, prefix: '8' });
	deepEqual(spotAt('not_after < no', 14), { kind: 'value', field: 'not_after', start: 12, end: 14, prefix: 'no' });
	equal(spotAt('"free te', 8), null);
});

test('suggestions: names by beginning and alias first, values with what is known of them', () => {
	deepEqual(suggestFields(fields, 'iss').map((s) => s.label), ['issuer', 'issuer_dn']);
	deepEqual(suggestFields(fields, 'exp').map((s) => s.text), ['not_after < ']);
	deepEqual(suggestValues(fields[4]!, [{ value: 'expired', count: 1234 }], 'exp').map((s) => [s.label, s.help]), [['expired', '1,234'], ['expiring', '']]);
	deepEqual(suggestValues(fields[2]!, [], '30').map((s) => s.text), ['now+30d', 'now-30d']);
});

test('a suggestion takes the place of what was begun', () => {
	const text = 'issuer:"Let and port:443';
	const spot = spotAt(text, 11)!;
	deepEqual(accept(text, spot, { text: '"Let\'s Encrypt"', label: '', help: '' }), { text: 'issuer:"Let\'s Encrypt" and port:443', caret: 23 });
	deepEqual(accept('is', spotAt('is', 2)!, { text: 'issuer:', label: '', help: '' }), { text: 'issuer:', caret: 7 });
});
