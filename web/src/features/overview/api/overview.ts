import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import type { Overview } from '@/shared/api/types';
import type { TimeSpan } from '@/shared/lib/time-range';

export function overviewQuery(span: () => TimeSpan, rangeKey: string) {
  return queryOptions({
    queryKey: ['overview', rangeKey],
    queryFn: ({ signal }): Promise<Overview> => ok(api.GET('/overview', { params: { query: span() }, signal })),
    placeholderData: keepPreviousData,
  });
}
