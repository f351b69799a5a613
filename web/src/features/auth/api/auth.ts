import { api, ok, setCsrfToken } from '@/shared/api/client';
import type { SessionInfo } from '@/shared/api/types';

export async function login(username: string, password: string): Promise<SessionInfo> {
  const session = await ok(api.POST('/auth/login', { body: { username, password } }));
  setCsrfToken(session.csrf_token);
  return session;
}

export async function changePassword(current: string, next: string): Promise<void> {
  await ok(api.POST('/auth/password', { body: { current_password: current, new_password: next } }));
}
