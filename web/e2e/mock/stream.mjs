// The event stream of the mock: new events at a chosen rate, resume by Last-Event-ID, health, and a restart on demand.
import { events, makeEvent } from './data.mjs';
import { health } from './system.mjs';

const clients = new Set();
const kResumeMax = 10_000;

const frame = (event, data, id) => `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const changeOf = (event) => ({ seq: event.seq, topic: 'attacker.observed', at: event.at, payload: { attacker_uuid: event.attacker_uuid } });

export function openStream(request, response, query, state) {
  const last = Number(request.headers['last-event-id'] ?? query.get('last_event_id') ?? NaN);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(`retry: 2500\n\n${frame('health', health(state))}`);
  if (!Number.isNaN(last)) {
    const missed = events.slice(last);
    if (missed.length > kResumeMax) response.write(frame('reset', {}));
    else response.write(missed.map((event) => frame('event', event, event.seq)).join(''));
  }
  clients.add(response);
  request.on('close', () => clients.delete(response));
}

export const clientCount = () => clients.size;

function broadcast(text) {
  for (const client of clients) client.write(text);
}

// Stores `count` new events and sends them; `change` is laid over each.
export function emit(count, change = {}) {
  const made = Array.from({ length: count }, () => {
    const event = { ...makeEvent(events.length + 1, Date.now()), ...change };
    events.push(event);
    return event;
  });
  broadcast(made.map((event) => frame('event', event, event.seq)).join('') + frame('change', changeOf(made.at(-1))));
  return { first: made[0].seq, last: made.at(-1).seq, sent_at: Date.now() };
}

export function sendHealth(state) {
  broadcast(frame('health', health(state)));
}

export function dropClients() {
  for (const client of clients) client.destroy();
  clients.clear();
}

export function run(state) {
  setInterval(() => broadcast(': ping\n\n'), 15_000);
  setInterval(() => sendHealth(state), 10_000);
  let owed = 0;
  setInterval(() => {
    owed += state.empty ? 0 : state.rate / 20;
    const count = Math.floor(owed);
    owed -= count;
    if (count > 0) emit(count);
  }, 50);
}
