// Line icons on a 16 px grid, drawn for this page.
const PATHS = {
	overview: 'M2 13V9m4 4V4m4 9V7m4 6V2',
	discover: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14',
	findings: 'M8 2 1.8 13h12.4zM8 6.5v3M8 11.4v.1',
	scans: 'M8 14A6 6 0 1 0 2 8m6 3a3 3 0 1 0-3-3m3 0h.01',
	alerts: 'M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.7 14.5h2.6',
	settings: 'M2 4.5h6m4 0h2M2 11.5h2m4 0h6M10 2.8v3.4M6 9.8v3.4',
	search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14',
	plus: 'M8 3v10M3 8h10',
	minus: 'M3 8h10',
	close: 'M4 4l8 8m0-8-8 8',
	check: 'M3 8.5 6.5 12 13 4.5',
	right: 'M6 3.5 10.5 8 6 12.5',
	down: 'M3.5 6 8 10.5 12.5 6',
	up: 'M3.5 10 8 5.5 12.5 10',
	copy: 'M6 6h7.5v7.5H6zM3.5 10H2.5V2.5H10v1',
	download: 'M8 2v8m-3.5-3L8 10.5 11.5 7M2.5 13.5h11',
	columns: 'M2.5 3h11v10h-11zM6.2 3v10m3.6-10v10',
	table: 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11',
	bookmark: 'M4.5 2.5h7v11L8 10.8l-3.5 2.7z',
	filter: 'M2.5 3.5h11L9.3 8.7V13l-2.6-1.4V8.7z',
	bell: 'M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.7 14.5h2.6',
	mute: 'M4 11V7a4 4 0 0 1 6.5-3.1M12 7.5V11l1 1.5H4.5M2 14 14 2',
	play: 'M4.5 2.8v10.4L13 8z',
	stop: 'M4 4h8v8H4z',
	edit: 'M3 13l.6-2.8 7-7 2.2 2.2-7 7z',
	trash: 'M3 4.5h10M6.3 4.5v-2h3.4v2M4.3 4.5l.7 9h6l.7-9',
	sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.2v1.5m0 10.6v1.5M1.2 8h1.5m10.6 0h1.5M3.2 3.2l1 1m7.6 7.6 1 1m0-9.6-1 1m-7.6 7.6-1 1',
	moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z',
	screen: 'M2 3h12v8H2zM6 13.5h4M8 11v2.5',
	user: 'M8 8.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 13.8a5.3 5.3 0 0 1 10.4 0',
	key: 'M5 8a2.8 2.8 0 1 1 0 5.6A2.8 2.8 0 0 1 5 8zM7 8.8 13 2.8m-2.2 2.2 1.8 1.8',
	server: 'M2.5 3h11v4h-11zm0 6h11v4h-11zM5 5v.01M5 11v.01',
	clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2.8V8l2.2 1.6',
	link: 'M6.5 9.5l3-3M7 4.8l1.4-1.4a2.9 2.9 0 0 1 4.1 4.1L11.2 9M9 11.2l-1.4 1.4a2.9 2.9 0 0 1-4.1-4.1L4.8 7',
	send: 'M2 8 14 2.5 10 14 7.5 9z',
	logout: 'M6.5 2.5h-4v11h4M10 5l3 3-3 3m3-3H6',
	history: 'M2.5 8A5.5 5.5 0 1 0 4.3 4L2.5 5.5m0-3v3h3M8 5v3.2l2 1.3',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
	return (
		<svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4"
			stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
			<path d={PATHS[name]} />
		</svg>
	);
}

export function Logo({ size = 22 }: { size?: number }) {
	return (
		<svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
			<rect width="32" height="32" rx="7" fill="#1f6f78" />
			<path d="M6 22l6-9 4 5 4-8 6 12z" fill="#fff" />
			<circle cx="22" cy="9" r="2.5" fill="#f2b84b" />
		</svg>
	);
}
