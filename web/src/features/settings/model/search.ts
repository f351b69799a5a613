import { defined, readText } from '@/shared/lib/search-text';

export interface AuditSearch {
  actor?: string;
  action?: string;
}

export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  return defined({ actor: readText(search.actor), action: readText(search.action) });
}
