import { test } from 'node:test';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { DAY, day, daysLeft, exact, HOUR, MINUTE, relative, span, tickText, timeTicks, words } from '../src/base/time.ts';

const at = Date.parse('2026-11-22T04:05:06Z');

test('spans have the largest unit that says enough', () => {
	const said: [number, string][] = [[0, '0 s'], [59_000, '59 s'], [100 * MINUTE, '100 min'], [47 * HOUR, '47 h'], [2 * DAY, '2 d'], [59.9 * DAY, '59 d'], [70 * DAY, '2 mo'], [700 * DAY, '22 mo'], [800 * DAY, '2 y']];
	for (const [ms, text] of said) equal(span(ms), text, String(ms));
	equal(span(-3 * DAY), '3 d');
});

test('relative times know past and future', () => {
	equal(relative(at + 14 * DAY, at), 'in 14 d');
	equal(relative(at - 3 * HOUR, at), '3 h ago');
	equal(relative(at + 500, at), 'now');
});

test('whole words, singular and plural', () => {
	equal(words(DAY), '1 day');
	equal(words(16.5 * DAY), '16 days');
	equal(words(366 * DAY), '1 year');
	equal(words(6 * HOUR), '6 hours');
});

test('exact times are UTC', () => {
	equal(exact(at), '2026-11-22 04:05:06 UTC');
	equal(exact(NaN), '');
	equal(day(at), '2026-11-22');
	equal(daysLeft(at + 1.5 * DAY, at), 1);
	equal(daysLeft(at - 1, at), -1);
});

test('ticks begin months, quarters or years and are not more than there is room for', () => {
	for (const days of [3, 20, 90, 400, 2000, 20000]) {
		const ticks = timeTicks(at, at + days * DAY, 8);
		ok(ticks.length >= 1 && ticks.length <= 10, `${days} days: ${ticks.length}`);
		ok(ticks.every((t) => t >= at && t <= at + days * DAY));
		ok(ticks.every((t) => t % DAY === 0));
	}
	const year = timeTicks(Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1), 4);
	deepEqual(year.map((t) => tickText(t, year)), ['2026', 'Apr', 'Jul', 'Oct', '2027']);
	const week = timeTicks(at, at + 6 * DAY, 8);
	equal(tickText(week[0]!, week), '23 Nov');
});
