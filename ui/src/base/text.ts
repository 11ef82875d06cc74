// Small words and numbers.

const GROUPS = new Intl.NumberFormat('en-US');

/** 1234567 is '1,234,567'. */
export function count(n: number): string {
	return GROUPS.format(n);
}

/** 1234567 is '1.2 M': where room is short. */
export function brief(n: number): string {
	if (n < 10_000) return count(n);
	if (n < 1_000_000) return `${(n / 1000).toFixed(n < 100_000 ? 1 : 0)} k`;
	return `${(n / 1_000_000).toFixed(n < 100_000_000 ? 1 : 0)} M`;
}

/** plural(2, 'endpoint') is '2 endpoints'. */
export function plural(n: number, one: string, many = one + 's'): string {
	return `${count(n)} ${n === 1 ? one : many}`;
}

export function shortHash(hex: string): string {
	return hex.length > 16 ? hex.slice(0, 12) + '…' : hex;
}

export function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** 'Weak key', of the word that the search knows: 'weak-key'. */
export function findingName(id: string): string {
	return capital(id.replace(/-/g, ' ').replace('self signed', 'self-signed'));
}

/** '[2001:db8::1]:443', '10.0.0.1:443'. */
export function hostPort(ip: string, port: number): string {
	return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Round numbers for an axis from 0 to at least max: 0, 20, 40. */
export function numberTicks(max: number, n: number): number[] {
	if (max <= 0) return [0];
	const rough = max / n;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = Math.max(1, [1, 2, 5, 10].find((m) => m * power >= rough)! * power);
	const ticks: number[] = [];
	for (let at = 0; at < max + step; at += step) ticks.push(at);
	return ticks;
}
