// When a browser paints the first of each page, and when the page is whole: for `make bench-serve`.
// node paint.mjs STORE [TIMES]; STORE is copied, for the service writes a user into it.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, openPage, settled } from './browser.mjs';
import { openService } from './service.mjs';

const [store, times = '7'] = process.argv.slice(2);
/** A text without style or script: what the browser itself takes, on this machine at this hour. */
const PLAIN = 'licenses.txt';
const PAGES = { plain: PLAIN, overview: '#/overview', discover: '#/discover', findings: '#/findings', scans: '#/scans' };
const PASSWORD = 'correct horse battery staple';

/** The median: a machine that is busy with something else for once counts for nothing. */
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

async function setUp(browser, service) {
	const page = await openPage(browser, service.base);
	await page.goto(service.setup);
	await page.getByLabel('Name').fill('ada');
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByLabel('Password again').fill(PASSWORD);
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	await settled(page);
	const state = await page.context().storageState();
	await page.context().close();
	return state;
}

/** A browser that was never here: nothing is in its cache. */
async function visit(browser, service, state, where) {
	const page = await openPage(browser, service.base, { state });
	await page.goto(service.base + where);
	if (where !== PLAIN) await settled(page);
	const seen = await page.evaluate(async () => ({
		paint: await new Promise((resolve) => new PerformanceObserver((list) => list.getEntries().forEach((e) => e.name === 'first-contentful-paint' && resolve(e.startTime))).observe({ type: 'paint', buffered: true })),
		whole: Math.max(0, ...performance.getEntriesByType('resource').map((r) => (r.name.includes('/api/') ? r.responseEnd : 0))),
	}));
	await page.context().close();
	return seen;
}

const folder = mkdtempSync(join(tmpdir(), 'certscape-paint-'));
const copy = join(folder, 'store.db');
copyFileSync(store, copy);
const service = await openService(folder, copy);
const browser = await openBrowser();
try {
	const state = await setUp(browser, service);
	let plain = 0;
	for (const [name, where] of Object.entries(PAGES)) {
		const seen = [];
		for (let i = 0; i < Number(times); i++) seen.push(await visit(browser, service, state, where));
		const paint = median(seen.map((s) => s.paint)), whole = median(seen.map((s) => s.whole));
		plain ||= paint;
		console.log(`${name.padEnd(10)} first paint ${paint.toFixed(0).padStart(5)} ms, ${(paint / plain).toFixed(1)} times a plain text's; last answer ${whole.toFixed(0).padStart(5)} ms`);
	}
	console.log('bar: first paint below 300 ms');
} finally {
	await browser.close();
	await service.close();
	rmSync(folder, { recursive: true, force: true });
}
