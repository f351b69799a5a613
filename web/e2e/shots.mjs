// Takes a picture of every page in both schemes and two widths, for people to look at: e2e/out/*.png
//   node e2e/shots.mjs [filter]
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openBrowser, settled, signIn, staticPages } from './browser.mjs';
import { detailPages } from './detail-pages.mjs';
import { startMock } from './with-mock.mjs';

const out = fileURLToPath(new URL('./out/', import.meta.url));
const only = process.argv[2] ?? '';
mkdirSync(out, { recursive: true });
const mock = await startMock();

try {
  const pages = ['/login', ...staticPages, ...(await detailPages(mock.base, { Cookie: 'decnet_session=mock' }))];
  for (const scheme of ['dark', 'light']) {
    for (const width of [1440, 320]) {
      const { page, faults, close } = await openBrowser({ scheme, width, height: width === 320 ? 640 : 900 });
      await signIn(page, mock.base, mock.user, mock.password);
      for (const path of pages) {
        const name = `${path.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '').slice(0, 40) || 'overview'}-${scheme}-${width}`;
        if (!name.includes(only)) continue;
        await page.goto(mock.base + path);
        await settled(page);
        await page.waitForTimeout(500);
        await page.screenshot({ path: `${out}${name}.png` });
      }
      for (const fault of faults) console.error(`${scheme} ${width}: ${fault}`);
      await close();
    }
  }
} finally {
  mock.stop();
}
