// Runs axe-core in a page and reports what it found.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Violations as lines of text, one per element.
export async function axe(page) {
  // Evaluated by the debugger: the content security policy of the page stays as it is.
  await page.evaluate(source);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }), tags);
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) => `${id} (${impact}) at ${target.join(' ')}\n      ${failureSummary.replaceAll('\n', '\n      ')}`));
}
