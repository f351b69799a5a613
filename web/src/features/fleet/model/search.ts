import { defined, readList, readOne, readText } from '@/shared/lib/search-text';

export const deckyStates = ['up', 'degraded', 'pending', 'down'] as const;

export interface FleetSearch {
  q?: string;
  state?: (typeof deckyStates)[number];
  service?: string[];
  not?: string[];
}

export function parseFleetSearch(search: Record<string, unknown>): FleetSearch {
  return defined({ q: readText(search.q), state: readOne(search.state, deckyStates), service: readList(search.service), not: readList(search.not) });
}
