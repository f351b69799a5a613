// A session that a real decnet recorded: found, played, sought, searched, linked to, downloaded; the page of who it was; the same
// with the keyboard only and on a narrow screen; axe in both schemes.
//
//   DECNET_URL=http://127.0.0.1:8080 DECNET_PASSWORD=… DECNET_MARK=text DECNET_SESSION=uuid DECNET_ATTACKER=uuid DECNET_URL_SEEN=http://… node e2e/recorded.mjs
//
// DECNET_MARK stands in the session's first command, in a URL and in the name of a file of it. Its commands wait for 5 s before they
// print "awake". DECNET_SHOTS names a folder for pictures.
import assert from 'node:assert/strict';
import { axe } from './axe-run.mjs';
import { openBrowser, settled, signIn } from './browser.mjs';
import { eventsOf, isNear, isPast, kWait, markerOf, open, shot, shows, steps, timeOf } from './recorded-steps.mjs';

const { DECNET_URL: base, DECNET_USER: user = 'admin', DECNET_PASSWORD: first, DECNET_NEW_PASSWORD: chosen, DECNET_MARK: mark, DECNET_SESSION: session } = process.env;
const found = [];

// Presses a key until what is wanted has the focus.
async function reach(page, key, wanted) {
  for (let n = 0; n < 60; ++n) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not reach ${String(wanted)}`);
}

async function byKeyboard(password) {
  const { page, faults, close } = await openBrowser({ reducedMotion: 'reduce' });
  const keys = page.keyboard;
  await page.goto(`${base}/sessions`);
  await page.getByLabel('User name').waitFor(kWait);
  await reach(page, 'Tab', page.getByLabel('User name'));
  await keys.type(user);
  await keys.press('Tab');
  await keys.type(password);
  await keys.press('Enter');
  await page.locator('[role=grid] [role=row][id]').first().waitFor(kWait);
  await keys.press('/');
  await keys.type(mark);
  await page.waitForURL(new RegExp(`q=${mark}`));
  await page.waitForFunction(() => document.querySelectorAll('[role=grid] [role=row][id]').length === 1, null, kWait);
  await keys.press('Escape');
  await keys.press('j');
  await keys.press('Shift+Enter');
  await page.waitForURL(new RegExp(`sessions/${session}`));
  await page.locator('[data-terminal=ready]').waitFor(kWait);
  const events = await eventsOf(page);
  const before = await timeOf(page);
  await keys.press('Space');
  await isPast(page, before + 0.1);
  await keys.press('Space');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor(kWait);
  const following = events.find(([time, code]) => code === 'm' && time > before + 3)[0];
  while ((await timeOf(page)) < following) await keys.press(']');
  await isNear(page, following);
  await keys.press('[');
  await reach(page, 'Tab', page.getByRole('tab', { name: 'Commands' }));
  await keys.press('ArrowRight');
  await keys.press('ArrowRight');
  await page.getByRole('searchbox', { name: 'Search in the transcript' }).waitFor(kWait);
  await reach(page, 'Tab', page.getByRole('searchbox', { name: 'Search in the transcript' }));
  await keys.type('gotten');
  await page.getByText('1 match', { exact: true }).waitFor(kWait);
  await reach(page, 'Tab', page.getByRole('button', { name: /gotten/ }));
  await keys.press('Enter');
  await shows(page, 'gotten');
  await isNear(page, events.find(([, code, text]) => code === 'o' && text.includes('gotten'))[0]);
  await shot(page, 'keyboard');
  found.push(...faults);
  await close();
  console.log('ok the keyboard is enough');
}

async function onNarrowScreen(password) {
  const { page, faults, close } = await openBrowser({ width: 320, height: 640 });
  await signIn(page, base, user, password);
  await open(page);
  const events = await eventsOf(page);
  await page.getByRole('slider', { name: 'Position' }).fill(String(markerOf(events, 'command sleep')));
  await shows(page, 'gotten');
  await shot(page, 'narrow');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), 'nothing is wider than the page');
  for (const line of await axe(page)) found.push(`320 px: ${line}`);
  found.push(...faults);
  await close();
  console.log('ok it fits 320 px');
}

let password = first;
for (const scheme of ['dark', 'light']) {
  const { context, page, faults, close } = await openBrowser({ scheme });
  password = await signIn(page, base, user, password, chosen);
  const events = await eventsOf(page);
  const bad = [];
  let pages = 0;
  for (const step of scheme === 'dark' ? steps : steps.slice(2, 4).concat(steps.at(-1))) {
    const said = await step(page, events, context, (line) => bad.push(line)).catch(async (error) => {
      await shot(page, `failed-${step.name}`);
      throw error;
    });
    await settled(page);
    for (const line of await axe(page)) bad.push(`${said}: ${line}`);
    pages += 1;
    if (scheme === 'dark') console.log(`ok ${said}`);
  }
  for (const line of bad) console.error(line);
  console.log(`axe ${scheme}: ${pages} pages, ${bad.length} violations`);
  found.push(...bad, ...faults);
  await close();
}
await byKeyboard(password);
await onNarrowScreen(password);
for (const line of found) console.error(line);
process.exit(found.length > 0 ? 1 : 0);
