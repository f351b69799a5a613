// The mock API: it answers everything with one of each thing; tests replace what they are about.
import { http, HttpResponse, type JsonBodyType } from 'msw';
import { setupServer } from 'msw/node';
import * as data from './data';

const base = 'http://127.0.0.1/api/v1';

type Method = 'get' | 'post' | 'patch' | 'delete';

export function answer(path: string, body: JsonBodyType, method: Method = 'get') {
  return http[method](base + path, () => HttpResponse.json(body));
}

export function refuse(path: string, status: number, problem: Record<string, unknown> = {}, headers: Record<string, string> = {}, method: Method = 'get') {
  const body = { type: '/problems/test', title: `Problem ${String(status)}`, status, request_id: 'req_test', ...problem };
  return http[method](base + path, () => HttpResponse.json(body, { status, headers: { 'Content-Type': 'application/problem+json', ...headers } }));
}

export function never(path: string) {
  return http.get(base + path, () => new Promise<never>(() => undefined));
}

export function unreachable(path: string) {
  return http.get(base + path, () => HttpResponse.error());
}

export const at = (path: string): string => base + path;

export const server = setupServer(
  answer('/auth/session', data.sessionInfo()),
  answer('/health', data.health()),
  answer('/overview', data.overview()),
  answer('/events', data.page(data.event(2), data.event(1))),
  answer('/events/facets', { type: [{ value: 'login.attempt', count: 2 }], service: [], decky: [], severity: [{ value: 'notice', count: 2 }] }),
  http.get(at('/events/:seq'), ({ params }) => HttpResponse.json({ ...data.event(Number(params.seq)), raw: '<133>1 the line' })),
  answer('/attackers', { ...data.page(data.attacker()), total: 1 }),
  answer(`/attackers/${data.ids.attacker}`, data.attackerDetail()),
  answer(`/attackers/${data.ids.attacker}/fingerprints`, data.page()),
  answer(`/attackers/${data.ids.attacker}/urls`, data.page()),
  answer('/sessions', { ...data.page(data.session), total: 1 }),
  answer(`/sessions/${data.ids.session}`, data.session),
  answer('/credentials/top', { principals: [{ value: 'root', count: 9 }], secrets: [{ masked: 't••r', secret_sha256: 'ab', count: 9 }], pairs: [] }),
  answer('/credentials', { ...data.page(data.credential()), total: 1 }),
  answer(`/credentials/${data.ids.credential}`, data.credential()),
  answer('/files', data.page()),
  answer('/deckies', data.page(data.decky())),
  answer('/deckies/web-01', data.decky()),
  answer('/workers', data.page(data.worker())),
  answer('/workers/ingester', { ...data.worker(), log: ['a line'] }),
  answer('/crashes', data.page()),
  answer('/users', data.page(data.user())),
  answer('/tokens', data.page(data.token)),
  answer('/audit', data.page(data.auditEntry)),
  answer('/rejected', data.page()),
  answer('/imports', data.page()),
  // The stream stays open and silent.
  http.get(at('/stream'), () => new HttpResponse(new ReadableStream({ start: () => undefined }), { headers: { 'Content-Type': 'text/event-stream' } })),
);
