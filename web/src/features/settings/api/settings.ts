import { queryOptions } from '@tanstack/react-query';
import { api, idempotencyKey, ok } from '@/shared/api/client';
import { kPageRows, type Page, type PageRequest } from '@/shared/api/paging';
import type { AuditEntry, Role, Token, User } from '@/shared/api/types';

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }): Promise<User[]> => (await ok(api.GET('/users', { params: { query: { limit: 200 } }, signal }))).data,
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async ({ signal }): Promise<Token[]> => (await ok(api.GET('/tokens', { params: { query: { limit: 200 } }, signal }))).data,
});

export function createUser(body: { username: string; role: Role }) {
  return ok(api.POST('/users', { body, params: { header: { 'Idempotency-Key': idempotencyKey() } } }));
}

// What can be edited bears a version: somebody else's change in between is refused, not overwritten.
export async function updateUser(uuid: string, body: { role?: Role; disabled?: boolean }): Promise<User> {
  const { response } = await api.GET('/users/{uuid}', { params: { path: { uuid } } });
  const version = response.headers.get('ETag');
  const header = version ? { 'If-Match': version } : {};
  return ok(
    api.PATCH('/users/{uuid}', { params: { path: { uuid }, header }, body, headers: { 'Content-Type': 'application/merge-patch+json' } }),
  );
}

export async function deleteUser(uuid: string): Promise<void> {
  const { response } = await api.GET('/users/{uuid}', { params: { path: { uuid } } });
  const version = response.headers.get('ETag');
  await ok(api.DELETE('/users/{uuid}', { params: { path: { uuid }, header: version ? { 'If-Match': version } : {} } }));
}

export function resetPassword(uuid: string) {
  return ok(api.POST('/users/{uuid}/reset-password', { params: { path: { uuid }, header: { 'Idempotency-Key': idempotencyKey() } } }));
}

export function createToken(body: { name: string; role: Role; expires_at: string | null }) {
  return ok(api.POST('/tokens', { body, params: { header: { 'Idempotency-Key': idempotencyKey() } } }));
}

export async function deleteToken(uuid: string): Promise<void> {
  await ok(api.DELETE('/tokens/{uuid}', { params: { path: { uuid } } }));
}

export async function changePassword(current: string, next: string): Promise<void> {
  await ok(api.POST('/auth/password', { body: { current_password: current, new_password: next } }));
}

export function fetchAudit(filter: { actor?: string; action?: string }, { cursor, signal }: PageRequest): Promise<Page<AuditEntry>> {
  return ok(api.GET('/audit', { params: { query: { ...filter, cursor, limit: kPageRows } }, signal }));
}
