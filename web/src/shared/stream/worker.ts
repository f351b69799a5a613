// The SharedWorker: one stream for all tabs of a browser.
import { connectStream } from './connect';
import { StreamHub, type HubPort } from './hub';
import type { TabMessage } from './messages';

const hub = new StreamHub({ connect: connectStream });

function handle(message: TabMessage, port: HubPort): void {
  switch (message.kind) {
    case 'attach':
      hub.attach(port);
      // A tab that crashed says no goodbye, but lets go of its lock.
      if (message.lock !== null) {
        void navigator.locks.request(message.lock, () => {
          hub.detach(port);
        });
      }
      break;
    case 'detach':
      hub.detach(port);
      break;
    case 'start':
      hub.start();
      break;
    case 'stop':
      hub.stop();
      break;
    case 'retry':
      hub.retryNow();
      break;
  }
}

// The scope of a shared worker is not in the DOM library that the rest of the sources uses.
const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void };
scope.onconnect = (event) => {
  const [channel] = event.ports;
  if (!channel) return;
  const port: HubPort = {
    post: (message) => {
      channel.postMessage(message);
    },
  };
  channel.onmessage = (incoming: MessageEvent<TabMessage>) => {
    handle(incoming.data, port);
  };
};
