// Who is using this browser.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ok, setCsrfToken } from './client';
import { ProblemError } from './problem';
import type { Role, SessionInfo, User } from './types';

const order: readonly Role[] = ['viewer', 'analyst', 'operator', 'admin'];

export function mayAct(have: Role, need: Role): boolean {
  return order.indexOf(have) >= order.indexOf(need);
}

// null: nobody is signed in.
export const sessionQuery = queryOptions({
  queryKey: ['auth-session'],
  queryFn: async ({ signal }): Promise<SessionInfo | null> => {
    try {
      const session = await ok(api.GET('/auth/session', { signal }));
      setCsrfToken(session.csrf_token);
      return session;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
  retry: false,
});

export function useUser(): User | null {
  return useQuery(sessionQuery).data?.user ?? null;
}

export function useMay(need: Role): boolean {
  const user = useUser();
  return user !== null && mayAct(user.role, need);
}
