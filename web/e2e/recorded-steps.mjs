// The steps of recorded.mjs: what a person does with one recorded session. Each gives the words for what it has seen.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { axe } from './axe-run.mjs';
import { settled } from './browser.mjs';
import { checkCast } from './cast.mjs';

const { DECNET_URL: base, DECNET_MARK: mark, DECNET_SESSION: session, DECNET_ATTACKER: attacker, DECNET_URL_SEEN: urlSeen, DECNET_SHOTS: shots } = process.env;
assert.ok(base && mark && session && attacker && urlSeen, 'a variable is missing');
const kSilenceS = 5;
export const kWait = { timeout: 20_000 };

const slider = (page) => page.getByRole('slider', { name: 'Position' });
export const timeOf = async (page) => Number(await slider(page).inputValue());
export const shows = (page, text) => page.waitForFunction((wanted) => document.querySelector('.ap-term-text')?.textContent.includes(wanted), text, kWait);
export const isPast = (page, time) => page.waitForFunction((least) => Number(document.querySelector('input[type=range]')?.value) > least, time, kWait);
export const isNear = (page, time) => page.waitForFunction((wanted) => Math.abs(Number(document.querySelector('input[type=range]')?.value) - wanted) < 0.35, time, kWait);
const button = (page, name) => page.getByRole('button', { name, exact: true });

export async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  const scheme = await page.evaluate(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
  await page.screenshot({ path: `${shots}/${name}-${scheme}.png`, fullPage: true });
}

export async function open(page, rest = '') {
  await page.goto(`${base}/sessions/${session}${rest}`);
  await page.locator('[data-terminal=ready]').waitFor(kWait);
  await settled(page);
}

// The markers of the recording, as the API gives it: what the page shows is measured by it.
export async function eventsOf(page) {
  const text = await page.evaluate(async (path) => (await fetch(path)).text(), `/api/v1/sessions/${session}/recording`);
  return checkCast(text);
}
export const markerOf = (events, text) => events.find(([, code, value]) => code === 'm' && value.includes(text))?.[0] ?? assert.fail(`no marker ${text}`);

async function found(page) {
  await page.goto(`${base}/sessions`);
  await settled(page);
  await page.getByRole('switch', { name: 'Recorded' }).click();
  await page.waitForURL(/recorded=true/);
  await page.getByRole('searchbox', { name: 'Search in commands' }).fill(mark);
  await page.waitForURL(new RegExp(`q=${mark}`));
  const row = page.locator('[role=grid] [role=row][id]');
  await page.waitForFunction(() => document.querySelectorAll('[role=grid] [role=row][id]').length === 1, null, kWait);
  await shot(page, 'list');
  await row.getByRole('gridcell').last().click();
  await page.locator('[data-terminal=ready]').waitFor(kWait);
  assert.equal(await page.locator(`[data-session="${session}"]`).count(), 1);
  await shot(page, 'drawer');
  return 'it is found by what was typed';
}

async function plays(page) {
  await open(page);
  const before = await timeOf(page);
  await button(page, 'Play').click();
  await isPast(page, before + 0.2);
  await shows(page, 'Linux');
  await button(page, 'Pause').click();
  await button(page, 'Play').waitFor();
  const paused = await timeOf(page);
  // The screen is drawn again some times: whatever still moved would be seen.
  await page.evaluate(() => new Promise((done) => { let frames = 20; const each = () => (frames-- === 0 ? done() : requestAnimationFrame(each)); each(); }));
  assert.equal(await timeOf(page), paused);
  await slider(page).press('End');
  await shows(page, 'logout');
  return 'it plays and stands still';
}

async function seeks(page, events) {
  await open(page);
  const at = markerOf(events, `download ${urlSeen}`);
  await page.getByRole('button', { name: new RegExp(`download ${urlSeen}`) }).click();
  await isNear(page, at);
  await shows(page, 'uid=0(root)');
  assert.ok(!(await page.locator('.ap-term-text').textContent()).includes('awake\n'), 'what came later is not there yet');
  assert.equal(await page.locator('[aria-current=true]').filter({ hasText: 'download' }).count(), 1);
  await page.getByRole('button', { name: /command sleep/ }).click();
  await isNear(page, markerOf(events, 'command sleep'));
  await shot(page, 'session');
  return 'a marker leads to its moment';
}

