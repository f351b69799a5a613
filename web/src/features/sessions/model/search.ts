import { defined, readList, readOne, readText } from '@/shared/lib/search-text';

export const sessionSorts = ['-started_at', 'started_at'] as const;
export type SessionSort = (typeof sessionSorts)[number];

// Lengths that can be asked for, in seconds.
export const lengths = ['10', '60', '600'] as const;

export interface SessionsSearch {
  q?: string; // A text in one of the commands.
  ip?: string;
  attacker?: string;
  decky?: string[];
  service?: string[];
  recorded?: 'true' | 'false';
  login?: 'true' | 'false';
  longer?: (typeof lengths)[number];
  sort?: SessionSort;
  not?: string[];
}

const yesNo = ['true', 'false'] as const;

export function parseSessionsSearch(search: Record<string, unknown>): SessionsSearch {
  return defined({
    q: readText(search.q), ip: readText(search.ip), attacker: readText(search.attacker), decky: readList(search.decky), service: readList(search.service),
    recorded: readOne(search.recorded, yesNo), login: readOne(search.login, yesNo), longer: readOne(search.longer, lengths),
    sort: readOne(search.sort, sessionSorts), not: readList(search.not),
  });
}

// Of one session: a moment of one of its recordings, `?t=83.2`.
export interface MomentSearch {
  t?: string;
  recording?: string;
}

export function parseMomentSearch(search: Record<string, unknown>): MomentSearch {
  const number = (value: unknown): string | undefined => {
    const text = readText(value, 12);
    return text !== undefined && /^\d{1,7}(\.\d{1,3})?$/.test(text) ? text : undefined;
  };
  return defined({ t: number(search.t), recording: number(search.recording) });
}

// To the next millisecond: what was printed at the moment is seen there.
export function momentLink(origin: string, uuid: string, recording: number, time: number): string {
  const which = recording > 0 ? `recording=${String(recording)}&` : '';
  return `${origin}/sessions/${uuid}?${which}t=${String(Math.ceil(time * 1000) / 1000)}`;
}
