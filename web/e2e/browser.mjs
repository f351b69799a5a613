// Helpers for runs in a real browser: start it, sign in, look at a page.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

// A browser with a profile of its own. `close` ends it and removes the profile.
export async function openBrowser({ scheme = 'dark', width = 1440, height = 900, reducedMotion = 'no-preference', ignoreHttpsErrors = true } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'decnet-e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags, viewport: { width, height }, colorScheme: scheme, reducedMotion, ignoreHTTPSErrors: ignoreHttpsErrors,
  });
  const faults = [];
  context.on('page', (page) => watch(page, faults));
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page, faults);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, page, faults, close };
}

// Errors that no page may have: exceptions and refusals of the content security policy.
function watch(page, faults) {
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Minified React error|Uncaught/.test(message.text())) faults.push(message.text());
  });
}

// Signs in; where the first password must be changed, changes it to `chosen`. Returns the password that now holds.
export async function signIn(page, base, user, password, chosen = `${password}-changed-1`) {
  await page.goto(`${base}/login`);
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'), { timeout: 15_000 });
  // The address is "/" for a moment, until the guard has sent the person on: what the page shows decides.
  const first = page.getByLabel('First password');
  await first.or(page.locator('[data-phase]')).first().waitFor({ timeout: 15_000 });
  if (!(await first.isVisible())) return password;
  await page.getByLabel('First password').fill(password);
  await page.getByLabel('New password', { exact: true }).fill(chosen);
  await page.getByLabel('New password again').fill(chosen);
  await page.getByRole('button', { name: 'Change and go on' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/password'), { timeout: 15_000 });
  return chosen;
}

// Waits until a page shows what it has: no skeletons, fonts loaded.
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('[data-state="loading"]') && document.querySelector('h1') !== null, null, { timeout: 15_000 });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

export const staticPages = ['/', '/feed', '/attackers', '/sessions', '/sessions?recorded=true&login=true', '/credentials', '/credentials?tab=top', '/fleet', '/workers', '/workers?tab=health', '/workers?tab=crashes', '/workers?tab=rejected', '/workers?tab=imports', '/settings/profile', '/settings/users', '/settings/tokens', '/settings/audit'];
