import { defined, readList, readText } from '@/shared/lib/search-text';

export interface EventsSearch {
  type?: string[];
  severity?: string[];
  service?: string[];
  decky?: string[];
  ip?: string;
  attacker?: string;
  session?: string;
  q?: string;
  not?: string[];
}

export function parseEventsSearch(search: Record<string, unknown>): EventsSearch {
  return defined({
    type: readList(search.type), severity: readList(search.severity), service: readList(search.service), decky: readList(search.decky),
    ip: readText(search.ip), attacker: readText(search.attacker), session: readText(search.session), q: readText(search.q), not: readList(search.not),
  });
}
