import type { QueryClient } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import { sessionQuery } from '@/shared/api/session';
import type { SessionInfo } from '@/shared/api/types';
import { safePath } from '@/shared/lib/safe-path';

export async function needSession(queryClient: QueryClient, href: string): Promise<SessionInfo> {
  const session = await queryClient.query({ ...sessionQuery, staleTime: 'static' });
  if (session === null) throw redirect({ to: '/login', search: { next: safePath(href) === '/' ? undefined : href } });
  return session;
}

export async function needUsable(queryClient: QueryClient, href: string): Promise<SessionInfo> {
  const session = await needSession(queryClient, href);
  if (session.user.must_change_password) throw redirect({ to: '/password', search: { next: href === '/' ? undefined : href } });
  return session;
}
