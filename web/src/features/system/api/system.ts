import { queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey, ok } from '@/shared/api/client';
import { kPageRows, type Page, type PageRequest } from '@/shared/api/paging';
import type { Crash, Import, Rejected, StartAllResponse, Worker, WorkerDetail } from '@/shared/api/types';

export const workersQuery = queryOptions({
  queryKey: ['workers'],
  queryFn: async ({ signal }): Promise<Worker[]> => (await ok(api.GET('/workers', { signal }))).data,
  refetchInterval: 10_000,
});

export function workerQuery(name: string) {
  return queryOptions({
    queryKey: ['workers', name],
    queryFn: ({ signal }): Promise<WorkerDetail> => ok(api.GET('/workers/{name}', { params: { path: { name } }, signal })),
    refetchInterval: 10_000,
  });
}

export const crashesQuery = queryOptions({
  queryKey: ['crashes'],
  queryFn: async ({ signal }): Promise<Crash[]> => (await ok(api.GET('/crashes', { signal }))).data,
  refetchInterval: 30_000,
});

const once = () => ({ 'Idempotency-Key': idempotencyKey() });

export type WorkerAction = 'stop' | 'start';

export async function askWorker(action: WorkerAction, name: string, reason: string): Promise<void> {
  const options = { params: { path: { name }, header: once() }, body: { reason } };
  await ok(action === 'stop' ? api.POST('/workers/{name}/stop', options) : api.POST('/workers/{name}/start', options));
}

export function startAll(reason: string): Promise<StartAllResponse> {
  return ok(api.POST('/workers/start-all', { params: { header: once() }, body: { reason } }));
}

export function fetchRejected({ cursor, signal }: PageRequest): Promise<Page<Rejected>> {
  return ok(api.GET('/rejected', { params: { query: { cursor, limit: kPageRows } }, signal }));
}

export function fetchImports({ cursor, signal }: PageRequest): Promise<Page<Import>> {
  return ok(api.GET('/imports', { params: { query: { cursor, limit: kPageRows } }, signal }));
}
