// Every page with the mock's five hundred certificates: in light, dark and on a phone; no breach of
// the policy, no console error, no foreign request, nothing that axe finds, nothing that is too wide.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { axe, openBrowser, openPage, settled, shot, tooWide } from './browser.mjs';
import { openMock, UI } from './mock.mjs';

const MOST_BYTES = 80 * 1024;
let mock, browser, BASE;

before(async () => {
	mock = await openMock();
	BASE = mock.base;
	browser = await openBrowser();
});
after(async () => {
	await browser?.close();
	mock?.close();
});

async function get(page, path) {
	return page.evaluate(async (p) => (await fetch('api/v1/' + p)).json(), path);
}

const PAGES = {
	overview: '#/overview', discover: '#/discover', certificates: '#/discover?by=certificate&sort=not_after',
	filtered: '#/discover?q=not+port:443&f=severity:high&f=-issuer:R11&from=2026-11-01&to=2027-03-01',
	findings: '#/findings', scans: '#/scans', runs: '#/scans/runs', 'new-schedule': '#/scans?new=schedule', alerts: '#/alerts',
	channels: '#/alerts/channels', messages: '#/alerts/messages', silences: '#/alerts/silences', settings: '#/settings',
	users: '#/settings/users', tokens: '#/settings/tokens', trust: '#/settings/trust', audit: '#/settings/audit', nowhere: '#/nowhere',
	certificate: async (page) => `#/certificate/${(await get(page, 'certificates?q=finding%3Aexpiring&limit=1')).rows[0].sha256}`,
	'self-signed': async (page) => `#/certificate/${(await get(page, 'certificates?q=finding%3Aself-signed&limit=1')).rows[0].sha256}`,
	endpoint: async (page) => `#/endpoint/${encodeURIComponent((await get(page, 'certificates?q=finding%3Aexpiring&limit=1')).rows[0].first_endpoint)}`,
};

for (const [look, options] of Object.entries({ light: {}, dark: { dark: true }, phone: { phone: true } }))
	test(`every page, ${look}`, async (t) => {
		const page = await openPage(browser, BASE, options);
		await page.goto(BASE);
		await settled(page);
		for (const [name, where] of Object.entries(PAGES))
			await t.test(name, async () => {
				await page.goto(BASE + (typeof where === 'string' ? where : await where(page)));
				await settled(page);
				await shot(page, `mock-${name}-${look}`);
				assert.deepEqual(await axe(page), []);
				assert.ok((await tooWide(page)) <= 0, 'the page is wider than its window');
				assert.deepEqual(page.trouble, []);
			});
		await page.context().close();
	});

test('log in and out, set up: the doors', async () => {
	const page = await openPage(browser, BASE);
	page.allowed.push(/status of 401/);
	await page.goto(BASE);
	await page.getByRole('button', { name: /Account of/ }).click();
	await page.getByRole('button', { name: 'Log out' }).click();
	await page.getByLabel('Name').fill('ada');
	await page.getByLabel('Password').fill('wrong');
	assert.deepEqual(await axe(page), []);
	await shot(page, 'mock-login-light');
	await page.getByRole('button', { name: 'Log in' }).click();
	await page.getByRole('alert').waitFor();
	await page.getByLabel('Password').fill('admin');
	await page.getByRole('button', { name: 'Log in' }).click();
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	assert.deepEqual(page.trouble, []);
	await page.context().close();
});

test('the search line: fields, values, an error at its characters, all by keyboard', async () => {
	const page = await openPage(browser, BASE);
	page.allowed.push(/status of 400/);
	await page.goto(BASE + '#/overview');
	await settled(page);
	await page.keyboard.press('/');
	const line = page.getByRole('combobox', { name: 'Search the inventory' });
	assert.ok(await line.evaluate((e) => e === document.activeElement), '/ focuses the search');
	await page.keyboard.type('iss');
	await page.getByRole('option', { name: /^issuer / }).first().waitFor();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	assert.equal(await line.inputValue(), 'issuer:');
	await page.keyboard.type('Merid');
	await page.getByRole('option', { name: /Meridian Issuing CA 2/ }).waitFor();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	assert.equal(await line.inputValue(), 'issuer:"Meridian Issuing CA 2" ');
	await page.keyboard.press('Escape');
	await page.keyboard.press('/');
	await page.keyboard.press('Enter');
	await page.waitForURL(/#\/discover\?q=issuer/);
	await settled(page);
	const rows = page.getByRole('table', { name: /^Endpoints/ }).locator('tbody tr');
	for (const row of await rows.all()) assert.match(await row.innerText(), /Meridian Issuing CA 2/);

	await line.fill('port:443 and isuer:R3');
	await page.getByRole('alert').filter({ hasText: 'isuer' }).waitFor();
	assert.equal(await page.locator('.search-under mark').innerText(), 'isuer');
	const other = await openPage(browser, BASE); /* who comes with a wrong search in the address */
	other.allowed.push(/status of 400/);
	await other.goto(BASE + '#/discover?q=isuer:R3');
	await other.getByText('The search cannot be read yet').waitFor();
	await settled(other);
	await other.context().close();
	assert.deepEqual(await axe(page), []);
	assert.deepEqual(page.trouble, []);
	await page.context().close();
});

test('facets, pills and the brush change the address, and the address alone brings it back', async () => {
	const page = await openPage(browser, BASE);
	await page.goto(BASE + '#/discover');
	await settled(page);
	const total = Number((await page.locator('.toolbar strong').last().innerText()).replace(/,/g, ''));
	await page.getByRole('button', { name: /^R11/ }).click();
	await page.waitForURL(/f=issuer/);
	await page.getByRole('button', { name: 'Exclude port 443' }).click();
	await page.waitForURL(/f=-port/);
	await settled(page);
	const chart = page.getByRole('group', { name: /^Expiry timeline/ });
	const box = await chart.boundingBox();
	await page.mouse.move(box.x + box.width * 0.4, box.y + 40);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.8, box.y + 40, { steps: 4 });
	await page.mouse.up();
	await page.waitForURL(/from=\d{4}-\d\d-\d\d&to=/);
	await settled(page);
	const few = await page.locator('.toolbar strong').last().innerText();
	assert.ok(Number(few) < total);
	const there = page.url();
	await shot(page, 'mock-brushed-light');

	const other = await openPage(browser, BASE);
	await other.goto(there);
	await settled(other);
	assert.equal(await other.locator('.toolbar strong').last().innerText(), few);
	assert.equal(await other.locator('.pill').count(), 3);
	await other.getByRole('button', { name: 'Clear', exact: true }).click();
	await settled(other);
	assert.equal(await other.locator('.pill').count(), 0);
	assert.deepEqual([...page.trouble, ...other.trouble], []);
	await page.context().close();
	await other.context().close();
});

