import { defined, readOne } from '@/shared/lib/search-text';

export const workersTabs = ['workers', 'health', 'crashes', 'rejected', 'imports'] as const;
export type WorkersTab = (typeof workersTabs)[number];

export function parseWorkersSearch(search: Record<string, unknown>): { tab?: WorkersTab } {
  return defined({ tab: readOne(search.tab, workersTabs) });
}
