// The whole way of a first day, with the real program, real scans and a real browser: set up, look
// around, find, own, silence, look from another role. Each step begins where the last one ended.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axe, openBrowser, openPage, settled, shot, tooWide } from './browser.mjs';
import { openService, run } from './service.mjs';
import { openTown } from './town.mjs';

const PASSWORD = 'correct horse battery staple';
let town, service, browser, page;

before(async () => {
	town = await openTown();
	service = await openService(town.folder);
	browser = await openBrowser();
	page = await openPage(browser, service.base);
});
after(async () => {
	await browser?.close();
	await service?.close();
	town?.close();
});

/** A place in the page, looked at in light and dark, with nothing to complain of. */
async function look(name, where) {
	if (where) await page.goto(service.base + where);
	await settled(page);
	for (const colorScheme of ['dark', 'light']) {
		await page.emulateMedia({ colorScheme });
		await page.waitForFunction((c) => document.documentElement.dataset.theme === c, colorScheme);
		await page.waitForTimeout(160); /* colours fade */
		await shot(page, `${name}-${colorScheme}`);
		assert.deepEqual(await axe(page), [], `${name}, ${colorScheme}`);
	}
	assert.ok((await tooWide(page)) <= 0, `${name} is wider than its window`);
	assert.deepEqual(page.trouble, [], name);
}

async function logIn(into, name) {
	await into.getByLabel('Name').fill(name);
	await into.getByLabel('Password').fill(PASSWORD);
	await into.getByRole('button', { name: 'Log in' }).click();
	await into.getByRole('heading', { name: 'Overview' }).waitFor();
}

const counts = () => page.locator('.toolbar strong').allInnerTexts().then((texts) => texts.map((t) => Number(t.replace(/,/g, ''))));

test('the set-up link makes the first admin, once', async () => {
	await page.goto(service.setup);
	await page.getByLabel('Name').fill('ada');
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByLabel('Password again').fill(PASSWORD);
	await look('setup');
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByText('The inventory is empty').waitFor();
	await look('empty');
	const second = await openPage(browser, service.base);
	await second.goto(service.setup);
	await second.getByText('set up already').waitFor();
	await second.context().close();
});

test('what a scan on the command line finds appears by itself', async () => {
	await run(service.store, 'scan', '--ports', String(town.port), '--no-resolve', '--output', '/dev/null', town.targets);
	await page.getByText('When certificates expire').waitFor({ timeout: 15_000 });
	await look('overview');
	const stats = await page.getByRole('region', { name: 'Counts' }).innerText();
	assert.match(stats, new RegExp(`^${town.certificates}\\s+certificates\\s+${town.endpoints}\\s+endpoints\\s+1\\s+expired`));
	const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
	assert.ok(paint < 3000, `first paint after ${paint} ms`);
});

test('Discover: facets with counts, a pill, the brush, and the address brings it all back', async () => {
	await page.goto(service.base + '#/discover');
	await settled(page);
	assert.deepEqual(await counts(), [town.certificates, town.endpoints]);
	await page.getByRole('button', { name: /^Town Root CA/ }).click();
	await page.waitForURL(/f=issuer/);
	await settled(page);
	assert.deepEqual(await counts(), [town.certificates - 1, town.endpoints - 1]);
	const chart = await page.getByRole('group', { name: /^Expiry timeline/ }).boundingBox();
	await page.mouse.move(chart.x + 36, chart.y + 40);
	await page.mouse.down();
	await page.mouse.move(chart.x + chart.width * 0.3, chart.y + 40, { steps: 5 });
	await page.mouse.up();
	await page.waitForURL(/from=/);
	await settled(page);
	const few = await counts();
	assert.ok(few[0] >= 1 && few[0] < town.certificates - 1, `brushed: ${few}`);
	await look('discover');
	const there = page.url();
	await page.goto(service.base + '#/overview');
	await page.goto(there);
	await settled(page);
	assert.deepEqual(await counts(), few);
	await page.getByRole('button', { name: 'Clear', exact: true }).click();
	await settled(page);
	assert.deepEqual(await counts(), [town.certificates, town.endpoints]);
});

