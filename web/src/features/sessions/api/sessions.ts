import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import { kPageRows, type Page, type PageRequest } from '@/shared/api/paging';
import type { Event, Session } from '@/shared/api/types';

export function oneSessionQuery(uuid: string) {
  return queryOptions({
    queryKey: ['session', uuid],
    queryFn: ({ signal }): Promise<Session> => ok(api.GET('/sessions/{uuid}', { params: { path: { uuid } }, signal })),
    // An open session still grows.
    refetchInterval: ({ state }) => (state.data?.ended_at === null ? 5000 : false),
  });
}

export function sessionEvents(uuid: string, { cursor, signal }: PageRequest): Promise<Page<Event>> {
  return ok(api.GET('/events', { params: { query: { session_uuid: uuid, sort: 'seq', cursor, limit: kPageRows } }, signal }));
}