test('the brush by keyboard; rows by keyboard', async () => {
	const page = await openPage(browser, BASE);
	await page.goto(BASE + '#/discover');
	await settled(page);
	await page.getByRole('group', { name: /^Expiry timeline/ }).focus();
	for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Enter']) await page.keyboard.press(key);
	await page.waitForURL(/from=\d{4}/);
	await settled(page);
	await page.locator('tbody tr').first().focus();
	await page.keyboard.press('ArrowDown');
	assert.equal(await page.evaluate(() => [...document.activeElement.parentElement.children].indexOf(document.activeElement)), 1);
	const more = await page.locator('.pill').count();
	for (let i = 0; i < 12 && !/^Not port/.test(await page.evaluate(() => document.activeElement.ariaLabel ?? '')); i++) await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	await page.waitForFunction((n) => document.querySelectorAll('.pill').length === n + 1, more);
	await page.locator('tbody tr').first().focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Escape');
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'TR');
	await page.keyboard.press('Enter');
	await page.waitForURL(/#\/certificate\/[0-9a-f]{64}/);
	await page.keyboard.press('Tab');
	assert.deepEqual(page.trouble, []);
	await page.context().close();
});

test('more rows come as one scrolls', async () => {
	const page = await openPage(browser, BASE);
	await page.goto(BASE + '#/discover');
	await settled(page);
	assert.equal(await page.locator('tbody tr').count(), 50);
	await page.locator('tbody tr').last().scrollIntoViewIfNeeded();
	await page.waitForFunction(() => document.querySelectorAll('tbody tr').length >= 100);
	const keys = await page.locator('tbody tr').evaluateAll((rows) => rows.map((r) => r.innerText));
	assert.equal(new Set(keys).size, keys.length, 'no row twice');
	await page.context().close();
});

test('a rule of ElastAlert2: the bad line is marked; a dry run shows the message', async () => {
	const page = await openPage(browser, BASE);
	await page.goto(BASE + '#/alerts');
	await page.getByRole('button', { name: 'Rule', exact: true }).click();
	const text = page.getByRole('textbox', { name: 'Rule in YAML' });
	await text.fill('name: x\ntype: spike\n');
	await page.getByText("there is no rule type 'spike'").waitFor();
	assert.equal(await page.locator('.editor-lines .bad').innerText(), '2');
	assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled());
	assert.deepEqual(await axe(page), []);
	await shot(page, 'mock-rule-light');
	await page.getByRole('button', { name: 'Cancel' }).click();
	await page.getByRole('button', { name: 'Dry run' }).first().click();
	await page.locator('.letter pre').first().waitFor();
	assert.deepEqual(await axe(page), []);
	await shot(page, 'mock-dry-run-light');
	assert.deepEqual(page.trouble, []);
	await page.context().close();
});

test('the whole page is small', async (t) => {
	const assets = readdirSync(UI + 'dist/assets').map((name) => readFileSync(`${UI}dist/assets/${name}`));
	const bytes = [readFileSync(UI + 'dist/index.html'), ...assets].reduce((sum, b) => sum + gzipSync(b, { level: 9 }).length, 0);
	t.diagnostic(`${bytes} bytes gzipped`);
	assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
});

test('the frame is painted while the script and the answers are on their way', async () => {
	const page = await openPage(browser, BASE);
	await page.goto(BASE);
	await settled(page);
	const asked = [];
	page.on('request', (r) => asked.push(new URL(r.url()).pathname));
	let open;
	const gate = new Promise((resolve) => (open = resolve));
	await page.route(/\/assets\/.*\.js$/, async (route) => {
		await gate;
		await route.continue();
	});
	await page.reload({ waitUntil: 'commit' });
	await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length === 1);
	assert.equal(await page.locator('main').count(), 0, 'the script has not run');
	assert.ok(await page.locator('#shell .brand').isVisible());
	open();
	await settled(page);
	assert.equal(await page.locator('#shell').count(), 0);
	assert.equal(asked.filter((path) => path.endsWith('/session')).length, 1, 'the session is asked for once, early');
	assert.deepEqual(page.trouble, []);
	await page.context().close();
});