test('the search language, with its errors at the character', async () => {
	const line = page.getByRole('combobox', { name: 'Search the inventory' });
	const asked = async (q, n) => {
		await page.goto(service.base + '#/discover?' + new URLSearchParams({ q }));
		await settled(page);
		assert.deepEqual(await counts(), n, q);
	};
	await asked('not_after < now', [1, 1]);
	await asked('subject:soon or subject="old.town.example"', [2, 2]);
	await asked('names:"*.town.example"', [1, 5]);
	await asked('ip:127.18.0.0/30', [3, 3]);
	await asked('finding:self-signed and not owner:*', [1, 1]);
	await asked('nowhere', [0, 0]);
	await look('nothing');
	page.allowed.push(/status of 400/);
	await line.fill(`port:${town.port} and isuer:R3`);
	await page.getByRole('alert').filter({ hasText: 'issuer' }).waitFor();
	assert.equal(await page.locator('.search-under mark').innerText(), 'isuer');
	await shot(page, 'query-error-light');
	page.allowed.pop();
});

test('CSV of the current view', async () => {
	await page.goto(service.base + '#/discover?q=wild or names:"*.town.example"');
	await settled(page);
	await page.getByRole('button', { name: 'Export' }).click();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^CSV/ }).click()]);
	const lines = readFileSync(await download.path(), 'utf8').trim().split(/\r?\n/);
	assert.equal(lines.length, 1 + 5);
	assert.match(lines[0], /not_after.*subject/);
	await page.goto(service.base + '#/discover?by=certificate&q=names:"*.town.example"');
	await settled(page);
	await page.getByRole('button', { name: 'Export' }).click();
	const [grouped] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^CSV/ }).click()]);
	const certificates = readFileSync(await grouped.path(), 'utf8').trim().split(/\r?\n/);
	assert.equal(certificates.length, 1 + 1, 'one line, however many endpoints serve it');
	assert.match(certificates[1], /,\*\.town\.example,Town Root CA,\*\.town\.example,5,/);
});

test('a saved view', async () => {
	await page.goto(service.base + '#/discover?q=not_after < now');
	await page.getByRole('button', { name: 'Views' }).click();
	await page.getByRole('button', { name: 'Save this view' }).click();
	await page.getByLabel('Name').fill('Over');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.getByText("The view 'Over' is saved").waitFor();
	await page.goto(service.base + '#/discover');
	await page.getByRole('button', { name: 'Views' }).click();
	await page.getByRole('link', { name: 'Over', exact: true }).click();
	await page.waitForURL(/not_after/);
	await settled(page);
	assert.deepEqual(await counts(), [1, 1]);
});

test('a certificate: chain, findings by the names of browsers, endpoints, owner, acknowledgement', async () => {
	await page.goto(service.base + '#/discover?by=certificate&q=subject:old');
	await page.getByRole('link', { name: 'old.town.example' }).click();
	await page.getByRole('heading', { name: 'old.town.example' }).waitFor();
	for (const text of ['NET::ERR_CERT_DATE_INVALID', 'SEC_ERROR_EXPIRED_CERTIFICATE', '10 certificate has expired', 'Town Root CA', 'server authentication', 'BEGIN CERTIFICATE'])
		await page.getByText(text).first().waitFor();
	await look('certificate');
	await page.getByRole('button', { name: 'Edit' }).click();
	await page.getByLabel('Owner', { exact: true }).fill('web team');
	await page.getByLabel('Tags', { exact: true }).fill('prod legacy');
	await look('notes');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('region', { name: 'Owner and notes' }).getByText('web team').waitFor();

	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await page.getByLabel('Finding', { exact: true }).selectOption('expired');
	await page.getByLabel('Why').fill('replaced next week');
	await look('acknowledge');
	await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
	await page.getByText('replaced next week').waitFor();
	await page.goto(service.base + '#/discover?q=owner:"web team"');
	await settled(page);
	assert.deepEqual(await counts(), [1, 1]);
});

