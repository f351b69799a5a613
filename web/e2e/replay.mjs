// A recorded session in a real browser: it plays, seeks, searches, grows, leads to moments, obeys the keyboard, fits 320 px and
// passes axe in both schemes. The list is 100,000 rows long.
//   node e2e/replay.mjs
import assert from 'node:assert/strict';
import { axe } from './axe-run.mjs';
import { openBrowser, settled, signIn } from './browser.mjs';
import { startMock } from './with-mock.mjs';

const mock = await startMock();
const found = [];
const first = async (query) => (await (await fetch(`${mock.base}/api/v1/sessions?limit=1&${query}`, { headers: { Cookie: 'decnet_session=mock' } })).json()).data[0];

const terminal = (page) => page.locator('.ap-term-text');
const shows = (page, text) => page.waitForFunction((wanted) => document.querySelector('.ap-term-text')?.textContent.includes(wanted), text, { timeout: 10_000 });
const time = async (page) => (await page.locator('[data-clock]').textContent()).split(' / ')[0];
const isAt = (page, wanted) => page.waitForFunction((each) => document.querySelector('[data-clock]')?.textContent.startsWith(`${each} /`), wanted, { timeout: 10_000 });

async function open(page, path) {
  await page.goto(mock.base + path);
  await page.locator('[data-terminal=ready]').waitFor({ timeout: 15_000 });
  await settled(page);
}

async function plays(page, session) {
  await open(page, `/sessions/${session.uuid}`);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await shows(page, 'Linux web-01 6.1.0-28-amd64 #1 SMP Debian');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  const paused = await time(page);
  await page.waitForTimeout(400);
  assert.equal(await time(page), paused, 'a paused replay stands still');
}

async function seeks(page, session) {
  await open(page, `/sessions/${session.uuid}?t=45.5`);
  await isAt(page, '0:45');
  await shows(page, 'su: Authentication failure');
  await page.getByRole('button', { name: /0:12 download/ }).click();
  await isAt(page, '0:12');
  assert.ok(!(await terminal(page).textContent()).includes('Authentication failure'), 'what came later is gone');
  assert.equal(await page.locator('[aria-current=true]').filter({ hasText: 'download' }).count(), 1);
  await page.getByRole('slider', { name: 'Position' }).fill('52');
  await shows(page, 'no UTF-8: \uFFFD\uFFFD');
  await shows(page, '<script>alert(1)</script>');
  assert.equal(await page.locator('.ap-player').count(), 1, 'there is one player, whatever was sought');
}

async function keys(page, session) {
  await open(page, `/sessions/${session.uuid}`);
  await page.keyboard.press('5');
  await isAt(page, '0:47');
  await page.keyboard.press('[');
  await isAt(page, '0:41');
  await page.keyboard.press('ArrowRight');
  await isAt(page, '0:46');
  await terminal(page).focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await page.keyboard.press('f');
  assert.equal(await page.evaluate(() => document.fullscreenElement), null, 'the player has no keys of its own');
}

async function searches(page, session) {
  await open(page, `/sessions/${session.uuid}`);
  await page.getByRole('tab', { name: 'Transcript' }).click();
  await page.getByRole('searchbox', { name: 'Search in the transcript' }).fill('timed out');
  await page.getByText('1 match', { exact: true }).waitFor();
  await page.getByRole('button', { name: /timed out/ }).click();
  await isAt(page, '0:12');
  await page.getByRole('tab', { name: /Keystrokes/ }).click();
  await page.getByRole('button', { name: /backup123/ }).waitFor();
  assert.equal(await page.getByText('not echoed').count(), 1);
}

async function grows(page, session) {
  await mock.set({ growing: true });
  await open(page, `/sessions/${session.uuid}`);
  await page.getByText('Growing').waitFor();
  await page.evaluate(() => { document.querySelector('.ap-player').dataset.same = 'yes'; });
  await page.waitForFunction(() => document.querySelector('[data-clock]')?.textContent.endsWith('1:35'), null, { timeout: 15_000 });
  await page.keyboard.press('9');
  await page.getByRole('slider', { name: 'Position' }).fill('95');
  await shows(page, 'and more came');
  assert.equal(await page.locator('.ap-player[data-same=yes]').count(), 1, 'the player was not built again');
  await mock.set({ growing: false });
}

async function lists(page) {
  await page.goto(`${mock.base}/sessions?range=30d`);
  await settled(page);
  const grid = page.getByRole('grid', { name: 'Sessions' });
  assert.equal(await grid.getAttribute('aria-rowcount'), '100001');
  assert.ok((await page.getByRole('row').count()) < 100, 'only rows in sight are in the document');
  await page.getByRole('switch', { name: 'Recorded' }).click();
  await page.waitForURL(/recorded=true/);
  await page.getByRole('searchbox', { name: 'Search in commands' }).fill('wget');
  await page.waitForURL(/q=wget/);
  await settled(page);
  await grid.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/open=session/);
  await page.locator('[data-terminal=ready]').waitFor({ timeout: 15_000 });
}

try {
  const session = await first('has_recording=true');
  for (const scheme of ['dark', 'light']) {
    const { page, faults, close } = await openBrowser({ scheme, reducedMotion: 'reduce' });
    await mock.set({ reset: true, rate: 0 });
    await signIn(page, mock.base, mock.user, mock.password);
    for (const step of scheme === 'dark' ? [plays, seeks, keys, searches, grows, lists] : [seeks]) {
      await step(page, session);
      for (const line of await axe(page)) found.push(`${scheme} ${step.name}: ${line}`);
      console.log(`${scheme} ${step.name}: ok`);
    }
    found.push(...faults);
    await close();
  }
  const { page, close } = await openBrowser({ width: 320, height: 640 });
  await signIn(page, mock.base, mock.user, mock.password);
  await open(page, `/sessions/${session.uuid}?t=45.5`);
  await shows(page, 'su: Authentication failure');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), 'nothing is wider than the page');
  for (const line of await axe(page)) found.push(`320 px: ${line}`);
  await close();
} finally {
  mock.stop();
}
for (const line of found) console.error(line);
console.log(`replay: ${found.length} faults`);
process.exit(found.length > 0 ? 1 : 0);
