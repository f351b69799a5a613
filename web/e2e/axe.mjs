// axe-core on every page, dark and light, with data, without, and with a server that fails: there must be no violation.
//   node e2e/axe.mjs [filter]
import { axe } from './axe-run.mjs';
import { openBrowser, settled, signIn, staticPages } from './browser.mjs';
import { detailPages } from './detail-pages.mjs';
import { startMock } from './with-mock.mjs';

const only = process.argv[2] ?? '';
const mock = await startMock();
const bad = [];
let runs = 0;

const states = [
  { name: 'full', change: {} },
  { name: 'empty', change: { empty: true } },
  { name: 'error', change: { error: 503, bus: false } },
  { name: 'forbidden', change: { error: 403, role: 'viewer', disk: 'low' } },
];

async function check(page, name) {
  runs += 1;
  const found = await axe(page);
  for (const line of found) console.error(`${name}: ${line}`);
  bad.push(...found);
}

// What only opens on demand: menus, dialogs, the palette.
const overlays = [
  ['/', 'palette', async (page) => { await page.keyboard.press('Control+k'); await page.getByRole('textbox', { name: 'Search' }).fill('root'); await page.waitForTimeout(500); }],
  ['/', 'shortcuts', async (page) => { await page.keyboard.press('?'); await page.getByRole('dialog').waitFor(); }],
  ['/', 'range', async (page) => { await page.getByRole('button', { name: /Time range/ }).click(); await page.waitForTimeout(200); }],
  ['/', 'user menu', async (page) => { await page.getByRole('button', { name: /User admin/ }).click(); await page.getByRole('menu').waitFor(); }],
  ['/attackers', 'chip menu', async (page) => { await page.locator('[role=row] [data-field=ip]').first().click(); await page.getByRole('menu').waitFor(); }],
  ['/settings/users', 'new user', async (page) => { await page.getByRole('button', { name: 'Add a user' }).click(); await page.getByRole('dialog').waitFor(); }],
  ['/settings/tokens', 'new token', async (page) => { await page.getByRole('button', { name: 'Make a token' }).click(); await page.getByRole('dialog').waitFor(); }],
  ['/settings/tokens', 'revoke', async (page) => { await page.getByRole('button', { name: /^Revoke/ }).first().click(); await page.getByRole('dialog').waitFor(); }],
  ['/feed?type=login.attempt&q=root&not=service:ftp', 'filters', async () => undefined],
];

try {
  const details = await detailPages(mock.base, { Cookie: 'decnet_session=mock' });
  for (const scheme of ['dark', 'light']) {
    const { page, faults, close } = await openBrowser({ scheme, reducedMotion: 'reduce' });
    await mock.set({ reset: true, rate: 0 });
    await page.goto(`${mock.base}/login`);
    await settled(page);
    await check(page, `${scheme} /login`);
    await mock.set({ mustChange: true });
    await page.getByLabel('User name').fill(mock.user);
    await page.getByLabel('Password', { exact: true }).fill(mock.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/password/);
    await settled(page);
    await check(page, `${scheme} /password`);
    await mock.set({ mustChange: false });
    await signIn(page, mock.base, mock.user, mock.password);
    for (const { name, change } of states) {
      await mock.set({ reset: true, rate: 0, ...change });
      for (const path of [...staticPages, ...details].filter((each) => each.includes(only))) {
        await page.goto(mock.base + path);
        await settled(page);
        await page.waitForTimeout(150);
        await check(page, `${scheme} ${name} ${path}`);
      }
    }
    await mock.set({ reset: true, rate: 0 });
    for (const [path, name, open] of overlays) {
      await page.goto(mock.base + path);
      await settled(page);
      await open(page);
      await page.waitForTimeout(250);
      await check(page, `${scheme} ${path} with ${name}`);
    }
    for (const fault of faults) console.error(`${scheme}: ${fault}`);
    bad.push(...faults);
    await close();
  }
} finally {
  mock.stop();
}
console.log(`axe: ${runs} views, ${bad.length} violations`);
process.exit(bad.length > 0 ? 1 : 0);
