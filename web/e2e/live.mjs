// A run against a real decnet: signs in, sees a login attempt arrive in the live feed, opens its attacker, finds its credential,
// looks at every page with axe in both schemes.
//
//   DECNET_URL=http://127.0.0.1:8080 DECNET_USER=admin DECNET_PASSWORD=… DECNET_PRINCIPAL=name node e2e/live.mjs
//
// DECNET_PASSWORD is the password, or the first one (then DECNET_NEW_PASSWORD is set). It prints "ready" when the feed is open: the
// caller then attempts a login as DECNET_PRINCIPAL. DECNET_TOUCH_FILE names a file into which the caller writes the moment of its
// attempt (ms since 1970), for the time from touch to screen. DECNET_AXE=0 leaves axe out, DECNET_SHOT=file.png takes a picture of the overview.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { axe } from './axe-run.mjs';
import { openBrowser, settled, signIn, staticPages } from './browser.mjs';
import { detailPages } from './detail-pages.mjs';

const { DECNET_URL: base = 'http://127.0.0.1:8080', DECNET_USER: user = 'admin', DECNET_PASSWORD: password, DECNET_NEW_PASSWORD: chosen, DECNET_PRINCIPAL: principal } = process.env;
assert.ok(password, 'DECNET_PASSWORD is missing');
assert.ok(principal, 'DECNET_PRINCIPAL is missing');
const kWaitMs = Number(process.env.DECNET_WAIT_MS ?? 60_000);

async function watchFor(page, text) {
  await page.evaluate((wanted) => {
    const look = () => {
      if (globalThis.decnetSeenAt === undefined && [...document.querySelectorAll('[role=grid] [role=row][id]')].some((row) => row.textContent.includes(wanted))) globalThis.decnetSeenAt = Date.now();
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, text);
}

async function seeAttempt(page) {
  await page.goto(`${base}/feed?type=login.attempt`);
  await page.waitForFunction(() => document.querySelector('[data-phase]')?.dataset.phase === 'live', null, { timeout: 15_000 });
  await watchFor(page, principal);
  console.log('ready');
  await page.waitForFunction(() => globalThis.decnetSeenAt !== undefined, null, { timeout: kWaitMs });
  const seenAt = await page.evaluate(() => globalThis.decnetSeenAt);
  console.log(`the attempt is in the feed`);
  const file = process.env.DECNET_TOUCH_FILE;
  if (file && existsSync(file)) console.log(`touch to screen: ${seenAt - Number(readFileSync(file, 'utf8'))} ms`);
}

async function openAttacker(page) {
  const row = page.locator('[role=grid] [role=row][id]').filter({ hasText: principal }).first();
  await row.getByRole('gridcell').last().click(); // No chip is there, which would open its menu.
  await page.locator('[data-drawer=event]').waitFor();
  await page.locator('[data-drawer=event]').getByRole('button', { name: 'Attacker', exact: true }).click();
  await page.locator('[data-drawer=attacker] [data-attacker]').waitFor();
  console.log('the attacker is open');
}

async function findCredential(page) {
  await page.goto(`${base}/credentials?principal=${encodeURIComponent(principal)}`);
  const row = page.locator('[role=grid] [role=row][id]').filter({ hasText: principal }).first();
  await row.waitFor({ timeout: 15_000 });
  await row.getByRole('gridcell').last().click(); // No chip is there, which would open its menu.
  await page.locator('[data-credential]').waitFor();
  console.log('the credential is found');
}

async function axeEverywhere(page, scheme, cookies) {
  const details = await detailPages(base, { Cookie: cookies });
  const bad = [];
  for (const path of [...staticPages, ...details]) {
    await page.goto(base + path);
    await settled(page);
    await page.waitForTimeout(200);
    for (const line of await axe(page)) bad.push(`${scheme} ${path}: ${line}`);
  }
  for (const line of bad) console.error(line);
  console.log(`axe ${scheme}: ${staticPages.length + details.length} pages, ${bad.length} violations`);
  return bad.length;
}

const cookieHeader = async (context) => (await context.cookies(base)).map(({ name, value }) => `${name}=${value}`).join('; ');
const { context, page, faults, close } = await openBrowser({ scheme: 'dark' });
let violations = 0;
try {
  const now = await signIn(page, base, user, password, chosen ?? `${password}-changed-1`);
  await seeAttempt(page);
  await openAttacker(page);
  await findCredential(page);
  if (process.env.DECNET_SHOT) {
    await page.goto(`${base}/`);
    await settled(page);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: process.env.DECNET_SHOT });
  }
  if (process.env.DECNET_AXE !== '0') {
    violations += await axeEverywhere(page, 'dark', await cookieHeader(context));
    const light = await openBrowser({ scheme: 'light' });
    await signIn(light.page, base, user, now);
    violations += await axeEverywhere(light.page, 'light', await cookieHeader(light.context));
    faults.push(...light.faults);
    await light.close();
  }
  assert.deepEqual(faults, [], 'no exception and no refusal by the content security policy');
} finally {
  await close();
}
process.exit(violations > 0 ? 1 : 0);
