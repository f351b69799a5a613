import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import type { EventDetail, EventFacets, Severity } from '@/shared/api/types';
import type { TimeSpan } from '@/shared/lib/time-range';
import type { FeedPage, FeedPosition } from '../model/feed';
import type { EventsSearch } from '../model/search';

export const kFeedPageRows = 200;

// The address may say anything; the server refuses a severity that it does not know.
const isSeverity = (word: string): word is Severity => ['error', 'warning', 'notice', 'info'].includes(word);

function filterQuery(search: EventsSearch, span: TimeSpan) {
  return {
    ...span, type: search.type, severity: search.severity?.filter(isSeverity), service: search.service, decky: search.decky, ip: search.ip,
    attacker_uuid: search.attacker, session_uuid: search.session, q: search.q,
  };
}

export function fetchEvents(search: EventsSearch, span: TimeSpan, from: FeedPosition, signal: AbortSignal): Promise<FeedPage> {
  const position = from === null ? {} : 'cursor' in from ? { cursor: from.cursor } : { until: from.until };
  const query = { ...filterQuery(search, span), limit: kFeedPageRows, sort: '-seq' as const, ...position };
  return ok(api.GET('/events', { params: { query }, signal }));
}

export function facetsQuery(search: EventsSearch, span: () => TimeSpan, rangeKey: string) {
  return queryOptions({
    queryKey: ['event-facets', search, rangeKey],
    queryFn: ({ signal }): Promise<EventFacets> => ok(api.GET('/events/facets', { params: { query: filterQuery(search, span()) }, signal })),
  });
}

export function eventQuery(seq: number, reveal: boolean) {
  return queryOptions({
    queryKey: ['event', seq, reveal],
    queryFn: ({ signal }): Promise<EventDetail> =>
      ok(api.GET('/events/{seq}', { params: { path: { seq }, query: reveal ? { reveal } : {} }, signal })),
    staleTime: Infinity,
  });
}
