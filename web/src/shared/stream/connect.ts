// Opens /stream with the cookie of the session. `fetch` instead of EventSource: it tells a refused session (401) from a server
// that is away, and works the same in a tab and in a worker.
export function connectStream(lastId: string | null, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastId !== null) headers['Last-Event-ID'] = lastId;
  return fetch('/api/v1/stream', { headers, signal, credentials: 'same-origin', cache: 'no-store' });
}
