// A browser that forgives nothing: an error on the console, a breach of the policy, a request to
// another place than the server under test, an exception in the page: each fails the test.
import { readFileSync, mkdirSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const ARGS = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'];
const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

export const SHOTS = process.env.UI_SHOTS ?? fileURLToPath(new URL('../../build/ui-shots/', import.meta.url));

export async function openBrowser() {
	if (!CHROMIUM) throw new Error('no chromium here: apt-get install chromium, or set CHROMIUM');
	mkdirSync(SHOTS, { recursive: true });
	return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/** A page of its own session. page.trouble has what it should not have done. */
export async function openPage(browser, base, { dark = false, phone = false, state } = {}) {
	const context = await browser.newContext({
		ignoreHTTPSErrors: true, colorScheme: dark ? 'dark' : 'light', acceptDownloads: true, hasTouch: phone, ...(state ? { storageState: state } : {}),
		viewport: phone ? { width: 375, height: 780 } : { width: 1360, height: 860 },
	});
	const page = await context.newPage();
	page.trouble = [];
	page.allowed = []; /* patterns of what a test provokes on purpose */
	const note = (text) => page.allowed.some((pattern) => pattern.test(text)) || page.trouble.push(text);
	page.on('console', (m) => ['error', 'warning'].includes(m.type()) && note(`console: ${m.text()} ${m.location().url}`));
	page.on('pageerror', (e) => note(`exception: ${e.message}`));
	page.on('request', (r) => /^https?:/.test(r.url()) && !r.url().startsWith(base) && note(`foreign request: ${r.url()}`));
	await page.addInitScript(() => {
		document.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));
	});
	return page;
}

/** Breaches of WCAG 2.1 A and AA, and of axe's good practice, in words. */
export async function axe(page) {
	await page.evaluate(AXE);
	const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
	return found.violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.slice(0, 3).map((n) => `    ${n.target.join(' ')}  ${n.failureSummary.split('\n').slice(1).join(' ')}`).join('\n')}`);
}

export async function shot(page, name) {
	await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** Nothing is asked for any more and nothing moves. */
export async function settled(page) {
	await page.waitForLoadState('domcontentloaded');
	await page.waitForFunction(() => document.querySelector('main') && !document.querySelector('main .bone, main .stale'));
	await page.waitForTimeout(120);
}

export async function tooWide(page) {
	return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
