// How a tab reaches the hub: a SharedWorker; without one, the tab that holds a Web Lock runs the hub and passes everything on
// over a BroadcastChannel; without locks too, every tab has its own hub.
import { connectStream } from './connect';
import { StreamHub, type HubPort } from './hub';
import type { HubMessage, TabMessage } from './messages';

export interface Transport {
  send: (message: TabMessage) => void;
}

type Receive = (message: HubMessage) => void;

const kLeaderLock = 'decnet-stream-leader';
const kChannel = 'decnet-stream';

function sharedWorker(receive: Receive): Transport {
  const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'decnet-stream' });
  worker.port.onmessage = (event: MessageEvent<HubMessage>) => {
    receive(event.data);
  };
  worker.port.start();
  return {
    send: (message) => {
      worker.port.postMessage(message);
    },
  };
}

function command(hub: StreamHub, message: TabMessage): void {
  if (message.kind === 'start') hub.start();
  else if (message.kind === 'stop') hub.stop();
  else if (message.kind === 'retry') hub.retryNow();
}

type ChannelMessage = { to: 'tabs'; message: HubMessage } | { to: 'leader'; message: TabMessage };

// Exported for the test: followers hear the leader, and the next leader goes on where the last one was.
export function electedTab(receive: Receive, makeHub = (lastId: string | null) => new StreamHub({ connect: connectStream, lastId })): Transport {
  const channel = new BroadcastChannel(kChannel);
  let hub: StreamHub | null = null;
  let lastId: string | null = null;

  const hear = (message: HubMessage): void => {
    if (message.kind === 'hello' || message.kind === 'frames') lastId = message.lastId;
    receive(message);
  };
  const everyone: HubPort = {
    post: (message) => {
      channel.postMessage({ to: 'tabs', message } satisfies ChannelMessage);
      hear(message);
    },
  };
  channel.onmessage = (event: MessageEvent<ChannelMessage>) => {
    const { data } = event;
    if (data.to === 'tabs') {
      if (!hub) hear(data.message);
    } else if (hub && data.message.kind === 'attach') hub.attach(everyone);
    else if (hub) command(hub, data.message);
  };
  void navigator.locks.request(kLeaderLock, () => {
    hub = makeHub(lastId);
    hub.attach(everyone);
    return new Promise<never>(() => undefined); // Held until the tab is gone.
  });
  return {
    send: (message) => {
      if (message.kind === 'detach') return; // The lock goes with the tab.
      if (!hub) channel.postMessage({ to: 'leader', message } satisfies ChannelMessage);
      else if (message.kind === 'attach') hub.attach(everyone);
      else command(hub, message);
    },
  };
}

function ownHub(receive: Receive): Transport {
  const hub = new StreamHub({ connect: connectStream });
  return {
    send: (message) => {
      if (message.kind === 'attach') hub.attach({ post: receive });
      else command(hub, message);
    },
  };
}

export function openTransport(receive: Receive): Transport {
  if (typeof SharedWorker !== 'undefined') return sharedWorker(receive);
  const hasLocks = typeof navigator !== 'undefined' && 'locks' in navigator;
  return hasLocks && typeof BroadcastChannel !== 'undefined' ? electedTab(receive) : ownHub(receive);
}
