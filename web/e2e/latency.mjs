// When rows of the live feed appear in the document, by the clock of the page (ms since 1970; the same machine's clock as the server's).
export async function watchRows(page) {
  await page.evaluate(() => {
    const seen = {};
    globalThis.decnetRowTimes = seen;
    const note = () => {
      const now = Date.now();
      for (const row of document.querySelectorAll('[role=grid] [role=row][id]')) seen[row.id.split('-').at(-1)] ??= now;
    };
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
  });
}

// { sequence number: ms since 1970 }
export function rowTimes(page) {
  return page.evaluate(() => globalThis.decnetRowTimes);
}
