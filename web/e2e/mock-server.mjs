// A stand-in for decnet: serves dist/ with the headers of the real server, and an API with generated data.
//
//   node e2e/mock-server.mjs [port]          user admin, password decnet-decnet
//   POST /__mock {"empty":true}              what a test changes: empty, error, role, bus, disk, rate, private, slow_ms, mustChange …
//   POST /__mock/emit {"count":1}            new events now
//   POST /__mock/restart {"ms":1500}         the API is away for a while, its streams are cut
import { createServer } from 'node:http';
import { clientCount, dropClients, emit, openStream, run, sendHealth } from './mock/stream.mjs';
import { problem } from './mock/lists.mjs';
import { routes } from './mock/routes.mjs';
import { serveStatic } from './mock/static.mjs';

const initial = { empty: false, error: 0, role: 'admin', bus: true, busSince: Date.now() - 7_200_000, disk: 'ok', rate: 6, private: false, slow_ms: 0, mustChange: false, password: 'decnet-decnet', limited: false, events: 0, growing: false };
const state = { ...initial };
let awayUntil = 0;

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString() || '{}') : {};
}

function send(response, { status, body, text, type = 'application/json', headers = {} }) {
  response.writeHead(status, { ...(body === null ? {} : { 'Content-Type': type }), 'Cache-Control': 'no-store', ...headers });
  response.end(text ?? (body === null ? undefined : JSON.stringify(body)));
}

function find(method, path) {
  const exact = routes[`${method} ${path}`];
  if (exact) return { handler: exact };
  const parts = path.split('/').filter(Boolean);
  const id = decodeURIComponent(parts[1] ?? '');
  const pattern = [parts[0], ':id', ...parts.slice(2)].join('/');
  return { handler: parts.length > 1 ? routes[`${method} /${pattern}`] : undefined, id };
}

async function api(request, response, url) {
  const path = url.pathname.slice('/api/v1'.length);
  const signedIn = /decnet_session=mock/.test(request.headers.cookie ?? '');
  if (path !== '/auth/login' && !signedIn) return send(response, problem(401, 'Sign in first'));
  if (path === '/stream') return openStream(request, response, url.searchParams, state);
  if (request.method !== 'GET' && path !== '/auth/login' && request.headers['x-csrf-token'] !== 'mock-csrf') return send(response, problem(403, 'The CSRF token is missing'));
  const { handler, id } = find(request.method, path);
  if (!handler) return send(response, problem(404, 'Not found'));
  const body = request.method === 'GET' ? {} : await readBody(request);
  if (state.slow_ms) await new Promise((resolve) => setTimeout(resolve, state.slow_ms));
  if (state.error && !path.startsWith('/auth/') && path !== '/health') {
    return send(response, problem(state.error, state.error === 403 ? 'Forbidden' : 'The store did not answer', { detail: state.error === 403 ? 'this needs the role operator' : 'database is locked, tried for 1000 ms' }));
  }
  return send(response, handler({ query: url.searchParams, body, id, state }));
}

async function control(request, response, path) {
  const body = await readBody(request);
  if (path === '/__mock/emit') return send(response, { status: 200, body: emit(body.count ?? 1, body.change) });
  if (path === '/__mock/clients') return send(response, { status: 200, body: { clients: clientCount() } });
  if (path === '/__mock/restart') {
    awayUntil = Date.now() + (body.ms ?? 1500);
    dropClients();
  } else {
    if (body.reset) Object.assign(state, initial);
    if (body.bus !== undefined && body.bus !== state.bus) state.busSince = Date.now();
    Object.assign(state, body);
    sendHealth(state);
  }
  return send(response, { status: 200, body: state });
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  const failed = (error) => send(response, problem(500, 'The mock failed', { detail: String(error) }));
  if (url.pathname.startsWith('/__mock')) return void control(request, response, url.pathname).catch(failed);
  if (Date.now() < awayUntil) return void request.socket.destroy();
  if (url.pathname.startsWith('/api/v1/')) return void api(request, response, url).catch(failed);
  return void serveStatic(url.pathname, response);
});

server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  run(state);
  console.log(`http://127.0.0.1:${server.address().port}`);
});
