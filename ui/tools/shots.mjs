// Pictures of the pages with the mock's data, to look at while one works: `npm run build && npm run
// shots -- overview discover` puts PNGs under build/shots. Uses tests/ui's playwright-core.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { chromium } = createRequire(here('../../tests/ui/package.json'))('playwright-core');
const OUT = here('../build/shots');
const SIZES = { light: [1360, 860, 'light'], dark: [1360, 860, 'dark'], phone: [375, 800, 'light'] };

const PAGES = {
	overview: '#/overview', discover: '#/discover', filtered: '#/discover?q=not+port:443&f=severity:high&f=-issuer:R11&from=2026-11-01&to=2027-03-01',
	certificates: '#/discover?by=certificate&sort=not_after', wrong: '#/discover?q=isuer:R3', findings: '#/findings', scans: '#/scans', runs: '#/scans/runs',
	alerts: '#/alerts', channels: '#/alerts/channels', messages: '#/alerts/messages', settings: '#/settings', users: '#/settings/users', tokens: '#/settings/tokens', trust: '#/settings/trust', audit: '#/settings/audit',
};

async function details(page) {
	return page.evaluate(async () => {
		const get = async (path) => (await fetch('api/v1/' + path)).json();
		const { rows } = await get('certificates?q=severity%3Ahigh and issuer%3AR11&limit=3');
		const wild = (await get('certificates?q=subject%3D*.freight.example&limit=1')).rows[0] ?? rows[0];
		const selfs = (await get('certificates?q=finding%3Aself-signed&limit=1')).rows[0];
		const cut = (await get('certificates?q=finding%3Aincomplete-chain&limit=1')).rows[0];
		return { certificate: '#/certificate/' + wild.sha256, selfsigned: '#/certificate/' + selfs.sha256, cut: '#/certificate/' + cut.sha256, endpoint: '#/endpoint/' + encodeURIComponent(wild.first_endpoint) };
	});
}

mkdirSync(OUT, { recursive: true });
const server = spawn(process.execPath, [here('../mock/server.mjs')], { env: { ...process.env, PORT: '0', MOCK_ROLE: 'admin' }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
const BASE = String((await once(server.stdout, 'data'))[0]).trim();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'] });
try {
	const wanted = process.argv.slice(2);
	for (const [look, [width, height, colorScheme]] of Object.entries(SIZES)) {
		if (wanted.some((w) => w in SIZES) && !wanted.includes(look)) continue;
		const page = await browser.newPage({ viewport: { width, height }, colorScheme });
		page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(look, m.type(), m.text()));
		page.on('pageerror', (e) => console.log(look, 'error', e.message));
		await page.goto(BASE);
		const all = { ...PAGES, ...(await details(page)) };
		const names = wanted.filter((w) => w in all);
		for (const name of names.length ? names : Object.keys(all)) {
			await page.goto(BASE + all[name]);
			await page.waitForTimeout(450);
			await page.screenshot({ path: `${OUT}/${name}-${look}.png`, fullPage: true });
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			if (wide > 0) console.log(`${name}-${look}: ${wide} px too wide`);
		}
		await page.close();
	}
} finally {
	await browser.close();
	server.kill();
}
