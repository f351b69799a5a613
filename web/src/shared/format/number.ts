const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compactFormat = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const kFullMax = 1_000_000; // Where there is room, numbers below it are written in full.

// 12345 → "12,345"
export function count(value: number): string {
  return whole.format(value);
}

// 12345 → "12.3K"; below ten thousand in full
export function compact(value: number): string {
  return value < 10_000 ? whole.format(value) : compactFormat.format(value);
}

// 1536 → "1.5 KiB"
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size >= 100 || unit === 0 ? String(Math.round(size)) : size.toFixed(1)} ${units[unit] ?? ''}`;
}

// "1 event", "1,204 events"
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

// The change against the span before: "+12 %", "-3 %", or nothing where there was none.
export function change(value: number, previous: number): string | null {
  if (previous === 0) return null;
  const percent = Math.round(((value - previous) / previous) * 100);
  if (percent === 0) return 'unchanged';
  const shown = Math.min(Math.abs(percent), 999);
  return `${percent > 0 ? '+' : '−'}${String(shown)}${Math.abs(percent) > 999 ? '+' : ''} %`;
}
