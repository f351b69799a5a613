// A page left open while decnet's processes end and come back: afterwards every login attempt is in the feed, once.
//
//   DECNET_URL=… DECNET_PASSWORD=… DECNET_PREFIX=name node e2e/left-open.mjs
//
// It prints "ready" when the feed is open and live. The caller then does what it wants to decnet, attempts logins as
// "<DECNET_PREFIX>-1", "-2" …, and writes "check <how many>" to the input. One line of JSON comes back: the phases of the stream with
// their times (ms since 1970) and how often each name stands in the feed. The run fails unless each is there exactly once.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { openBrowser, signIn } from './browser.mjs';

const { DECNET_URL: base = 'http://127.0.0.1:8080', DECNET_USER: user = 'admin', DECNET_PASSWORD: password, DECNET_PREFIX: prefix } = process.env;
assert.ok(password && prefix, 'DECNET_PASSWORD or DECNET_PREFIX is missing');
const kArriveMs = 15_000;

const live = (page) => page.waitForFunction(() => document.querySelector('[data-phase]')?.dataset.phase === 'live', null, { timeout: 30_000 });

async function watchPhases(page) {
  await page.evaluate(() => {
    const phases = [];
    globalThis.decnetPhases = phases;
    const note = () => {
      const phase = document.querySelector('[data-phase]')?.dataset.phase;
      if (phase && phases.at(-1)?.phase !== phase) phases.push({ phase, at: Date.now() });
    };
    note();
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-phase'] });
  });
}

// How often each name stands in the rows of the feed.
const counted = (page) => page.evaluate((wanted) => {
  const found = {};
  for (const row of document.querySelectorAll('[role=grid] [role=row][id]')) {
    const name = new RegExp(`${wanted}-\\d+(?!\\d)`).exec(row.textContent)?.[0];
    if (name) found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}, prefix);

// High enough that all rows are in the document: the list draws only what is in sight.
const { page, faults, close } = await openBrowser({ height: 4000 });
try {
  await signIn(page, base, user, password);
  await page.goto(`${base}/feed?type=login.attempt`);
  await live(page);
  await watchPhases(page);
  await page.evaluate(() => { globalThis.decnetSamePage = true; });
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const count = Number(line.split(' ')[1]);
    await live(page);
    const until = Date.now() + kArriveMs;
    let seen = await counted(page);
    while (Object.keys(seen).length < count && Date.now() < until) {
      await page.waitForTimeout(100);
      seen = await counted(page);
    }
    await page.waitForTimeout(1000); // What comes twice may come later.
    seen = await counted(page);
    console.log(JSON.stringify({ phases: await page.evaluate(() => globalThis.decnetPhases), seen }));
    const wanted = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index + 1}`, 1]));
    assert.deepEqual(seen, wanted, 'every attempt is in the feed exactly once');
    assert.ok(await page.evaluate(() => globalThis.decnetSamePage), 'the page was not loaded again');
    break;
  }
  assert.deepEqual(faults, []);
} finally {
  await close();
}
process.exit(0);
