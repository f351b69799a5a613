import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import { kPageRows, type Page, type PageRequest } from '@/shared/api/paging';
import type { Attacker, AttackerDetail, CapturedFile, Credential, Event, Fingerprint, SeenUrl, Session } from '@/shared/api/types';
import type { AttackersSearch } from '../model/search';

export function fetchAttackers(search: AttackersSearch, { cursor, span, signal }: PageRequest): Promise<Page<Attacker>> {
  const { q, ip, country, sort = '-last_seen' } = search;
  const count = cursor === undefined ? ('exact' as const) : undefined;
  return ok(api.GET('/attackers', { params: { query: { ...span, q, ip, country, sort, cursor, count, limit: kPageRows } }, signal }));
}

export function attackerQuery(uuid: string) {
  return queryOptions({
    queryKey: ['attacker', uuid],
    queryFn: ({ signal }): Promise<AttackerDetail> => ok(api.GET('/attackers/{uuid}', { params: { path: { uuid } }, signal })),
  });
}

type List<T> = (uuid: string, request: PageRequest) => Promise<Page<T>>;

export const attackerEvents: List<Event> = (uuid, { cursor, signal }) =>
  ok(api.GET('/events', { params: { query: { attacker_uuid: uuid, sort: '-seq', cursor, limit: kPageRows } }, signal }));

export const attackerSessions: List<Session> = (uuid, { cursor, signal }) =>
  ok(api.GET('/sessions', { params: { query: { attacker_uuid: uuid, sort: '-started_at', cursor, limit: kPageRows } }, signal }));

export const attackerCredentials: List<Credential> = (uuid, { cursor, signal }) =>
  ok(api.GET('/credentials', { params: { query: { attacker_uuid: uuid, sort: '-last_seen', cursor, limit: kPageRows } }, signal }));

export const attackerFingerprints: List<Fingerprint> = (uuid, { cursor, signal }) =>
  ok(api.GET('/attackers/{uuid}/fingerprints', { params: { path: { uuid }, query: { cursor, limit: kPageRows } }, signal }));

export const attackerCommands: List<Event> = (uuid, { cursor, signal }) =>
  ok(api.GET('/events', { params: { query: { attacker_uuid: uuid, type: ['command'], sort: '-seq', cursor, limit: kPageRows } }, signal }));

export const attackerUrls: List<SeenUrl> = (uuid, { cursor, signal }) =>
  ok(api.GET('/attackers/{uuid}/urls', { params: { path: { uuid }, query: { cursor, limit: kPageRows } }, signal }));

export const attackerFiles: List<CapturedFile> = (uuid, { cursor, signal }) =>
  ok(api.GET('/files', { params: { query: { attacker_uuid: uuid, cursor, limit: kPageRows } }, signal }));