async function searches(page, events) {
  await open(page);
  await page.getByRole('tab', { name: 'Transcript' }).click();
  await page.getByRole('searchbox', { name: 'Search in the transcript' }).fill(`planted by ${mark}`);
  await page.getByText('1 match', { exact: true }).waitFor(kWait);
  await page.getByRole('button', { name: new RegExp(`planted by ${mark}`) }).click();
  await shows(page, `planted by ${mark}`);
  await isNear(page, events.find(([, code, text]) => code === 'o' && text.includes(`planted by ${mark}`))[0]);
  await shot(page, 'transcript');
  await page.getByRole('searchbox').last().fill('nobody typed this');
  await page.getByText('No line matches').waitFor(kWait);
  await shot(page, 'transcript-nothing');
  await page.getByRole('tab', { name: /Keystrokes/ }).click();
  await page.getByRole('button', { name: new RegExp(`echo ${mark}; id`) }).waitFor(kWait);
  await shot(page, 'keystrokes');
  return 'a searched line leads to its moment';
}

async function hastens(page, events) {
  await open(page);
  const speed = page.getByRole('combobox', { name: 'Speed' });
  await speed.selectOption('16');
  await button(page, 'Play').click();
  await button(page, 'Play').waitFor(kWait); // It has come to its end.
  assert.ok(Math.abs((await timeOf(page)) - events.at(-1)[0]) < 0.2);
  await speed.evaluate((element) => { element.blur(); });
  await page.keyboard.press('<');
  assert.equal(await speed.inputValue(), '8');
  await page.keyboard.press('>');
  assert.equal(await speed.inputValue(), '16');
  return 'it is played faster';
}

// Where the clock first stands behind `least`, once it was started.
async function firstBehind(page, least) {
  await page.evaluate((wanted) => {
    globalThis.decnetBehind = new Promise((done) => {
      const look = () => {
        const value = Number(document.querySelector('input[type=range]').value);
        if (value > wanted) done(value);
        else requestAnimationFrame(look);
      };
      look();
    });
  }, least);
  await button(page, 'Play').click();
  const value = await page.evaluate(() => globalThis.decnetBehind);
  await button(page, 'Pause').click();
  return value;
}

async function skips(page, events) {
  await open(page);
  const from = markerOf(events, 'command sleep');
  const skip = page.getByRole('switch', { name: 'Skip idle' });
  await slider(page).fill(String(from + 0.5));
  assert.ok((await firstBehind(page, from + 0.7)) > from + kSilenceS - 2, 'the silence was not skipped');
  await skip.click();
  await slider(page).fill(String(from + 0.5));
  assert.ok((await firstBehind(page, from + 0.7)) < from + kSilenceS - 2, 'the silence was skipped');
  return 'silences are skipped, or not';
}

async function links(page, events, context) {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
  await open(page);
  const at = events.findLast(([, code, text]) => code === 'o' && text.includes('awake'))[0];
  await slider(page).fill(String(at));
  await button(page, 'Copy link').click();
  await page.getByText('Link copied').waitFor(kWait);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(`${base}/sessions/${session}?t=`), link);
  await page.goto(link);
  await page.locator('[data-terminal=ready]').waitFor(kWait);
  await isNear(page, at);
  await shows(page, 'gotten');
  return 'a link leads to a moment';
}

async function downloads(page, events) {
  await open(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download .cast' }).click()]);
  assert.match(download.suggestedFilename(), /\.cast$/);
  let text = '';
  for await (const piece of await download.createReadStream()) text += piece;
  assert.deepEqual(checkCast(text), events);
  return 'the recording is an asciicast';
}

async function attackerTells(page, events, context, report) {
  await page.goto(`${base}/attackers/${attacker}`);
  await settled(page);
  await shot(page, 'attacker');
  const tells = { Commands: `echo ${mark}; id`, URLs: urlSeen, Files: `${mark}.bin` };
  for (const [name, wanted] of Object.entries(tells)) {
    await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
    const row = page.getByRole('grid', { name }).getByRole('row').filter({ hasText: wanted });
    await row.first().waitFor(kWait);
    await shot(page, `attacker-${name.toLowerCase()}`);
    for (const line of await axe(page)) report(`attacker's ${name}: ${line}`);
  }
  return "the attacker's page tells all of it";
}

// In the order in which a person would: (page, events, context, report).
export const steps = [found, plays, seeks, searches, hastens, skips, links, downloads, attackerTells];
