// The Workers page against a running decnet: a worker is stopped and started by the keyboard alone, the broker goes and comes back.
//
//   DECNET_URL=… DECNET_PASSWORD=… node e2e/workers.mjs
//
// It prints "kill the broker" when it wants that; the caller does it and writes "killed <ms since 1970>" to the input, and, when the broker
// answers again, "back <ms since 1970>". What was seen, and how long it took, is printed. DECNET_SHOTS=<folder>: pictures for people.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { axe } from './axe-run.mjs';
import { openBrowser, settled, signIn } from './browser.mjs';

const { DECNET_URL: base = 'http://127.0.0.1:8080', DECNET_USER: user = 'admin', DECNET_PASSWORD: password, DECNET_SHOTS: shots } = process.env;
assert.ok(password, 'DECNET_PASSWORD is missing');
const kWaitMs = 60_000;
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

let { page, faults, close } = await openBrowser();
const state = (name, wanted) => page.waitForSelector(`[data-worker="${name}"][data-worker-state="${wanted}"]`, { timeout: kWaitMs });
const shot = async (name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png` }); };
const told = async (word) => {
  const { value } = await input.next();
  assert.ok(value?.startsWith(`${word} `), `expected "${word} …", got ${value}`);
  return Number(value.split(' ')[1]);
};

// Tab until the element has the focus: what a person without a mouse does.
async function tabTo(label) {
  for (let count = 0; count < 200; count += 1) {
    if (await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '') === label) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`"${label}" cannot be reached by the keyboard`);
}

async function ask(label, reason) {
  await tabTo(label);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(300); // The dialog's own motion.
  assert.deepEqual(await axe(page), []);
  await shot(`dialog-${label.toLowerCase().replaceAll(' ', '-')}`);
  await page.keyboard.type(reason);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

try {
  let holds = password;
  for (const scheme of ['dark', 'light']) {
    if (scheme === 'light') {
      await close();
      ({ page, faults, close } = await openBrowser({ scheme }));
    }
    holds = await signIn(page, base, user, holds);
    await page.goto(`${base}/workers`);
    await settled(page);
    await state('ingester', 'ok');
    assert.deepEqual(await axe(page), []);
    await shot(`workers-${scheme}`);
    await ask('Stop ingester', 'too loud');
    await state('ingester', 'stale');
    await page.getByText('too loud').first().waitFor();
    await shot(`stopped-${scheme}`);
    console.log(`${scheme}: the ingester is stale`);
    await page.getByRole('button', { name: 'ingester', exact: true }).click();
    await page.getByRole('heading', { name: 'Last words' }).waitFor();
    await page.getByRole('region', { name: 'Log of ingester' }).waitFor();
    await page.waitForTimeout(300);
    assert.deepEqual(await axe(page), []);
    await shot(`drawer-${scheme}`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await ask('Start ingester', 'enough');
    await state('ingester', 'ok');
    console.log(`${scheme}: the ingester is ok`);
  }

  console.log('kill the broker');
  const killed = await told('killed');
  await page.waitForSelector('[data-banner="bus"]', { timeout: kWaitMs });
  console.log(`the banner came after ${Date.now() - killed} ms`);
  await state('bus', 'stale');
  await shot('offline');
  for (const path of ['/', '/feed', '/fleet', '/settings/profile']) {
    await page.evaluate((to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }, path);
    assert.ok(await page.locator('[data-banner="bus"]').isVisible(), `no banner on ${path}`);
  }
  console.log('the banner is on every page');
  const back = await told('back');
  await page.waitForSelector('[data-banner="bus"]', { state: 'detached', timeout: kWaitMs });
  console.log(`the banner went after ${Math.max(0, Date.now() - back)} ms`);
  await page.goto(`${base}/workers`);
  for (const name of ['bus', 'collector', 'ingester', 'reconciler']) await state(name, 'ok');
  assert.deepEqual(faults, []);
  console.log('all is whole');
} finally {
  await close();
  input.return?.();
}
