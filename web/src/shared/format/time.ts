// The one place where times become text. Times arrive as RFC 3339 UTC; people see their own zone, 24 hours, zone named.

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });
const full = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  fractionalSecondDigits: 3, timeZoneName: 'short',
});
const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });

export function zoneName(at: Date = new Date()): string {
  return zone.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

// "14:02:11"
export function clockTime(iso: string | number): string {
  return clock.format(new Date(iso));
}

// "14:02:11" today, else "03 Nov 14:02:11"; "03 Nov 2025 14:02" where the year is another.
export function shortTime(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  if (at.toDateString() === now.toDateString()) return clock.format(at);
  if (at.getFullYear() === now.getFullYear()) return `${day.format(at)} ${clock.format(at)}`;
  return `${day.format(at)} ${String(at.getFullYear())} ${minute.format(at)}`;
}

// "14 Nov 2026, 14:02:11.503 CET"
export function fullTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : full.format(at);
}

const steps: [limit: number, divisor: number, unit: string][] = [
  [60, 1, 's'], [3600, 60, 'min'], [86_400, 3600, 'h'], [86_400 * 60, 86_400, 'd'], [86_400 * 730, 86_400 * 30.44, 'mo'],
];

// "12 s ago", "in 3 min", "now"
export function relativeTime(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((now - new Date(iso).getTime()) / 1000);
  if (Number.isNaN(seconds)) return iso;
  const size = Math.abs(seconds);
  if (size < 2) return 'now';
  const [, divisor, unit] = steps.find(([limit]) => size < limit) ?? [0, 86_400 * 365.25, 'y'];
  const text = `${String(Math.floor(size / divisor))} ${unit}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

// 950 → "950 ms", 61_000 → "1 min 1 s", 90_000_000 → "1 d 1 h"
export function duration(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${String(Math.round(seconds * 10) / 10)} s`;
  const units: [number, string][] = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = units.findIndex(([size]) => seconds >= size);
  let rest = Math.floor(seconds);
  return units
    .slice(first, first + 2)
    .map(([size, unit]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count ? `${String(count)} ${unit}` : '';
    })
    .filter(Boolean)
    .join(' ');
}
