// The rows of the live feed: a first page, older pages on demand, and what the stream brings on top.
//
// Rows are kept in ascending order, so that a new event is a push. While the feed is held (paused, or scrolled away from its
// top) new events wait; nothing is lost. Rows beyond kFeedRowsMax are let go at the old end and read again when scrolled to.
import { asProblem, type ProblemError } from '@/shared/api/problem';
import type { Event } from '@/shared/api/types';
import { ExternalStore } from '@/shared/lib/external-store';

export const kFeedRowsMax = 50_000;
export const kFeedTrim = 10_000;
export const kAskAgainMs = 1000;

export interface FeedPage {
  data: Event[];
  next_cursor: string | null;
}

export type FeedPosition = { cursor: string } | { until: string } | null;

export interface FeedSource {
  fetchPage: (from: FeedPosition, signal: AbortSignal) => Promise<FeedPage>; // Newest first.
  belongs: (event: Event) => boolean;
  askServer: boolean; // The stream cannot tell whether an event belongs: read the first page again instead.
  ready: () => Promise<void>; // Resolves when the stream is live: from then on nothing is missed.
}

export interface FeedView {
  version: number; // Another number: the rows are others.
  count: number;
  waiting: number;
  status: 'loading' | 'ready' | 'error';
  problem: ProblemError | null;
  hasMore: boolean;
}

const empty: FeedView = { version: 0, count: 0, waiting: 0, status: 'loading', problem: null, hasMore: false };

export class Feed {
  readonly view = new ExternalStore<FeedView>(empty);
  private readonly source: FeedSource;
  private readonly gone = new AbortController();
  private rows: Event[] = [];
  private waiting: Event[] = [];
  private older: FeedPosition = null;
  private held = false;
  private loadingOlder = false;
  private frame: { cancel: () => void } | null = null;
  private askTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: FeedSource) {
    this.source = source;
  }

  async start(): Promise<void> {
    await this.source.ready();
    await this.readFirstPage();
  }

  close(): void {
    this.gone.abort();
    this.frame?.cancel();
    clearTimeout(this.askTimer);
  }

  // 0 is the newest.
  readonly rowAt = (index: number): Event => {
    const row = this.rows[this.rows.length - 1 - index];
    if (!row) throw new RangeError(`The feed has no row ${String(index)}`);
    return row;
  };

  receive(events: readonly Event[]): void {
    const wanted = events.filter(this.source.belongs);
    if (wanted.length === 0) return;
    if (this.source.askServer) {
      this.askTimer ??= setTimeout(() => {
        this.askTimer = undefined;
        void this.readFirstPage();
      }, kAskAgainMs);
      return;
    }
    this.append(wanted);
    this.draw();
  }

  setHeld(held: boolean): void {
    this.held = held;
    if (!held) this.release();
  }

  release(): void {
    if (this.waiting.length === 0) return;
    this.push(this.waiting);
    this.waiting = [];
    this.draw();
  }

  readonly loadOlder = (): void => {
    if (this.loadingOlder || this.older === null) return;
    this.loadingOlder = true;
    this.source.fetchPage(this.older, this.gone.signal).then(
      (page) => {
        this.loadingOlder = false;
        const oldest = this.rows[0]?.seq ?? Infinity;
        this.rows = [...page.data.filter(({ seq }) => seq < oldest).reverse(), ...this.rows];
        this.older = page.next_cursor === null ? null : { cursor: page.next_cursor };
        this.draw();
      },
      () => {
        this.loadingOlder = false; // Scrolling on asks again.
      },
    );
  };

  // The first page, joined with what is there if they touch; else it starts the list anew and the rest is read by scrolling.
  readonly readFirstPage = async (): Promise<void> => {
    try {
      const page = await this.source.fetchPage(null, this.gone.signal);
      const ascending = page.data.toReversed();
      const newest = this.waiting.at(-1)?.seq ?? this.rows.at(-1)?.seq ?? -1;
      const oldestRead = ascending[0]?.seq ?? Infinity;
      if (this.rows.length === 0 || (oldestRead > newest && page.next_cursor !== null)) {
        this.waiting = this.waiting.filter(({ seq }) => seq > (ascending.at(-1)?.seq ?? -1));
        this.rows = ascending;
        this.older = page.next_cursor === null ? null : { cursor: page.next_cursor };
      } else this.append(ascending);
      this.view.set({ ...this.view.get(), status: 'ready', problem: null });
      this.draw();
    } catch (error) {
      if (this.gone.signal.aborted) return;
      const status = this.rows.length > 0 ? 'ready' : 'error';
      this.view.set({ ...this.view.get(), status, problem: asProblem(error) });
    }
  };

  private append(ascending: readonly Event[]): void {
    const newest = this.waiting.at(-1)?.seq ?? this.rows.at(-1)?.seq ?? -1;
    const fresh = ascending.filter(({ seq }) => seq > newest);
    if (this.held || this.view.get().status === 'loading') this.waiting.push(...fresh);
    else this.push(fresh);
  }

  private push(events: readonly Event[]): void {
    for (const event of events) this.rows.push(event);
    if (this.rows.length <= kFeedRowsMax) return;
    this.rows = this.rows.slice(-(kFeedRowsMax - kFeedTrim));
    const oldest = new Date(this.rows[0]?.at ?? 0).getTime();
    this.older = { until: new Date(oldest + 1).toISOString() };
  }

  // At most once a frame; in a hidden tab, where there are no frames, four times a second.
  private draw(): void {
    if (this.frame !== null) return;
    const run = (): void => {
      this.frame = null;
      if (this.view.get().status === 'ready' && !this.held && this.waiting.length > 0) {
        this.push(this.waiting);
        this.waiting = [];
      }
      const { version, status, problem } = this.view.get();
      this.view.set({ version: version + 1, count: this.rows.length, waiting: this.waiting.length, status, problem, hasMore: this.older !== null });
    };
    if (document.hidden) {
      const timer = setTimeout(run, 250);
      this.frame = { cancel: () => { clearTimeout(timer); } };
    } else {
      const frame = requestAnimationFrame(run);
      this.frame = { cancel: () => { cancelAnimationFrame(frame); } };
    }
  }
}
