// Where bars stand on a line of time, and what a brush over them has chosen.

export interface Range { readonly from: number; readonly to: number }

export interface Scale {
	readonly from: number;
	readonly to: number;
	readonly width: number;
}

export function toX(scale: Scale, at: number): number {
	return ((at - scale.from) / (scale.to - scale.from)) * scale.width;
}

export function toTime(scale: Scale, x: number): number {
	const share = Math.min(1, Math.max(0, x / scale.width));
	return scale.from + share * (scale.to - scale.from);
}

/** Whole buckets between two points, in whichever order they were touched. */
export function snap(a: number, b: number, start: number, step: number): Range {
	const low = Math.min(a, b), high = Math.max(a, b);
	const from = start + Math.floor((low - start) / step) * step;
	const to = start + Math.max(1, Math.ceil((high - start) / step)) * step;
	return { from, to: to > from ? to : from + step };
}

/** Moves or widens a choice by one bucket; keeps it inside. */
export function nudge(range: Range, key: string, wide: boolean, step: number, all: Range): Range {
	const by = key === 'ArrowLeft' ? -step : key === 'ArrowRight' ? step : 0;
	const from = wide ? range.from : clamp(range.from + by, all.from, all.to - step);
	const to = wide ? Math.max(from + step, Math.min(all.to, range.to + by)) : from + (range.to - range.from);
	return { from, to: Math.min(to, all.to) };
}

const clamp = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));

export interface Layer { readonly kind: 'past' | 'soon' | ''; readonly from: number; readonly to: number }

/** Few among many are seen, too. */
const THIN = 2;

/** A bar from the axis up: what has ended, what ends soon, what ends later. Heights in pixels. */
export function layers({ certificates, expired, soon }: { certificates: number; expired: number; soon: number }, tall: number): Layer[] {
	const parts = [['past', expired], ['soon', soon], ['', certificates - expired - soon]] as const;
	let below = 0;
	return parts.filter(([, n]) => n > 0).map(([kind, n]) => {
		const from = below;
		below += Math.max(THIN, (n / certificates) * tall);
		return { kind, from, to: below };
	});
}

/** Slices of a ring as SVG paths; the biggest first, clockwise from the top. */
export function ringPaths(values: readonly number[], outer: number, inner: number): string[] {
	const total = values.reduce((sum, v) => sum + v, 0);
	let at = 0;
	return values.map((value) => {
		const from = (at / total) * 2 * Math.PI;
		at += value;
		/* A full circle has no beginning: leave a hair's breadth. */
		const to = Math.min((at / total) * 2 * Math.PI, from + 2 * Math.PI - 0.0001);
		const point = (r: number, angle: number) => `${(r * Math.sin(angle)).toFixed(3)} ${(-r * Math.cos(angle)).toFixed(3)}`;
		const large = to - from > Math.PI ? 1 : 0;
		return `M${point(outer, from)}A${outer} ${outer} 0 ${large} 1 ${point(outer, to)}`
			+ `L${point(inner, to)}A${inner} ${inner} 0 ${large} 0 ${point(inner, from)}Z`;
	});
}
