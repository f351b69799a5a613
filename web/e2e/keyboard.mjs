// The main tasks with the keyboard only: sign in, walk a list, open and close details, filter, pause, change the range, find, sign out.
//   node e2e/keyboard.mjs
import assert from 'node:assert/strict';
import { openBrowser, settled } from './browser.mjs';
import { startMock } from './with-mock.mjs';

const mock = await startMock();
await mock.set({ reset: true, rate: 0 });
const { page, faults, close } = await openBrowser({ reducedMotion: 'reduce' });
const keys = page.keyboard;
const url = () => new URL(page.url());

async function step(name, run) {
  await run();
  console.log(`ok  ${name}`);
}

async function until(what, check) {
  await page.waitForFunction(check, null, { timeout: 10_000 }).catch(() => assert.fail(`not reached: ${what}, at ${page.url()}`));
}

// The list shows rows, and so has its shortcuts.
const rows = () => page.locator('[role=grid] [role=row][id]').first().waitFor();

async function sequence(text) {
  for (const key of text.split(' ')) await keys.press(key);
}

try {
  await step('sign in', async () => {
    await page.goto(`${mock.base}/attackers`);
    await settled(page);
    await keys.type(mock.user);
    await keys.press('Tab');
    await keys.type(mock.password);
    await keys.press('Enter');
    await page.waitForURL(/attackers/);
    await page.getByRole('heading', { name: 'Attackers', level: 1 }).waitFor();
    await rows();
  });
  await step('walk a list, open a row, close it, and be back in the list', async () => {
    await sequence('j j k Enter');
    await until('the drawer has the focus', () => document.activeElement?.matches('[data-drawer=attacker]'));
    await keys.press('Escape');
    await until('the drawer is closed and the list has the focus', () => !document.querySelector('[data-drawer]') && document.activeElement?.getAttribute('role') === 'grid');
    assert.equal(url().searchParams.get('open'), null);
  });
  await step('open a row as a page and come back', async () => {
    await keys.press('Shift+Enter');
    await page.waitForURL(/attackers\/0197/);
    await page.goBack();
    await page.waitForURL(/attackers(\?|$)/);
    await rows();
  });
  await step('filter for a row and out again', async () => {
    await sequence('j f');
    await page.waitForURL(/[?&]ip=/);
    await page.goBack();
    await page.waitForURL((each) => !each.search.includes('ip='));
    await rows();
    await sequence('j Shift+f');
    await page.waitForURL(/not=ip/);
  });
  await step('go to pages by sequences', async () => {
    for (const [key, path] of [['o', '/'], ['c', '/credentials'], ['d', '/fleet'], ['k', '/workers'], ['f', '/feed']]) {
      await sequence(`g ${key}`);
      await page.waitForURL((each) => each.pathname === path);
      await settled(page);
    }
  });
  await step('pause, count what waits, take it in, resume', async () => {
    await keys.press('p');
    await until('paused', () => document.body.textContent.includes('Resume'));
    await mock.emit(7);
    await until('seven wait', () => document.body.textContent.includes('7 new'));
    await keys.press('p');
    await until('none waits', () => !document.body.textContent.includes('7 new'));
  });
  await step('search in the page', async () => {
    await keys.press('/');
    await keys.type('root');
    await page.waitForURL(/q=root/);
    await keys.press('Escape');
    await until('the field is left', () => document.activeElement?.tagName !== 'INPUT');
  });
  await step('change the time range', async () => {
    await keys.press('Shift+Digit4');
    await page.waitForURL(/range=7d/);
  });
  await step('find by the palette', async () => {
    await keys.press('Control+k');
    await page.getByRole('textbox', { name: 'Search' }).waitFor();
    await keys.type('fleet');
    await page.getByRole('button', { name: 'Fleet' }).or(page.getByRole('option', { name: 'Fleet' })).first().waitFor();
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await page.waitForURL(/fleet/);
    await settled(page);
  });
  await step('see the shortcuts', async () => {
    await keys.press('?');
    await page.getByRole('dialog').waitFor();
    await keys.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
  await step('reach the content past the navigation', async () => {
    await page.goto(`${mock.base}/fleet`);
    await settled(page);
    await keys.press('Tab');
    await until('the skip link has the focus', () => document.activeElement?.textContent?.includes('Skip'));
    await keys.press('Enter');
    await until('the content has the focus', () => document.activeElement?.id === 'main');
  });
  assert.deepEqual(faults, []);
} finally {
  await close();
  mock.stop();
}
