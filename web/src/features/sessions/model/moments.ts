// What a replay lists beside the terminal: markers, keystrokes and the lines of the transcript, each with its moment.
import { shownText, type CastEvent } from './cast';

export interface Moment {
  time: number;
  text: string;
  kind?: string; // Of a marker: login, command, download …
  hidden?: boolean; // Typed where nothing is echoed.
  whole?: number; // When the last of it was printed, where that was later.
}

export function markersOf(events: readonly CastEvent[]): Moment[] {
  return events.flatMap(({ time, code, text }) => {
    if (code !== 'm') return [];
    const blank = text.indexOf(' ');
    return [blank > 0 ? { time, kind: text.slice(0, blank), text: text.slice(blank + 1) } : { time, kind: text || 'marker', text: '' }];
  });
}

const kPauseS = 2; // Keys with a longer pause between them are two lines of the list.
const kKeysMax = 400; // Characters of one line.

// Keys that were pressed one after the other stand in one line, which ends at Enter.
export function keystrokesOf(events: readonly CastEvent[]): Moment[] {
  const lines: Moment[] = [];
  let last = -Infinity;
  let open = false;
  let hidden = false;
  for (const { time, code, text } of events) {
    if (code === 's') hidden = true;
    if (code !== 'i') continue;
    const line = lines.at(-1);
    if (open && line && time - last <= kPauseS && line.hidden === hidden && line.text.length < kKeysMax) line.text += text;
    else lines.push({ time, text, hidden });
    open = !/[\r\n]$/.test(text);
    hidden = false;
    last = time;
  }
  return lines;
}

// Control sequences of a terminal: CSI, OSC, DCS and their like, escapes of two or three characters.
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])/g;
const kLinesMax = 200_000;
const kTailMax = 4096; // A sequence that is longer is none.

// The output as lines of plain text, each at the moment of its first character. Backspaces are applied, so that what was typed and
// corrected can be found; what a program draws by moving the cursor stands in the order in which it was sent.
export function transcriptOf(events: readonly CastEvent[]): Moment[] {
  const lines: Moment[] = [];
  let line: Moment | null = null;
  let rest = '';
  for (const { time, code, text } of events) {
    if (code !== 'o') continue;
    const plain = (rest + shownText(text)).replace(sequences, '');
    // A sequence that the end of a write cut goes to the next one.
    const cut = plain.indexOf('\u001b');
    const whole = cut < 0 || plain.length - cut > kTailMax ? plain : plain.slice(0, cut);
    rest = plain.slice(whole.length);
    for (const character of whole) {
      if (character === '\n') {
        if (line && line.text.trim() !== '') lines.push(line);
        line = null;
        if (lines.length >= kLinesMax) return lines;
      } else if (character === '\b') {
        if (line) line.text = line.text.slice(0, -1);
      } else if (character >= ' ' || character === '\t') {
        line ??= { time, text: '' };
        line.text += character;
        if (time > line.time) line.whole = time;
      }
    }
  }
  if (line && line.text.trim() !== '') lines.push(line);
  return lines;
}

// The last moment that has come; -1 before the first.
export function currentIndex(moments: readonly Moment[], time: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.time ?? Infinity) <= time + 0.001) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function searchMoments(moments: readonly Moment[], text: string): Moment[] {
  const wanted = text.toLowerCase();
  return wanted === '' ? [...moments] : moments.filter((moment) => moment.text.toLowerCase().includes(wanted));
}

// 83.2 → "1:23"; an hour and more: "1:00:05"
export function position(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${String(hours)}:${parts.join(':')}` : `${String(Math.floor(whole / 60))}:${parts[1] ?? ''}`;
}
