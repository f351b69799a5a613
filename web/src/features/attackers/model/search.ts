import { defined, readList, readOne, readText } from '@/shared/lib/search-text';

export const attackerSorts = ['-last_seen', 'last_seen', '-first_seen', 'first_seen', '-events', '-sessions', '-credentials'] as const;
export type AttackerSort = (typeof attackerSorts)[number];

export interface AttackersSearch {
  q?: string;
  ip?: string;
  country?: string[];
  sort?: AttackerSort;
  not?: string[];
}

export function parseAttackersSearch(search: Record<string, unknown>): AttackersSearch {
  return defined({
    q: readText(search.q), ip: readText(search.ip), country: readList(search.country), sort: readOne(search.sort, attackerSorts), not: readList(search.not),
  });
}
