// Who is told what: a channel and its test, the guard of webhooks, what a rule would send, a rule of
// ElastAlert2 with its error marked, a message that really arrives. With the real program.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { axe, openBrowser, openPage, settled, shot } from './browser.mjs';
import { openService, run } from './service.mjs';
import { openTown } from './town.mjs';

const PASSWORD = 'correct horse battery staple';
let town, service, browser, page, receiver;
const heard = [];

before(async () => {
	town = await openTown();
	receiver = createServer(async (request, response) => {
		let text = '';
		for await (const piece of request) text += piece;
		heard.push(text);
		response.end('ok');
	}).listen(0, '127.0.0.1');
	await once(receiver, 'listening');
	service = await openService(town.folder);
	await run(service.store, 'scan', '--ports', String(town.port), '--no-resolve', '--output', '/dev/null', town.targets);
	browser = await openBrowser();
	page = await openPage(browser, service.base);
	await page.goto(service.setup);
	await page.getByLabel('Name').fill('ada');
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByLabel('Password again').fill(PASSWORD);
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
});
after(async () => {
	await browser?.close();
	await service?.close();
	receiver?.close();
	town?.close();
});

async function look(name, where) {
	if (where) await page.goto(service.base + where);
	await settled(page);
	for (const colorScheme of ['dark', 'light']) {
		await page.emulateMedia({ colorScheme });
		await page.waitForFunction((c) => document.documentElement.dataset.theme === c, colorScheme);
		await page.waitForTimeout(160);
		await shot(page, `${name}-${colorScheme}`);
		assert.deepEqual(await axe(page), [], `${name}, ${colorScheme}`);
	}
	assert.deepEqual(page.trouble, [], name);
}

test('our own rules are on from the start, and say that nobody is told yet', async () => {
	await look('rules', '#/alerts');
	await page.getByText('nobody is told').waitFor();
	assert.ok((await page.getByRole('button', { name: 'Dry run' }).count()) >= 4);
});

test('a dry run shows what would be sent', async () => {
	await page.getByRole('listitem').filter({ hasText: 'Certificates that expire' }).getByRole('button', { name: 'Dry run' }).click();
	const letter = page.locator('.letter pre').first();
	await letter.waitFor();
	const text = await letter.innerText();
	assert.ok(text.includes('soon.town.example') && text.includes('old.town.example') && !text.includes('year.town.example'), text);
	await look('dry-run');
	await page.getByRole('button', { name: 'Close' }).click();
});

test('a webhook to this machine is refused until an admin allows it; then its test arrives', async () => {
	await page.goto(service.base + '#/alerts/channels');
	await page.getByRole('button', { name: 'Channel', exact: true }).first().click();
	await page.getByLabel('Name', { exact: true }).fill('Receiver');
	await page.getByLabel('Kind', { exact: true }).selectOption('post');
	await page.getByLabel('Address', { exact: true }).fill(`http://127.0.0.1:${receiver.address().port}/hook?key=secret`);
	await look('channel');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { name: 'Receiver' }).waitFor();
	assert.ok(!(await page.content()).includes('key=secret'), 'a secret is never told again');
	await page.getByRole('button', { name: 'Test' }).click();
	await page.getByText(/^Failed: .*127\.0\.0\.1/).waitFor();
	assert.equal(heard.length, 0);

	await page.goto(service.base + '#/settings');
	await page.getByLabel('Webhooks may also go to').fill('127.0.0.0/8');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByText('Saved', { exact: true }).waitFor();
	await page.goto(service.base + '#/alerts/channels');
	await page.getByRole('button', { name: 'Test' }).click();
	await page.getByText(/^Sent: /).waitFor();
	assert.equal(heard.length, 1);
	await look('channels');
});

test('a rule of ElastAlert2: its error is marked at the line, then it is kept', async () => {
	await page.goto(service.base + '#/alerts');
	await page.getByRole('button', { name: 'Rule', exact: true }).first().click();
	const text = page.getByRole('textbox', { name: 'Rule in YAML' });
	await text.fill('name: Town\ntype: spike\nindex: certscape\nalert: post\nhttp_post_url: "http://127.0.0.1:9/"\n');
	await page.locator('.problems .bad').first().waitFor();
	assert.equal(await page.locator('.editor-lines .bad').first().innerText(), '2');
	assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled());
	await look('rule-error');
	await text.fill('name: Town\ntype: any\ntimestamp_field: timestamp\ntimeframe: {days: 1}\nscan_entire_timeframe: true\nfilter:\n- term: {subject: "old.town.example"}\nalert: post\nhttp_post_url: "http://127.0.0.1:9/"\n');
	await page.locator('.problems .bad').first().waitFor({ state: 'detached' });
	await page.getByLabel(/^In force/).uncheck(); /* else it has run before it is asked */
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { name: 'Town' }).waitFor();
	await page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Town/ }) }).getByRole('button', { name: 'Dry run' }).click();
	await page.locator('.letter').first().waitFor();
	await page.getByRole('button', { name: 'Close' }).click();
	assert.deepEqual(page.trouble, []);
});

test('messages and silences', async () => {
	await look('messages', '#/alerts/messages');
	await look('silences', '#/alerts/silences');
});
