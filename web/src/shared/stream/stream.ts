// The stream as the pages of this tab see it.
//
//   const stop = stream.onEvents((events) => …);   // In the order of the store; after a restart of the server too.
//   stream.onSync(() => …);                        // Something may be missing: read everything again.
//   await stream.live(1500);                       // From here on nothing is missed.
import type { Change, Event, Health } from '@/shared/api/types';
import { ExternalStore } from '@/shared/lib/external-store';
import type { HubMessage, StreamState } from './messages';
import { RateMeter } from './rate-meter';
import type { SseFrame } from './sse-parser';
import { openTransport, type Transport } from './transport';

class Listeners<A> {
  private readonly all = new Set<(value: A) => void>();
  readonly add = (listener: (value: A) => void): (() => void) => {
    this.all.add(listener);
    return () => {
      this.all.delete(listener);
    };
  };
  emit(value: A): void {
    for (const listener of this.all) listener(value);
  }
}

const initial: StreamState = { phase: 'stopped', since: Date.now(), retryAt: null };

export class Stream {
  readonly state = new ExternalStore<StreamState>(initial);
  readonly rate = new RateMeter();
  private readonly events = new Listeners<Event[]>();
  private readonly changes = new Listeners<Change[]>();
  private readonly healths = new Listeners<Health>();
  private readonly syncs = new Listeners<null>();
  private transport: Transport | null = null;

  readonly onEvents = this.events.add;
  readonly onChanges = this.changes.add;
  readonly onHealth = this.healths.add;
  readonly onSync = (listener: () => void): (() => void) => this.syncs.add(listener);

  // Idempotent: called whenever there is a session.
  start(): void {
    if (this.transport === null) this.connect();
    else this.transport.send({ kind: 'start' });
  }

  stop(): void {
    this.transport?.send({ kind: 'stop' });
  }

  retry(): void {
    this.transport?.send({ kind: 'retry' });
  }

  // Resolves once the stream is live, at the latest after `ms`.
  live(ms: number): Promise<void> {
    if (this.state.get().phase === 'live') return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      };
      const timer = setTimeout(finish, ms);
      const unsubscribe = this.state.subscribe(() => {
        if (this.state.get().phase === 'live') finish();
      });
    });
  }

  readonly receive = (message: HubMessage): void => {
    switch (message.kind) {
      case 'hello':
      case 'state':
        this.state.set(message.state);
        break;
      case 'frames':
        this.frames(message.frames);
        break;
      case 'sync':
        this.syncs.emit(null);
        break;
    }
  };

  private connect(): void {
    const transport = openTransport(this.receive);
    this.transport = transport;
    const lock = 'locks' in navigator ? `decnet-tab-${crypto.randomUUID()}` : null;
    const attach = (): void => {
      transport.send({ kind: 'attach', lock });
    };
    if (lock === null) attach();
    else {
      void navigator.locks.request(lock, () => {
        attach();
        return new Promise<never>(() => undefined);
      });
    }
    addEventListener('pagehide', () => {
      transport.send({ kind: 'detach' });
    });
    addEventListener('pageshow', (event) => {
      if (event.persisted) transport.send({ kind: 'attach', lock: null });
      if (event.persisted) this.syncs.emit(null);
    });
    addEventListener('online', () => {
      this.retry();
    });
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.retry();
    });
  }

  private frames(frames: SseFrame[]): void {
    const events: Event[] = [];
    const changes: Change[] = [];
    for (const frame of frames) {
      if (frame.event === 'event') events.push(JSON.parse(frame.data) as Event);
      else if (frame.event === 'change') changes.push(JSON.parse(frame.data) as Change);
      else if (frame.event === 'health') this.healths.emit(JSON.parse(frame.data) as Health);
    }
    if (events.length > 0) {
      this.rate.add(events.length);
      this.events.emit(events);
    }
    if (changes.length > 0) this.changes.emit(changes);
  }
}

export const stream = new Stream();
