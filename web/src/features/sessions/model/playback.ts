// Playback: the clock of a replay. It holds what was recorded, says what time it is in it, and feeds the terminal. A recording
// that still grows is appended to; the terminal is built once.
import { ExternalStore } from '@/shared/lib/external-store';
import { parseSize, shownText, type CastEvent, type CastHeader } from './cast';

// What draws: the terminal of the player.
export interface Screen {
  reset: (columns: number, rows: number) => void;
  resize: (columns: number, rows: number) => void;
  write: (text: string) => void;
}

export interface PlaybackView {
  time: number;
  duration: number;
  playing: boolean;
  speed: number;
  skipIdle: boolean;
  ended: boolean; // At the end of a recording to which nothing comes any more.
  count: number; // Events so far: changes when more arrived.
}

export const speeds = [0.5, 1, 1.5, 2, 4, 8, 16] as const;
export const kIdleMax = 1.5; // Seconds of silence that "skip idle" leaves.
const kTickMs = 40;

export class Playback {
  readonly events: CastEvent[] = [];
  readonly view = new ExternalStore<PlaybackView>({ time: 0, duration: 0, playing: false, speed: 1, skipIdle: true, ended: false, count: 0 });
  private screen: Screen | null = null;
  private next = 0; // The first event that has not been fed.
  private lastMs = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private complete = false;

  readonly header: CastHeader;
  private readonly now: () => number;

  constructor(header: CastHeader, now: () => number = () => performance.now()) {
    this.header = header;
    this.now = now;
  }

  // Draws everything up to now on it.
  attach(screen: Screen | null): void {
    this.screen = screen;
    if (screen) this.rewind(this.view.get().time);
  }

  append(events: readonly CastEvent[]): void {
    for (const event of events) this.events.push(event);
    const duration = Math.max(this.view.get().duration, events.at(-1)?.time ?? 0);
    this.change({ duration, count: this.events.length, ended: false });
  }

  // Where there is something to see.
  opening(): number {
    return this.events.find(({ code }) => code === 'o')?.time ?? 0;
  }

  // Nothing more will come.
  finish(): void {
    this.complete = true;
  }

  play(): void {
    if (this.view.get().playing) return;
    if (this.view.get().ended) this.seek(0);
    this.lastMs = this.now();
    this.timer = setInterval(() => { this.tick(); }, kTickMs);
    this.change({ playing: true });
  }

  pause(): void {
    clearInterval(this.timer);
    this.change({ playing: false });
  }

  toggle(): void {
    if (this.view.get().playing) this.pause();
    else this.play();
  }

  seek(to: number): void {
    const time = Math.min(Math.max(to, 0), this.view.get().duration);
    if (time < this.view.get().time) this.rewind(time);
    else this.feed(time);
    this.lastMs = this.now();
    this.change({ time, ended: false });
  }

  setSpeed(speed: number): void {
    this.change({ speed });
  }

  setSkipIdle(skipIdle: boolean): void {
    this.change({ skipIdle });
  }

  dispose(): void {
    clearInterval(this.timer);
    this.screen = null;
  }

  private tick(): void {
    const { time, speed, skipIdle, duration } = this.view.get();
    const ms = this.now();
    let then = time + ((ms - this.lastMs) / 1000) * speed;
    this.lastMs = ms;
    this.feed(then);
    const idle = kIdleMax * Math.max(speed, 1);
    const following = this.events[this.next]?.time ?? duration;
    if (skipIdle && following - then > idle) then = following - idle;
    if (then < duration) {
      this.change({ time: then });
      return;
    }
    this.feed(duration);
    if (this.complete) clearInterval(this.timer);
    this.change({ time: duration, playing: !this.complete, ended: this.complete });
  }

  private rewind(time: number): void {
    this.next = 0;
    this.screen?.reset(this.header.columns, this.header.rows);
    this.feed(time);
  }

  private feed(until: number): void {
    let output = '';
    const flush = (): void => {
      if (output) this.screen?.write(output);
      output = '';
    };
    for (let event = this.events[this.next]; event && event.time <= until; event = this.events[this.next]) {
      this.next += 1;
      if (event.code === 'o') output += shownText(event.text);
      const size = event.code === 'r' ? parseSize(event.text) : null;
      if (!size) continue;
      flush();
      this.screen?.resize(size.columns, size.rows);
    }
    flush();
  }

  private change(change: Partial<PlaybackView>): void {
    this.view.set({ ...this.view.get(), ...change });
  }
}
