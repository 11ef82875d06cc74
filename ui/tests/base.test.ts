import { test } from 'node:test';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { cronWords } from '../src/base/cron.ts';
import { explain, lifetime } from '../src/base/explain.ts';
import { href, parseRoute } from '../src/base/route.ts';
import { severityOf, worse } from '../src/base/severity.ts';
import { specText } from '../src/base/spec.ts';
import { brief, hostPort, numberTicks, plural } from '../src/base/text.ts';
import { DAY } from '../src/base/time.ts';
import { layers, nudge, ringPaths, snap, toTime, toX } from '../src/base/timeline.ts';

test('a place in the page is an address and back', () => {
	const there = parseRoute(href(['endpoint', '[2001:db8::1]:443'], { q: 'a&b=ü', f: ['x:1', '-y'], empty: '', no: null }));
	deepEqual(there.path, ['endpoint', '[2001:db8::1]:443']);
	equal(there.params.get('q'), 'a&b=ü');
	deepEqual(there.params.getAll('f'), ['x:1', '-y']);
	ok(!there.params.has('empty') && !there.params.has('no'));
	deepEqual(parseRoute('').path, []);
	deepEqual(parseRoute('#/100%').path, ['100%']);
});

test('cron lines in words', () => {
	const said: [string, string][] = [
		['0 3 * * *', 'every day at 03:00'], ['30 22 * * 1-5', 'at 22:30 from Monday to Friday'], ['*/15 * * * *', 'every 15 minutes'],
		['0 */6 * * *', 'every 6 hours at minute 0'], ['0 4 * * 0', 'at 04:00 on Sunday'], ['0 2 1 * *', 'at 02:00 on day 1 of the month'],
		['5 0,12 * 1,7 *', 'every day at 00:05 and 12:05 in January and July'], ['@daily', 'every day at 00:00'], ['0 9 * * mon', 'at 09:00 on Monday'],
	];
	for (const [line, text] of said) deepEqual(cronWords(line), { ok: true, words: text }, line);
});

test('bad cron lines say what is wrong', () => {
	for (const [line, part] of [['0 3 * *', 'five parts'], ['61 * * * *', 'minute: 61'], ['0 24 * * *', 'hour: 24'], ['0 0 0 * *', 'day of the month: 0'], ['x * * * *', "minute: 'x'"], ['*/0 * * * *', 'step of 0']] as const) {
		const said = cronWords(line);
		ok(!said.ok && said.message.includes(part), `${line}: ${JSON.stringify(said)}`);
	}
});

test('numbers and addresses', () => {
	deepEqual([999, 12345, 250_000, 1_234_567].map(brief), ['999', '12.3 k', '250 k', '1.2 M']);
	equal(plural(1, 'endpoint'), '1 endpoint');
	equal(plural(2, 'match', 'matches'), '2 matches');
	equal(hostPort('2001:db8::1', 443), '[2001:db8::1]:443');
	for (const max of [1, 7, 42, 999, 123456]) {
		const ticks = numberTicks(max, 3);
		ok(ticks[0] === 0 && ticks[ticks.length - 1]! >= max && ticks.length <= 6, `${max}: ${ticks}`);
	}
});

test('severities are ordered, strangers are none', () => {
	ok(worse('critical', 'low') < 0);
	equal(severityOf('strange'), 'none');
});

test('a brush takes whole buckets, in either direction', () => {
	const step = 10;
	deepEqual(snap(12, 27, 0, step), { from: 10, to: 30 });
	deepEqual(snap(27, 12, 0, step), { from: 10, to: 30 });
	deepEqual(snap(15, 15, 0, step), { from: 10, to: 20 });
	const all = { from: 0, to: 100 };
	deepEqual(nudge({ from: 90, to: 100 }, 'ArrowRight', false, step, all), { from: 90, to: 100 });
	deepEqual(nudge({ from: 0, to: 10 }, 'ArrowLeft', false, step, all), { from: 0, to: 10 });
	deepEqual(nudge({ from: 20, to: 40 }, 'ArrowRight', true, step, all), { from: 20, to: 50 });
	deepEqual(nudge({ from: 20, to: 30 }, 'ArrowLeft', true, step, all), { from: 20, to: 30 });
});

test('time and place on a scale are inverse; outside is the edge', () => {
	const scale = { from: 1000, to: 2000, width: 500 };
	equal(toTime(scale, toX(scale, 1234)), 1234);
	equal(toTime(scale, -50), 1000);
	equal(toTime(scale, 900), 2000);
	deepEqual(layers({ certificates: 4, expired: 1, soon: 3 }, 8), [{ kind: 'past', from: 0, to: 2 }, { kind: 'soon', from: 2, to: 8 }]);
	deepEqual(layers({ certificates: 100, expired: 0, soon: 1 }, 50)[0], { kind: 'soon', from: 0, to: 2 });
	deepEqual(layers({ certificates: 2, expired: 0, soon: 0 }, 8), [{ kind: '', from: 0, to: 8 }]);
});

test('the slices of a ring are closed paths, one a value, also when one is everything', () => {
	equal(ringPaths([3, 2, 1], 10, 5).length, 3);
	ok(ringPaths([5], 10, 5)[0]!.includes(' 1 1 '), 'more than half a circle');
	ok(ringPaths([1, 2], 10, 5).every((p) => /^M.*Z$/.test(p) && !p.includes('NaN')));
});

test('fields are said in plain words; what is absent is left out', () => {
	const said = explain({ key: 'RSA 1024', sig_alg: 'sha1WithRSAEncryption', self_signed: false, serial: '', names: ['x'], is_ca: true });
	deepEqual(said.map((e) => e.label), ['Public key', 'Signed with', 'May sign others']);
	ok(said[0]!.help!.includes('too short') && said[1]!.help!.includes('broken'));
	ok(!explain({ sig_alg: 'sha256WithRSAEncryption' })[0]!.help);
	equal(lifetime(0, 90 * DAY), 'for 90 days');
	equal(lifetime(0, 3653 * DAY), 'for 10 years');
	equal(lifetime(5, 0), 'for no time at all');
});

test('what a run was asked to do, of its command line', () => {
	equal(specText('--ports 443,8443 --rate=2000 --no-resolve --exclude=10.0.0.9 -- 10.0.0.0/24 web.example'), '10.0.0.0/24 web.example, port 443,8443, without 10.0.0.9');
	equal(specText('--known --top-ports 100'), 'what is known, the 100 likeliest ports');
	equal(specText('10.20.0.0/16 port 443'), '10.20.0.0/16 port 443');
});
