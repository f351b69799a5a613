// The health of the instrument. The stream brings it; while the stream is away it is asked for.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useStreamState } from '@/shared/stream/use-stream';
import { api, ok } from './client';
import type { Health } from './types';

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }): Promise<Health> => ok(api.GET('/health', { signal })),
  staleTime: 15_000,
  retry: false,
});

export function useHealth() {
  const live = useStreamState().phase === 'live';
  return useQuery({ ...healthQuery, refetchInterval: live ? 30_000 : 4000 });
}
