import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import { kPageRows, type Page, type PageRequest } from '@/shared/api/paging';
import type { Import, Rejected, Worker } from '@/shared/api/types';

export const workersQuery = queryOptions({
  queryKey: ['workers'],
  queryFn: async ({ signal }): Promise<Worker[]> => (await ok(api.GET('/workers', { signal }))).data,
  refetchInterval: 10_000,
});

export function fetchRejected({ cursor, signal }: PageRequest): Promise<Page<Rejected>> {
  return ok(api.GET('/rejected', { params: { query: { cursor, limit: kPageRows } }, signal }));
}

export function fetchImports({ cursor, signal }: PageRequest): Promise<Page<Import>> {
  return ok(api.GET('/imports', { params: { query: { cursor, limit: kPageRows } }, signal }));
}
