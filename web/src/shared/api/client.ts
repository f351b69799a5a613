// The one way to the API. Every answer that is no success is thrown as a ProblemError.
import createClient, { type Middleware } from 'openapi-fetch';
import { ExternalStore } from '@/shared/lib/external-store';
import { ProblemError, problemOf } from './problem';
import type { paths } from './schema';

export const kApiBase = '/api/v1';
export const kRequestMs = 20_000;

// Whether the last request got any answer.
export const reachable = new ExternalStore(true);

let csrfToken = '';
let onSignedOut: (() => void) | null = null;

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

// Called when the server says 401 to anything but a login: the session has ended.
export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

async function send(request: Request): Promise<Response> {
  const timeout = AbortSignal.timeout(kRequestMs);
  try {
    const response = await globalThis.fetch(request, { signal: AbortSignal.any([request.signal, timeout]) });
    reachable.set(true);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    reachable.set(false);
    const detail = timeout.aborted ? `No answer within ${String(kRequestMs / 1000)} s.` : 'It may be restarting, or the network is down.';
    throw new ProblemError({ status: 0, code: 'unreachable', title: 'The API cannot be reached', detail });
  }
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

const house: Middleware = {
  onRequest({ request }) {
    if (!safeMethods.has(request.method) && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    const problem = await problemOf(response);
    if (problem.status === 401 && !schemaPath.startsWith('/auth/')) onSignedOut?.();
    throw problem;
  },
};

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? kApiBase : new URL(kApiBase, location.origin).href,
  credentials: 'same-origin',
  fetch: send,
});
api.use(house);

// The data of an answer; refusals were thrown before.
export async function ok<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

export function idempotencyKey(): string {
  return crypto.randomUUID();
}
