import { defined, readList, readOne, readText } from '@/shared/lib/search-text';

export const credentialSorts = ['-last_seen', '-attempts', 'principal'] as const;
export type CredentialSort = (typeof credentialSorts)[number];

export interface CredentialsSearch {
  tab?: 'top';
  q?: string;
  attacker?: string;
  decky?: string[];
  service?: string[];
  secret_kind?: string[];
  principal?: string;
  accepted?: 'true' | 'false';
  sort?: CredentialSort;
  not?: string[];
}

export function parseCredentialsSearch(search: Record<string, unknown>): CredentialsSearch {
  return defined({
    tab: readOne(search.tab, ['top'] as const), q: readText(search.q), attacker: readText(search.attacker), decky: readList(search.decky),
    service: readList(search.service), secret_kind: readList(search.secret_kind), principal: readText(search.principal),
    accepted: readOne(search.accepted, ['true', 'false'] as const), sort: readOne(search.sort, credentialSorts), not: readList(search.not),
  });
}
