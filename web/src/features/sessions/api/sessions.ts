import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import { kPageRows, type Page, type PageRequest } from '@/shared/api/paging';
import type { Event, Session, SessionDetail } from '@/shared/api/types';
import type { SessionsSearch } from '../model/search';

const flag = (text: 'true' | 'false' | undefined): boolean | undefined => (text === undefined ? undefined : text === 'true');

export function fetchSessions(search: SessionsSearch, { cursor, span, signal }: PageRequest): Promise<Page<Session>> {
  const { q, ip, attacker, decky, service, recorded, login, longer, sort = '-started_at' } = search;
  const query = {
    ...span, ip, decky, service, sort, cursor, attacker_uuid: attacker, command: q, limit: kPageRows, has_recording: flag(recorded), has_login: flag(login),
    duration_min_ms: longer === undefined ? undefined : Number(longer) * 1000, // Counting them all by their commands could take longer than anybody waits.
    count: cursor === undefined && q === undefined ? ('exact' as const) : undefined,
  };
  return ok(api.GET('/sessions', { params: { query }, signal }));
}

export function oneSessionQuery(uuid: string) {
  return queryOptions({
    queryKey: ['session', uuid],
    queryFn: ({ signal }): Promise<SessionDetail> => ok(api.GET('/sessions/{uuid}', { params: { path: { uuid } }, signal })),
    // An open session still grows.
    refetchInterval: ({ state }) => (state.data?.ended_at === null ? 5000 : false),
  });
}

export function sessionEvents(uuid: string, { cursor, signal }: PageRequest): Promise<Page<Event>> {
  return ok(api.GET('/events', { params: { query: { session_uuid: uuid, sort: 'seq', cursor, limit: kPageRows } }, signal }));
}
