// The browser of `bench/run screen`: opens the live feed of one decky, says "ready", and at the end of its input prints when each row
// appeared: { sequence number: ms since 1970 }.
import { openBrowser, signIn } from '../web/e2e/browser.mjs';
import { rowTimes, watchRows } from '../web/e2e/latency.mjs';

const { DECNET_URL: base, DECNET_USER: user, DECNET_PASSWORD: password, DECNET_DECKY: decky } = process.env;
const { page, close } = await openBrowser();
try {
  await signIn(page, base, user, password);
  await page.goto(`${base}/feed?type=session.started&decky=${encodeURIComponent(decky)}`);
  await page.waitForFunction(() => document.querySelector('[data-phase]')?.dataset.phase === 'live', null, { timeout: 15_000 });
  await watchRows(page);
  console.log('ready');
  await new Promise((done) => process.stdin.once('data', done).once('end', done));
  console.log(JSON.stringify(await rowTimes(page)));
} finally {
  await close();
}
process.exit(0);
