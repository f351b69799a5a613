// A recording as it comes from the server: streamed, and asked for again from its last segment while it grows.
import { kApiBase } from '@/shared/api/client';
import { ProblemError, problemOf } from '@/shared/api/problem';
import { CastReader, type CastEvent, type CastHeader } from '../model/cast';

export interface Received {
  segment: number; // The last one.
  final: boolean;
}

export function recordingPath(uuid: string, recording: number, rest = ''): string {
  return `${kApiBase}/sessions/${encodeURIComponent(uuid)}/recording?recording=${String(recording)}${rest}`;
}

interface Request {
  uuid: string;
  recording: number;
  after: number; // -1: from the beginning.
  signal: AbortSignal;
  onEvents: (events: CastEvent[], header: CastHeader) => void;
}

const noHeader: CastHeader = { columns: 80, rows: 24, timestamp: null, title: '' };

export async function receiveRecording({ uuid, recording, after, signal, onEvents }: Request): Promise<Received> {
  const path = new URL(recordingPath(uuid, recording, after >= 0 ? `&after=${String(after)}` : ''), location.origin);
  const answer = globalThis.fetch(path, { signal, credentials: 'same-origin' });
  const response = await answer.catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new ProblemError({ status: 0, code: 'unreachable', title: 'The API cannot be reached', detail: 'It may be restarting, or the network is down.' });
  });
  if (!response.ok || !response.body) throw await problemOf(response);
  const reader = new CastReader();
  const decoder = new TextDecoder();
  const body = response.body.getReader();
  for (;;) {
    const { done, value } = await body.read();
    const events = done ? reader.end() : reader.read(decoder.decode(value, { stream: true }));
    if (events.length > 0 || done) onEvents(events, reader.header ?? noHeader);
    if (done) break;
  }
  return { segment: Number(response.headers.get('Decnet-Segment') ?? after), final: response.headers.get('Decnet-Final') !== 'false' };
}
