// The one connection to /stream. It reads frames, hands them to every attached port and comes back by itself:
// the id of the last frame goes with each attempt, so that the server goes on exactly there.
import type { HubMessage, StreamPhase, StreamState } from './messages';
import { SseParser, type SseFrame } from './sse-parser';

export interface HubPort {
  post: (message: HubMessage) => void;
}

export interface HubOptions {
  connect: (lastId: string | null, signal: AbortSignal) => Promise<Response>;
  lastId?: string | null;
  random?: () => number;
}

export const kSilenceMs = 40_000; // The server says something every 15 s.
const kFirstRetryMs = 300;
const kRetryMsMax = 4000; // So that a page is live within 5 s of the server's return.

export class StreamHub {
  private readonly options: HubOptions;
  private readonly ports = new Set<HubPort>();
  private state: StreamState = { phase: 'stopped', since: Date.now(), retryAt: null };
  private lastId: string | null;
  private connection: AbortController | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private attempts = 0;
  private serverRetryMs = 2000;

  constructor(options: HubOptions) {
    this.options = options;
    this.lastId = options.lastId ?? null;
  }

  attach(port: HubPort): void {
    this.ports.add(port);
    if (this.state.phase === 'stopped') this.start();
    port.post({ kind: 'hello', state: this.state, lastId: this.lastId });
  }

  detach(port: HubPort): void {
    if (this.ports.delete(port) && this.ports.size === 0) this.close('stopped');
  }

  start(): void {
    if (this.state.phase === 'live' || this.state.phase === 'connecting') return;
    this.attempts = 0;
    this.open();
  }

  // Ends the connection and forgets the position: the next one may be another user's.
  stop(): void {
    this.lastId = null;
    this.close('stopped');
  }

  retryNow(): void {
    if (this.state.phase === 'reconnecting') this.open();
  }

  private close(phase: StreamPhase): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    this.connection?.abort();
    this.connection = null;
    this.enter(phase);
  }

  private open(): void {
    clearTimeout(this.retryTimer);
    const connection = new AbortController();
    this.connection = connection;
    // While it comes back, people see "reconnecting" all the time, not a flicker between two words.
    if (this.attempts === 0) this.enter('connecting');
    void this.read(connection).then(
      () => {
        this.lost(connection, null);
      },
      () => {
        this.lost(connection, null);
      },
    );
  }

  private async read(connection: AbortController): Promise<void> {
    const resumed = this.lastId !== null;
    this.expectWord(connection);
    const response = await this.options.connect(this.lastId, connection.signal);
    if (response.status === 401) {
      if (this.connection === connection) this.close('signed-out');
      return;
    }
    if (!response.ok || response.body === null) {
      this.lost(connection, Number(response.headers.get('Retry-After')) * 1000);
      return;
    }
    this.attempts = 0;
    this.enter('live');
    if (!resumed) this.broadcast({ kind: 'sync' });
    await this.pump(connection, response.body);
  }

  private async pump(connection: AbortController, body: ReadableStream<Uint8Array>): Promise<void> {
    let frames: SseFrame[] = [];
    const parser = new SseParser(
      (frame) => frames.push(frame),
      (ms) => {
        this.serverRetryMs = Math.min(Math.max(ms, 500), kRetryMsMax);
      },
    );
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.connection !== connection) return;
      this.expectWord(connection);
      parser.push(decoder.decode(value, { stream: true }));
      if (frames.length > 0) this.deliver(frames);
      frames = [];
    }
  }

  private deliver(frames: SseFrame[]): void {
    for (const frame of frames) if (frame.id !== null) this.lastId = frame.id;
    this.broadcast({ kind: 'frames', frames, lastId: this.lastId });
    if (frames.some((frame) => frame.event === 'reset')) this.broadcast({ kind: 'sync' });
  }

  private expectWord(connection: AbortController): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      connection.abort();
    }, kSilenceMs);
  }

  private lost(connection: AbortController, askedMs: number | null): void {
    if (this.connection !== connection) return; // Closed on purpose, or already handled.
    connection.abort();
    this.connection = null;
    clearTimeout(this.silenceTimer);
    const spread = 0.75 + 0.5 * (this.options.random ?? Math.random)();
    const ownMs = this.attempts === 0 ? kFirstRetryMs : Math.min(500 * 2 ** this.attempts, this.serverRetryMs);
    const waitMs = askedMs ? Math.min(askedMs, 60_000) : Math.min(ownMs * spread, kRetryMsMax);
    this.attempts += 1;
    this.enter('reconnecting', Date.now() + waitMs);
    this.retryTimer = setTimeout(() => {
      this.open();
    }, waitMs);
  }

  private enter(phase: StreamPhase, retryAt: number | null = null): void {
    const since = phase === this.state.phase ? this.state.since : Date.now();
    this.state = { phase, since, retryAt };
    this.broadcast({ kind: 'state', state: this.state });
  }

  private broadcast(message: HubMessage): void {
    for (const port of this.ports) port.post(message);
  }
}
