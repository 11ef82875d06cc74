// Light, dark, or what the system says.
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'certscape-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

export function theme(): Theme {
	const kept = localStorage.getItem(KEY);
	return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function setTheme(to: Theme): void {
	if (to === 'system') localStorage.removeItem(KEY);
	else localStorage.setItem(KEY, to);
	apply();
}

function apply(): void {
	const now = theme();
	document.documentElement.dataset.theme = now === 'system' ? (system.matches ? 'dark' : 'light') : now;
}

export function startTheme(): void {
	apply();
	system.addEventListener('change', apply);
}
