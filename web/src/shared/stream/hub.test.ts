import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kSilenceMs, StreamHub } from './hub';
import type { HubMessage } from './messages';

class FakeServer {
  readonly asked: (string | null)[] = [];
  status = 200;
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  readonly connect = (lastId: string | null, signal: AbortSignal): Promise<Response> => {
    this.asked.push(lastId);
    if (this.status === 0) return Promise.reject(new TypeError('refused'));
    if (this.status !== 200) return Promise.resolve(new Response(null, { status: this.status }));
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
        signal.addEventListener('abort', () => { controller.error(new Error('aborted')); });
      },
    });
    return Promise.resolve(new Response(body));
  };

  send(text: string): void {
    this.controller?.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.controller?.close();
  }
}

const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('StreamHub', () => {
  let server: FakeServer;
  let hub: StreamHub;
  let heard: HubMessage[];
  const port = { post: (message: HubMessage) => { heard.push(message); } };
  const phase = () => heard.flatMap((message) => (message.kind === 'state' ? [message.state.phase] : [])).at(-1);
  const syncs = () => heard.filter(({ kind }) => kind === 'sync').length;

  beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
    heard = [];
    hub = new StreamHub({ connect: server.connect, random: () => 0.5 });
  });
  afterEach(() => {
    hub.stop();
    vi.useRealTimers();
  });

  it('says that all must be read when it connects without a position', async () => {
    hub.attach(port);
    await tick();
    expect(phase()).toBe('live');
    expect(server.asked).toEqual([null]);
    expect(syncs()).toBe(1);
  });

  it('goes on at the last id after the server went away, without reading all again', async () => {
    hub.attach(port);
    await tick();
    server.send('id: 41\nevent: event\ndata: {}\n\n');
    await tick();
    server.status = 0;
    server.end();
    await tick();
    expect(phase()).toBe('reconnecting');
    await tick(10_000);
    server.status = 200;
    await tick(5000);
    expect(phase()).toBe('live');
    expect(server.asked.at(-1)).toBe('41');
    expect(syncs()).toBe(1);
  });

  it('asks the pages to read all again on a reset', async () => {
    hub.attach(port);
    await tick();
    server.send('event: reset\ndata: {}\n\n');
    await tick();
    expect(syncs()).toBe(2);
  });

  it('stops at a session that has ended and starts again after a login', async () => {
    server.status = 401;
    hub.attach(port);
    await tick();
    expect(phase()).toBe('signed-out');
    await tick(60_000);
    expect(server.asked).toHaveLength(1);
    server.status = 200;
    hub.start();
    await tick();
    expect(phase()).toBe('live');
  });

  it('takes a silent connection for a dead one', async () => {
    hub.attach(port);
    await tick();
    await tick(kSilenceMs + 1);
    expect(phase()).toBe('reconnecting');
  });

  it('never waits longer than five seconds by itself', async () => {
    server.status = 0;
    hub.attach(port);
    await tick(60_000);
    expect(server.asked.length).toBeGreaterThan(12);
  });

  it('forgets its position when somebody signs out', async () => {
    hub.attach(port);
    await tick();
    server.send('id: 9\ndata: {}\n\n');
    await tick();
    hub.stop();
    hub.start();
    await tick();
    expect(server.asked).toEqual([null, null]);
  });

  it('hangs up when the last tab is gone', async () => {
    hub.attach(port);
    await tick();
    hub.detach(port);
    await tick(60_000);
    expect(server.asked).toHaveLength(1);
  });
});
