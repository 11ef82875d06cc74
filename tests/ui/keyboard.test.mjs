// Without a mouse: everything that can be clicked is reached by Tab, in the order of the page, and
// shows that it has the focus; menus and dialogs take the focus, keep it, and give it back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { openBrowser, openPage, settled } from './browser.mjs';
import { openMock } from './mock.mjs';

const MOST_STOPS = 400;
const PAGES = {
	overview: '#/overview', discover: '#/discover?q=finding:weak-key', certificates: '#/discover?by=certificate&q=finding:weak-key', findings: '#/findings?q=finding:weak-key', schedules: '#/scans', runs: '#/scans/runs',
	rules: '#/alerts', channels: '#/alerts/channels', messages: '#/alerts/messages', silences: '#/alerts/silences', settings: '#/settings',
	users: '#/settings/users', tokens: '#/settings/tokens', trust: '#/settings/trust', audit: '#/settings/audit',
};
let mock, browser, page;

before(async () => {
	mock = await openMock();
	browser = await openBrowser();
	page = await openPage(browser, mock.base);
	await page.goto(mock.base);
	await settled(page);
});
after(async () => {
	await browser?.close();
	mock?.close();
});

/** What a mouse could use. Rows but the first are the arrow keys'; what is hidden from screen
 * readers is there a second time for them and for the keyboard (facets, the page behind a row). */
function clickable() {
	const wanted = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary';
	const seen = (e) => e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: false }) && !e.closest('[aria-hidden=true], .skip');
	return [...document.querySelectorAll(wanted)].filter(seen);
}

/** Focus where a visit begins. */
async function fresh(where) {
	await page.goto('about:blank');
	await page.goto(mock.base + where);
	await settled(page);
}

async function walk() {
	const all = await page.evaluate(`(${clickable})().forEach((e, i) => (e.dataset.stop = i)), (${clickable})().length`);
	const reached = [], dark = [];
	for (let i = 0; i < MOST_STOPS; i++) {
		await page.keyboard.press('Tab');
		const at = await page.evaluate(() => {
			const e = document.activeElement;
			if (!e || e === document.body) return null;
			const style = getComputedStyle(e), around = getComputedStyle(e.parentElement.parentElement ?? e);
			const shown = style.outlineStyle !== 'none' || around.outlineStyle !== 'none' || style.opacity === '0';
			return { stop: e.dataset.stop, shown, what: `${e.tagName} ${e.className} ${(e.getAttribute('aria-label') ?? e.innerText ?? '').slice(0, 40)}` };
		});
		if (!at || reached.includes(Number(at.stop))) break; /* it is all round */
		if (at.stop !== undefined) reached.push(Number(at.stop));
		if (!at.shown) dark.push(at.what);
	}
	const missed = await page.evaluate((got) => [...document.querySelectorAll('[data-stop]')].filter((e) => !got.includes(Number(e.dataset.stop))).map((e) => `${e.outerHTML.slice(0, 120)}`), reached);
	await page.evaluate(() => document.querySelectorAll('[data-stop]').forEach((e) => delete e.dataset.stop));
	return { all, reached, dark, missed };
}

for (const [name, where] of Object.entries(PAGES))
	test(`Tab reaches everything: ${name}`, async () => {
		await fresh(where);
		const { all, reached, dark, missed } = await walk();
		assert.ok(all > 10, `${all} things to click`);
		assert.deepEqual(missed, []);
		assert.deepEqual(dark, [], 'without a sign of the focus');
		assert.deepEqual(reached, [...reached].sort((a, b) => a - b), 'not in the order of the page');
	});

test('the first stop leads past the navigation', async () => {
	await fresh('#/findings');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

const focus = () => page.evaluate(() => document.activeElement?.closest('dialog, .menu') ? 'inside' : document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText);

const DIALOGS = [
	['#/scans', 'link', 'Scan now'], ['#/scans', 'link', 'Schedule'], ['#/scans', 'button', 'Change Data centre, every night'], ['#/scans', 'button', 'Remove Branch offices'],
	['#/alerts', 'button', 'Rule'], ['#/alerts', 'button', 'Dry run'], ['#/alerts/channels', 'button', 'Channel'], ['#/alerts/channels', 'button', 'Change Operations mail'],
	['#/settings/users', 'button', 'User'], ['#/settings/tokens', 'button', 'Token'], ['#/settings/trust', 'button', 'Authority'], ['#/findings', 'button', 'Acknowledge'], ['#/findings', 'button', 'Mute'],
];
for (const [where, role, name] of DIALOGS)
	test(`a dialog takes the focus and gives it back: ${name}`, async () => {
		await page.goto(mock.base + where);
		await settled(page);
		const opener = page.getByRole(role, { name, exact: true }).first();
		await opener.focus();
		await page.keyboard.press('Enter');
		await page.getByRole('dialog').waitFor();
		assert.equal(await focus(), 'inside');
		for (let i = 0; i < 30; i++) {
			await page.keyboard.press('Tab');
			assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('dialog')), 'the focus has left the dialog');
		}
		/* Past the last one the browser's own bar has the focus. */
		if ((await focus()) !== 'inside') await page.keyboard.press('Tab');
		await page.keyboard.press('Escape');
		/* In the editor the first one frees Tab, which writes blanks there. */
		if (await page.evaluate(() => document.activeElement.tagName === 'TEXTAREA' && !!document.activeElement.closest('.editor'))) await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		assert.ok(await opener.evaluate((e) => e === document.activeElement), `the focus is at ${await focus()}`);
	});

test('menus: Enter opens, arrows walk, Escape closes and gives the focus back', async () => {
	await page.goto(mock.base + '#/discover');
	await settled(page);
	for (const name of ['Columns', 'Export', 'Views', 'Account of ada', 'Light or dark']) {
		const button = page.getByRole('button', { name, exact: true });
		await button.focus();
		await page.keyboard.press('Enter');
		await page.locator('.menu').waitFor();
		assert.equal(await focus(), 'inside', name);
		await page.keyboard.press('ArrowDown');
		assert.equal(await focus(), 'inside', name);
		await page.keyboard.press('Escape');
		assert.equal(await page.locator('.menu').count(), 0);
		assert.ok(await button.evaluate((e) => e === document.activeElement), name);
	}
});

test('a dialog that a menu has opened gives the focus back to the menu', async () => {
	await page.goto(mock.base + '#/discover');
	await settled(page);
	const button = page.getByRole('button', { name: 'Views', exact: true });
	await button.focus();
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Save this view' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	assert.ok(await button.evaluate((e) => e === document.activeElement), `the focus is at ${await focus()}`);
});

test('nothing went wrong meanwhile', () => assert.deepEqual(page.trouble, []));