test('an endpoint with its chains on a line of time', async () => {
	await page.goto(service.base + '#/discover?q=subject:soon');
	await page.getByRole('link', { name: /^127\.18\.0\.\d+$/ }).click();
	await page.waitForURL(/#\/endpoint\//);
	await page.getByText('RSA 2048').waitFor();
	await look('endpoint');
	await page.getByRole('button', { name: 'Edit' }).click();
	await page.getByLabel('Owner', { exact: true }).fill('edge team');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('region', { name: 'Owner and notes' }).getByText('edge team').waitFor();
	await page.getByRole('button', { name: 'Mute' }).click();
	await page.getByLabel('Why').fill('moved on Friday');
	await page.getByRole('dialog').getByRole('button', { name: 'Mute' }).click();
	await page.getByRole('region', { name: 'Silenced' }).getByText('moved on Friday').waitFor();
});

test('what is silenced says of what, and is ended there', async () => {
	await page.goto(service.base + '#/alerts/silences');
	const list = page.getByRole('region', { name: 'Acknowledged and muted' });
	await list.getByRole('link', { name: 'old.town.example' }).waitFor();
	await list.getByRole('link', { name: /^127\.18\.0\.\d+:\d+$/ }).waitFor();
	await look('silences');
	await list.getByRole('listitem').filter({ hasText: 'moved on Friday' }).getByRole('button', { name: 'End' }).click();
	await list.getByText('moved on Friday').waitFor({ state: 'detached' });
});

test('findings are grouped by certificate: a wildcard on five hosts is one', async () => {
	await look('findings', '#/findings');
	assert.equal(await page.getByRole('link', { name: '*.town.example', exact: true }).count(), 1);
	await page.getByRole('button', { name: 'Critical' }).click();
	await page.waitForURL(/severity=critical/);
	await settled(page);
	await page.getByRole('link', { name: 'old.town.example' }).waitFor();
	assert.equal(await page.getByRole('link', { name: 'year.town.example' }).count(), 0);
});

test('a token works for a program, and is told once', async () => {
	await page.goto(service.base + '#/settings/tokens');
	await page.getByRole('button', { name: 'Token' }).click();
	await page.getByLabel('Name').fill('prometheus');
	await page.getByRole('button', { name: 'Make' }).click();
	const token = await page.locator('code.token').innerText();
	assert.match(token, /^cst_/);
	const program = await browser.newContext({ ignoreHTTPSErrors: true });
	const answer = await program.request.get(service.base + 'api/v1/count', { headers: { Authorization: `Bearer ${token}` } });
	assert.equal((await answer.json()).certificates, town.certificates);
	await program.close();
	await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
	await look('tokens');
	assert.ok(!(await page.content()).includes(token));
});

test('every page of settings', async () => {
	for (const [name, where] of [['settings', '#/settings'], ['users', '#/settings/users'], ['trust', '#/settings/trust'], ['audit', '#/settings/audit']]) await look(name, where);
});

test('trust: the own root is no longer unknown to scans', async () => {
	await page.goto(service.base + '#/settings/trust');
	await page.getByRole('button', { name: 'Authority' }).first().click();
	await page.getByLabel('Certificate (PEM)').fill(readFileSync(town.ca, 'utf8'));
	await page.getByRole('button', { name: 'Trust', exact: true }).click();
	await page.getByRole('heading', { name: 'Town Root CA' }).waitFor();
	assert.deepEqual(page.trouble, []);
});

test('a viewer sees everything and changes nothing', async () => {
	await page.goto(service.base + '#/settings/users');
	await page.getByRole('button', { name: 'User', exact: true }).click();
	await page.getByLabel('Name').fill('guest');
	await page.getByLabel('Role').selectOption('viewer');
	await page.getByLabel('Password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { name: 'guest' }).waitFor();

	const other = await openPage(browser, service.base);
	await other.goto(service.base);
	await logIn(other, 'guest');
	await other.goto(service.base + '#/discover?q=subject:soon');
	await other.getByRole('link', { name: 'soon.town.example' }).click();
	await other.getByRole('heading', { name: 'soon.town.example' }).waitFor();
	for (const name of ['Acknowledge', 'Mute', 'Edit']) assert.equal(await other.getByRole('button', { name }).count(), 0, name);
	await other.goto(service.base + '#/settings');
	await settled(other);
	for (const name of ['Users', 'Who did what']) assert.equal(await other.getByRole('link', { name }).count(), 0, name);
	/* Not only the buttons are missing: the server refuses. */
	other.allowed.push(/status of 403/);
	const refused = await other.evaluate(async () => {
		const session = await (await fetch('api/v1/session')).json();
		const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf };
		return Promise.all([['POST', 'mutes'], ['POST', 'users'], ['PUT', 'settings']].map(async ([method, path]) => (await fetch('api/v1/' + path, { method, headers, body: '{}' })).status));
	});
	assert.deepEqual(refused, [403, 403, 403]);
	assert.deepEqual(other.trouble, []);
	await other.context().close();
});

test('a schedule is made and run; its progress is told as it goes, and its result is kept', async () => {
	await page.goto(service.base + '#/scans?new=schedule');
	await page.getByLabel('Name', { exact: true }).fill('Town');
	await page.getByLabel('Networks, addresses or names').fill(town.targets);
	await page.getByLabel('Ports', { exact: true }).fill(String(town.port));
	await page.getByLabel('Packets a second').fill('3');
	await page.getByRole('button', { name: 'weekday evenings' }).click();
	await page.getByText('at 22:30 from Monday to Friday').waitFor();
	await look('schedule');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { name: 'Town' }).waitFor();
	await page.getByText('has not run yet').waitFor();
	const desk = await openPage(browser, service.base); /* a colleague's, on the overview */
	await desk.goto(service.base);
	await logIn(desk, 'ada');
	await page.bringToFront();
	let asked = 0;
	page.on('request', (r) => (asked += /api\/v1\/runs\?/.test(r.url()) ? 1 : 0));
	await page.getByRole('button', { name: 'Run now' }).click();
	const bar = page.getByRole('progressbar', { name: 'Progress of the scan' });
	await bar.waitFor({ timeout: 20_000 });
	const seen = new Set();
	for (let i = 0; i < 60 && (await bar.count()); i++) {
		seen.add(await bar.getAttribute('aria-valuenow', { timeout: 1000 }).catch(() => '100'));
		await shot(page, 'scanning-light');
		if (seen.size === 2) {
			await page.getByRole('region', { name: 'Schedules' }).getByText(/^Running$/).waitFor();
			assert.equal(await page.getByText('has not run yet').count(), 0);
			await desk.getByRole('link', { name: /^Scanning 127\.18.*: \d+ %$/ }).waitFor();
		}
		await page.waitForTimeout(250);
	}
	assert.ok(seen.size >= 3, `progress was told: ${[...seen]}`);
	assert.ok(asked < 8, `told, not asked for: ${asked} times`);
	await desk.getByText(/^Last scan \d+ s ago/).waitFor();
	await shot(desk, 'after-scan-light');
	assert.deepEqual(desk.trouble, []);
	await desk.context().close();
	await page.getByRole('link', { name: /^last / }).click();
	await page.getByText('Completed').first().waitFor();
	await page.getByText('16 of 16 (100 %)').waitFor();
	await look('run');
});

test('log out, and the session is worth nothing', async () => {
	await page.goto(service.base + '#/overview');
	await page.getByRole('button', { name: /Account of ada/ }).click();
	await page.getByRole('button', { name: 'Log out' }).click();
	await page.getByRole('heading', { name: 'certscape' }).waitFor();
	await look('login');
	page.allowed.push(/status of 401/);
	assert.equal(await page.evaluate(async () => (await fetch('api/v1/rows')).status), 401);
	await logIn(page, 'ada');
	assert.deepEqual(page.trouble, []);
});
