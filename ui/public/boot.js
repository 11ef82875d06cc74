// Before anything is painted: the colours that were chosen, and whether the frame of the page may be
// shown while its script is on its way (somebody was logged in here). app/theme.ts and app/root.tsx
// keep what is read here.
{
	const root = document.documentElement.dataset;
	const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
	root.theme = localStorage.getItem('certscape-theme') ?? system;
	if (localStorage.getItem('certscape-in')) root.in = '';
}
