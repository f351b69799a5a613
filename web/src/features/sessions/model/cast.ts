// asciicast v2 as it arrives: text in pieces becomes events. What is no event is left out: a recording is attacker text.
// https://docs.asciinema.org/manual/asciicast/v2/; the codes beyond it are described in docs/recordings.md.

export interface CastHeader {
  columns: number;
  rows: number;
  timestamp: number | null; // Seconds since 1970.
  title: string;
}

export type CastCode = 'o' | 'i' | 'r' | 'm' | 's';

export interface CastEvent {
  time: number; // Seconds since the recording began.
  code: CastCode;
  text: string;
}

const codes: readonly string[] = ['o', 'i', 'r', 'm', 's'];
const kSizeMax = 1000; // Columns or rows; what says more is not believed.

function size(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= kSizeMax ? value : otherwise;
}

export function parseHeader(line: string): CastHeader | null {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { width, height, timestamp, title } = value as Record<string, unknown>;
  return { columns: size(width, 80), rows: size(height, 24), timestamp: typeof timestamp === 'number' ? timestamp : null, title: typeof title === 'string' ? title : '' };
}

export function parseEvent(line: string): CastEvent | null {
  const value = parseJson(line);
  if (!Array.isArray(value)) return null;
  const [time, code, text] = value as unknown[];
  if (typeof time !== 'number' || !Number.isFinite(time) || time < 0 || typeof code !== 'string' || !codes.includes(code) || typeof text !== 'string') return null;
  return { time, code: code as CastCode, text };
}

// "120x40"
export function parseSize(text: string): { columns: number; rows: number } | null {
  const match = /^(\d{1,4})x(\d{1,4})$/.exec(text);
  if (!match) return null;
  const [columns, rows] = [size(Number(match[1]), 0), size(Number(match[2]), 0)];
  return columns > 0 && rows > 0 ? { columns, rows } : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}

// Takes the text of a recording piece by piece. The first line of the whole is the header; segments that are appended later have none.
export class CastReader {
  header: CastHeader | null = null;
  private rest = '';

  read(piece: string): CastEvent[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.take(line));
  }

  // What stands behind the last line end.
  end(): CastEvent[] {
    const line = this.rest;
    this.rest = '';
    return this.take(line);
  }

  private take(line: string): CastEvent[] {
    if (line.trim() === '') return [];
    if (this.header === null && line.startsWith('{')) {
      this.header = parseHeader(line);
      return [];
    }
    const event = parseEvent(line);
    return event ? [event] : [];
  }
}

// Bytes that were no UTF-8 are carried as U+EF80 … U+EFFF; a terminal shows them as it would have.
export function shownText(text: string): string {
  return text.replace(/[\uEF80-\uEFFF]/g, '\uFFFD');
}
