import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import type { Overview } from '@/shared/api/types';
import type { TimeSpan } from '@/shared/lib/time-range';

// Without a beginning the server takes a day; a beginning before everything stands for the first event.
const kAlways = '1970-01-01T00:00:00.000Z';

export function overviewQuery(span: () => TimeSpan, rangeKey: string) {
  return queryOptions({
    queryKey: ['overview', rangeKey],
    queryFn: ({ signal }): Promise<Overview> => ok(api.GET('/overview', { params: { query: { since: kAlways, ...span() } }, signal })),
    placeholderData: keepPreviousData,
  });
}
