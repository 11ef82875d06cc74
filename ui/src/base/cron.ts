// Cron lines in words, for the schedule editor: '0 3 * * 1-5' is 'at 03:00 from Monday to Friday'.
// The server decides what is valid; this only helps to write it.

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['', 'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
	'September', 'October', 'November', 'December'];
const LIMITS: readonly (readonly [string, number, number])[] = [
	['minute', 0, 59], ['hour', 0, 23], ['day of the month', 1, 31], ['month', 1, 12], ['day of the week', 0, 7],
];
const NICKNAMES: Record<string, string> = {
	'@hourly': '0 * * * *', '@daily': '0 0 * * *', '@midnight': '0 0 * * *',
	'@weekly': '0 0 * * 0', '@monthly': '1 0 1 * *', '@yearly': '0 0 1 1 *',
};

export type CronWords = { ok: true; words: string } | { ok: false; message: string };

export function cronWords(line: string): CronWords {
	const text = NICKNAMES[line.trim()] ?? line.trim();
	const parts = text.split(/\s+/).filter(Boolean);
	if (parts.length !== 5)
		return { ok: false, message: `five parts are needed (minute hour day month weekday), here ${parts.length}` };
	for (const [i, part] of parts.entries()) {
		const message = badPart(part, LIMITS[i]!);
		if (message) return { ok: false, message };
	}
	const [minute, hour, date, month, weekday] = parts as [string, string, string, string, string];
	const days = [dateWords(date), weekdayWords(weekday)].filter(Boolean).join(' or ');
	const time = timeWords(minute, hour);
	const daily = !days && time.startsWith('at ') ? 'every day' : '';
	return { ok: true, words: [daily, time, days, monthWords(month)].filter(Boolean).join(' ') };
}

function badPart(part: string, [name, low, high]: readonly [string, number, number]): string | null {
	for (const piece of part.split(',')) {
		const m = /^(?:\*|([A-Za-z]{3}|\d+)(?:-([A-Za-z]{3}|\d+))?)(?:\/(\d+))?$/.exec(piece);
		if (!m) return `${name}: '${piece}' is not a number, a range, a list or *`;
		for (const number of [m[1], m[2]])
			if (number && /^\d+$/.test(number) && (+number < low || +number > high))
				return `${name}: ${number} is not in ${low}-${high}`;
		if (m[3] === '0') return `${name}: a step of 0 never comes`;
	}
	return null;
}

const two = (text: string) => text.padStart(2, '0');
const single = (text: string) => /^\d+$/.test(text);

function timeWords(minute: string, hour: string): string {
	const step = /^\*\/(\d+)$/.exec(minute);
	if (single(minute) && /^[\d,]+$/.test(hour))
		return 'at ' + list(hour.split(',').map((h) => `${two(h)}:${two(minute)}`));
	if (minute === '*' && hour === '*') return 'every minute';
	if (step && hour === '*') return `every ${step[1]} minutes`;
	const hourStep = /^\*\/(\d+)$/.exec(hour);
	if (single(minute) && hourStep) return `every ${hourStep[1]} hours at minute ${minute}`;
	if (single(minute) && hour === '*') return `every hour at minute ${minute}`;
	const when = hour === '*' ? '' : ` in hour ${hour}`;
	return (step ? `every ${step[1]} minutes` : `at minute ${minute}`) + when;
}

function dateWords(date: string): string {
	return date === '*' ? '' : `on day ${date.replace('-', ' to ').replace(/,/g, ', ')} of the month`;
}

function weekdayWords(weekday: string): string {
	if (weekday === '*') return '';
	const range = /^(\w+)-(\w+)$/.exec(weekday);
	if (range) return `from ${dayName(range[1]!)} to ${dayName(range[2]!)}`;
	return 'on ' + list(weekday.split(',').map(dayName));
}

function monthWords(month: string): string {
	if (month === '*') return '';
	return 'in ' + list(month.split(',').map((m) => (single(m) ? MONTHS[+m]! : m)));
}

function dayName(text: string): string {
	if (single(text)) return DAYS[+text]!;
	return DAYS.find((d) => d.slice(0, 3).toLowerCase() === text.toLowerCase()) ?? text;
}

function list(items: string[]): string {
	if (items.length < 2) return items.join('');
	return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
