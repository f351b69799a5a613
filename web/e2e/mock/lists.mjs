// Keyset paging over arrays, as the API does it: an opaque cursor, newest first unless asked otherwise.

export function problem(status, title, extra = {}) {
  return { status, type: 'application/problem+json', body: { type: `/problems/${title.toLowerCase().replaceAll(' ', '-')}`, title, status, request_id: 'req_01mock', ...extra } };
}

export function page(rows, query) {
  const limit = Math.min(Number(query.get('limit') ?? 50), 200);
  const cursor = query.get('cursor');
  const from = cursor ? Number(Buffer.from(cursor, 'base64url').toString()) : 0;
  const data = rows.slice(from, from + limit);
  const next = from + limit < rows.length ? Buffer.from(String(from + limit)).toString('base64url') : null;
  return { data, next_cursor: next, prev_cursor: null, ...(query.get('count') === 'exact' ? { total: rows.length } : {}) };
}

export function sorted(rows, sort, fallback) {
  const key = (sort ?? fallback).replace(/^-/, '');
  const sign = (sort ?? fallback).startsWith('-') ? -1 : 1;
  if ((sort ?? fallback) === fallback) return rows;
  return [...rows].sort((a, b) => (a[key] < b[key] ? -sign : a[key] > b[key] ? sign : 0));
}

export function inSpan(rows, query, field) {
  const since = query.get('since');
  const until = query.get('until');
  return since || until ? rows.filter((row) => (!since || row[field] >= since) && (!until || row[field] <= until)) : rows;
}

export function matching(rows, query, fields) {
  let left = rows;
  for (const [parameter, field] of Object.entries(fields)) {
    const wanted = query.getAll(parameter);
    if (wanted.length > 0) left = left.filter((row) => wanted.includes(String(row[field])));
  }
  const text = query.get('q')?.toLowerCase();
  return text ? left.filter((row) => JSON.stringify(row).toLowerCase().includes(text)) : left;
}

export function facet(rows, field) {
  const counts = new Map();
  for (const row of rows) counts.set(row[field], (counts.get(row[field]) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}
