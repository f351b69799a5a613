// The time range of the top bar. It lives in the URL: `range=24h`, or `since=…&until=…` for a fixed one.

export interface TimeSpan {
  since?: string;
  until?: string;
}

export const presets = [
  { id: '15m', word: 'Last 15 minutes', short: '15 min', ms: 15 * 60_000 },
  { id: '1h', word: 'Last hour', short: '1 h', ms: 3_600_000 },
  { id: '24h', word: 'Last 24 hours', short: '24 h', ms: 86_400_000 },
  { id: '7d', word: 'Last 7 days', short: '7 d', ms: 7 * 86_400_000 },
  { id: '30d', word: 'Last 30 days', short: '30 d', ms: 30 * 86_400_000 },
  { id: 'all', word: 'All time', short: 'All time', ms: null },
] as const;

export type PresetId = (typeof presets)[number]['id'];
export const kDefaultRange: PresetId = '24h';

export interface RangeSearch {
  range?: PresetId;
  since?: string;
  until?: string;
}

export function isPreset(value: unknown): value is PresetId {
  return presets.some((preset) => preset.id === value);
}

function time(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

// What of an URL's search is a time range; the rest of it, and nonsense, is left out.
export function parseRange(search: Record<string, unknown>): RangeSearch {
  const since = time(search.since);
  const until = time(search.until);
  if (since !== undefined || until !== undefined) return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
  return isPreset(search.range) ? { range: search.range } : {};
}

export function isFixed(range: RangeSearch): boolean {
  return range.since !== undefined || range.until !== undefined;
}

// The span to ask the server for, counted back from now where the range is a preset.
export function spanOf(range: RangeSearch, now: number = Date.now()): TimeSpan {
  if (isFixed(range)) return { ...(range.since ? { since: range.since } : {}), ...(range.until ? { until: range.until } : {}) };
  const preset = presets.find(({ id }) => id === (range.range ?? kDefaultRange));
  return preset?.ms ? { since: new Date(now - preset.ms).toISOString() } : {};
}

// The same range always gives the same key, however late it is.
export function rangeKey(range: RangeSearch): string {
  return isFixed(range) ? `${range.since ?? ''}..${range.until ?? ''}` : (range.range ?? kDefaultRange);
}
