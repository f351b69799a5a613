// Measures the built dashboard against its budget: what the first page needs, and what each route adds to it, gzipped.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const kEntryMax = 200_000;
const kRouteMax = 100_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const sizes = new Map();
function size(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length);
  return sizes.get(file);
}

// Every file that must be there before a chunk runs: itself, what it imports, and their style sheets.
function closure(key, files = new Set(), seen = new Set()) {
  if (seen.has(key)) return files;
  seen.add(key);
  const chunk = manifest[key];
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) closure(next, files, seen);
  return files;
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry);
const entry = closure(entryKey);
const rows = Object.keys(manifest)
  .filter((key) => manifest[key].isDynamicEntry)
  .map((key) => ({ key, bytes: total([...closure(key)].filter((file) => !entry.has(file))) }))
  .sort((a, b) => b.bytes - a.bytes);

const entryBytes = total(entry);
console.log(`${kb(entryBytes)}  entry (at most ${kb(kEntryMax).trim()})`);
for (const { key, bytes } of rows) console.log(`${kb(bytes)}  ${key}`);

const over = rows.filter(({ bytes }) => bytes > kRouteMax).map(({ key }) => key);
if (entryBytes > kEntryMax) over.push('entry');
if (over.length > 0) {
  console.error(`Over budget: ${over.join(', ')}`);
  process.exit(1);
}
