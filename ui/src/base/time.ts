// Times as people say them. Whatever is relative has the exact time as its title.

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS: readonly (readonly [number, string, string])[] = [
	[365.25 * DAY, 'y', 'year'],
	[30.44 * DAY, 'mo', 'month'],
	[DAY, 'd', 'day'],
	[HOUR, 'h', 'hour'],
	[MINUTE, 'min', 'minute'],
	[SECOND, 's', 'second'],
];

/** '14 d', '3 mo': the largest unit of which there are at least two (days up to 60). */
export function span(ms: number): string {
	const size = Math.abs(ms);
	if (size < 60 * DAY && size >= 2 * DAY) return `${Math.floor(size / DAY)} d`;
	for (const [unit, short] of UNITS)
		if (size >= 2 * unit || unit === SECOND) return `${Math.floor(size / unit)} ${short}`;
	return '0 s';
}

/** 'in 14 d', '3 mo ago', 'now'. */
export function relative(at: number, now: number): string {
	const ms = at - now;
	if (Math.abs(ms) < 2 * SECOND) return 'now';
	return ms > 0 ? `in ${span(ms)}` : `${span(ms)} ago`;
}

/** '14 days', '1 hour': in whole words, for sentences. */
export function words(ms: number): string {
	const size = Math.abs(ms);
	for (const [unit, , name] of UNITS)
		if (size >= (name === 'month' ? 2 * unit : unit) || unit === SECOND) {
			const n = Math.floor(size / unit);
			return `${n} ${name}${n === 1 ? '' : 's'}`;
		}
	return '0 seconds';
}

/** '2026-11-22 04:05:06 UTC': the same on every desk. */
export function exact(at: number): string {
	if (!Number.isFinite(at)) return '';
	const text = new Date(at).toISOString();
	return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

export function day(at: number): string {
	return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) : '';
}

export function daysLeft(at: number, now: number): number {
	return Math.floor((at - now) / DAY);
}

const STEPS = [
	{ months: 1 }, { months: 2 }, { months: 3 }, { months: 6 },
	{ months: 12 }, { months: 24 }, { months: 60 }, { months: 120 }, { months: 240 },
] as const;

/** Beginnings of months or years in [from, to], at most about n of them; days when it is short. */
export function timeTicks(from: number, to: number, n: number): number[] {
	const days = (to - from) / DAY;
	if (days < n * 20) return dayTicks(from, to, Math.max(1, Math.ceil(days / n)));
	const wanted = days / 30.44 / n;
	const step = (STEPS.find((s) => s.months >= wanted) ?? STEPS[STEPS.length - 1]!).months;
	const first = new Date(from);
	let month = first.getUTCFullYear() * 12 + first.getUTCMonth();
	month = Math.ceil(month / step) * step;
	const ticks: number[] = [];
	for (; ; month += step) {
		const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
		if (at > to) return ticks;
		if (at >= from) ticks.push(at);
	}
}

function dayTicks(from: number, to: number, step: number): number[] {
	const ticks: number[] = [];
	for (let at = Math.ceil(from / DAY) * DAY; at <= to; at += step * DAY) ticks.push(at);
	return ticks;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 'Mar', '2027' for January, '14 Mar' where days count. */
export function tickText(at: number, ticks: readonly number[]): string {
	const date = new Date(at);
	const close = ticks.length > 1 && ticks[1]! - ticks[0]! < 27 * DAY;
	if (close) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
	return date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : MONTHS[date.getUTCMonth()]!;
}
