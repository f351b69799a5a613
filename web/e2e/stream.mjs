// The stream in a real browser: how long from the frame to the row, one connection for many tabs, and nothing missed over a restart.
//   node e2e/stream.mjs
import assert from 'node:assert/strict';
import { openBrowser, settled, signIn } from './browser.mjs';
import { rowTimes, watchRows } from './latency.mjs';
import { startMock } from './with-mock.mjs';

const kSamples = 60;
const mock = await startMock();
await mock.set({ reset: true, rate: 0 });
const { context, page, faults, close } = await openBrowser();

const live = (each) => each.waitForFunction(() => document.querySelector('[data-phase]')?.dataset.phase === 'live', null, { timeout: 15_000 });
const rowsOf = (each) => each.evaluate(() => [...document.querySelectorAll('[role=grid] [role=row][id]')].map((row) => Number(row.id.split('-').at(-1))));
const health = async () => (await fetch(`${mock.base}/__mock/clients`, { method: 'POST', body: '{}' })).json();

try {
  await signIn(page, mock.base, mock.user, mock.password);
  await page.goto(`${mock.base}/feed`);
  await settled(page);
  await live(page);

  await watchRows(page);
  const sent = new Map();
  for (let index = 0; index < kSamples; index += 1) {
    const { last, sent_at } = await mock.emit(1);
    sent.set(String(last), sent_at);
    await page.waitForTimeout(40 + (index % 7) * 9);
  }
  await page.waitForTimeout(500);
  const seen = await rowTimes(page);
  const times = [...sent].map(([seq, at]) => seen[seq] - at).filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b);
  assert.equal(times.length, kSamples, 'every event became a row');
  console.log(`frame to row: p50 ${times[kSamples >> 1]} ms, p95 ${times[Math.floor(kSamples * 0.95)]} ms, max ${times.at(-1)} ms (${kSamples} events)`);

  const others = [];
  for (let index = 0; index < 7; index += 1) {
    const tab = await context.newPage();
    await tab.goto(`${mock.base}/feed`);
    await live(tab);
    others.push(tab);
  }
  const { clients } = await health();
  assert.equal(clients, 1, 'eight tabs share one connection');
  console.log('8 tabs, 1 connection');
  for (const tab of others) await tab.close();

  const before = (await rowsOf(page))[0];
  await mock.restart(2500);
  await page.waitForTimeout(400);
  const { first, last } = await mock.emit(20); // Stored while nobody listens.
  assert.equal(first, before + 1);
  const from = Date.now();
  await live(page);
  await page.waitForFunction((seq) => document.querySelector(`[role=row][id$="-${seq}"]`) !== null, last, { timeout: 10_000 });
  const rows = await rowsOf(page);
  assert.deepEqual(rows.slice(0, 20), Array.from({ length: 20 }, (_, index) => last - index), 'nothing missed, nothing twice');
  console.log(`restart of 2.5 s: 20 events stored meanwhile are all there ${Date.now() - from} ms after the check began`);
  assert.deepEqual(faults, []);
} finally {
  await close();
  mock.stop();
}
